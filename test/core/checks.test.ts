import { describe, expect, test } from 'vitest';
import type { KeyDescription, ListedKey, ManagerDescription } from '../../lambda/core/api-key.ts';
import { findDescriptionFault, findDrift, findManagerFault, findWidening } from '../../lambda/core/checks.ts';
import { aDeclaration, aListedKey, SUB_ACCOUNT } from '../support/builders.ts';
import { BOT_ADDRESS, FUNCTION_ADDRESS } from '../support/in-memory-exchange.ts';

const DECLARED = aDeclaration({ products: ['uta_mgt', 'uta_trade'] });
const { permission, products, allowList } = DECLARED;

function aDescription(changes: Partial<KeyDescription> = {}): KeyDescription {
  return { accountId: SUB_ACCOUNT, mayWithdraw: false, permission, products, allowList, ...changes };
}

describe('a listed key', () => {
  test('that is as declared has no drift', () => {
    expect(findDrift(aListedKey({ permission, products, allowList }), DECLARED)).toBeUndefined();
  });

  test('may list its sets in any order and twice', () => {
    const key = aListedKey({
      products: ['uta_trade', 'uta_mgt'],
      allowList: [BOT_ADDRESS, FUNCTION_ADDRESS, BOT_ADDRESS],
    });
    expect(findDrift(key, DECLARED)).toBeUndefined();
  });

  test.each([
    [
      'may trade though only reading is declared',
      { declared: { permission: 'read' }, key: {} },
      'PermissionDrift',
    ],
    [
      'may only read though trading is declared',
      { declared: {}, key: { permission: 'read' } },
      'PermissionDrift',
    ],
    [
      'has a product too many',
      { declared: {}, key: { products: ['uta_mgt', 'uta_trade', 'withdraw'] } },
      'ProductDrift',
    ],
    ['has a product too few', { declared: {}, key: { products: ['uta_trade'] } }, 'ProductDrift'],
    [
      'has as many products, but another one',
      { declared: {}, key: { products: ['uta_mgt', 'copy'] } },
      'ProductDrift',
    ],
    [
      'has one product twice instead of two',
      { declared: {}, key: { products: ['uta_mgt', 'uta_mgt'] } },
      'ProductDrift',
    ],
    ['has no product', { declared: {}, key: { products: [] } }, 'ProductDrift'],
    [
      'may be used from one address more',
      { declared: {}, key: { allowList: [...allowList, '203.0.113.1'] } },
      'AllowListDrift',
    ],
    [
      'may be used from one address less',
      { declared: {}, key: { allowList: [BOT_ADDRESS] } },
      'AllowListDrift',
    ],
    ['may be used from anywhere', { declared: {}, key: { allowList: [] } }, 'AllowListDrift'],
    [
      'is bound though any address is declared',
      { declared: { allowList: [] }, key: { allowList } },
      'AllowListDrift',
    ],
  ] as const)('that %s has drifted', (_what, { declared, key }, reason) => {
    const wanted = { permission, products, allowList, ...declared };
    expect(findDrift(aListedKey({ permission, products, allowList, ...key }), wanted)?.reason).toBe(reason);
  });

  test('that has drifted in everything is told by its permission first', () => {
    const key = aListedKey({ permission: 'read', products: [], allowList: [] });
    expect(findDrift(key, DECLARED)?.reason).toBe('PermissionDrift');
  });

  test('that has drifted is told in words that name what was found and what is declared', () => {
    expect(findDrift(aListedKey({ products, allowList: [] }), DECLARED)?.message).toBe(
      'the key may be used from (none), declared is 192.0.2.10, 198.51.100.7',
    );
  });
});

describe("a key's own description", () => {
  test('as declared has no fault', () => {
    expect(findDescriptionFault(aDescription(), DECLARED)).toBeUndefined();
  });

  test.each([
    ['says that it may withdraw', { mayWithdraw: true }, 'WithdrawalAllowed'],
    ['names another account', { accountId: '2002' }, 'WrongSubAccount'],
    ['names no account', { accountId: '' }, 'WrongSubAccount'],
    ['may more than declared', { products: [...products, 'copy'] }, 'ProductDrift'],
    ['may only read', { permission: 'read' }, 'PermissionDrift'],
    ['works from anywhere', { allowList: [] }, 'AllowListDrift'],
    [
      'says everything at once',
      { mayWithdraw: true, accountId: '', permission: 'read' },
      'WithdrawalAllowed',
    ],
  ] as const)('is refused if it %s', (_what, changes, reason) => {
    expect(findDescriptionFault(aDescription(changes), DECLARED)?.reason).toBe(reason);
  });
});

describe('a key that does not tell everything', () => {
  test('will do if it is bound to addresses and does not say which', () => {
    expect(findDescriptionFault(aDescription({ allowList: 'untold' }), DECLARED)).toBeUndefined();
  });

  test('is refused if it is bound to addresses and any address was declared', () => {
    const declared = { ...DECLARED, allowList: [] };
    expect(findDescriptionFault(aDescription({ allowList: 'untold' }), declared)?.reason).toBe(
      'AllowListDrift',
    );
  });

  test('will do if it does not say whose it is', () => {
    const { accountId: _, ...untold } = aDescription();
    expect(findDescriptionFault(untold, DECLARED)).toBeUndefined();
  });
});

describe('a manager key', () => {
  const good: ManagerDescription = {
    isSubAccount: false,
    mayManageKeys: true,
    mayWithdraw: false,
    allowList: [FUNCTION_ADDRESS],
  };

  test('of the main account that manages keys, cannot withdraw and is bound to an address will do', () => {
    expect(findManagerFault(good)).toBeUndefined();
  });

  test('that tells neither whose it is nor its addresses will do: its lists show the rest', () => {
    const { isSubAccount: _, ...untold } = good;
    expect(findManagerFault({ ...untold, allowList: 'untold' })).toBeUndefined();
  });

  test.each([
    ['belongs to a sub-account', { isSubAccount: true }, 'ManagerIsSubAccount'],
    ['may withdraw', { mayWithdraw: true }, 'ManagerMayWithdraw'],
    ['may not manage keys', { mayManageKeys: false }, 'ManagerCannotManageKeys'],
    ['works from any address', { allowList: [] }, 'ManagerHasNoAllowList'],
  ])('is refused if it %s', (_what, changes, reason) => {
    const fault = findManagerFault({ ...good, ...changes });
    expect(fault?.reason).toBe(reason);
    expect(fault?.message).not.toBe('');
  });
});

describe('what people read of a fault', () => {
  test.each([
    [
      findDrift(aListedKey({ permission: 'read', products }), DECLARED),
      'the key may read, declared is trade',
    ],
    [
      findDrift(aListedKey({ products: ['uta_trade', 'copy', 'uta_mgt'] }), DECLARED),
      'the key has the products copy, uta_mgt, uta_trade, declared are uta_mgt, uta_trade',
    ],
    [
      findDrift(aListedKey({ products, allowList: ['203.0.113.1'] }), DECLARED),
      'the key may be used from 203.0.113.1, declared is 192.0.2.10, 198.51.100.7',
    ],
    [
      findDrift(aListedKey({ products, allowList: 'untold' }), { ...DECLARED, allowList: [] }),
      'the key is bound to addresses, declared is that any address may use it',
    ],
    [
      findDescriptionFault(aDescription({ mayWithdraw: true }), DECLARED),
      'the key may withdraw; no key of Rekey ever may',
    ],
    [
      findDescriptionFault(aDescription({ accountId: '2002' }), DECLARED),
      'the key belongs to account 2002, declared is 1001',
    ],
  ])('names what was found and what should be: %#', (fault, message) => {
    expect(fault?.message).toBe(message);
  });
});

describe('a key that may do more than is declared', () => {
  const listed = (changes: Partial<ListedKey>) => aListedKey({ permission, products, allowList, ...changes });

  test.each([
    [
      'trades',
      {},
      { permission: 'read' },
      'PermissionAdded',
      'the key may trade, declared is that it may only read',
    ],
    [
      'has more products',
      { products: ['uta_mgt', 'loan', 'copy'] },
      {},
      'ProductAdded',
      'the key has the products copy, loan, which are not declared',
    ],
    [
      'is bound to nothing',
      { allowList: [] },
      {},
      'AddressAdded',
      'the key may be used from anywhere, declared is 192.0.2.10, 198.51.100.7',
    ],
    [
      'is bound to more addresses',
      { allowList: [...allowList, '203.0.113.9', '203.0.113.1'] },
      {},
      'AddressAdded',
      'the key may be used from 203.0.113.1, 203.0.113.9, which is not declared',
    ],
  ] as Array<[string, Partial<ListedKey>, Partial<typeof DECLARED>, string, string]>)(
    'is told by what was added: %s',
    (...row) => {
      const [, key, declared, reason, message] = row;
      expect(findWidening(listed(key), { ...DECLARED, ...declared })).toEqual({ reason, message });
    },
  );

  test.each([
    ['is just so', {}, {}],
    ['may only read', { permission: 'read' }, {}],
    ['reads, as declared', { permission: 'read' }, { permission: 'read' }],
    ['has fewer products', { products: ['uta_mgt'] }, {}],
    ['is bound to fewer addresses', { allowList: [BOT_ADDRESS] }, {}],
    ['does not tell its addresses', { allowList: 'untold' }, {}],
    ['is bound to nothing, as declared', { allowList: [] }, { allowList: [] }],
    ['is bound to an address, though any was declared', { allowList: [BOT_ADDRESS] }, { allowList: [] }],
  ] as Array<[string, Partial<ListedKey>, Partial<typeof DECLARED>]>)(
    'is not one that %s',
    (_what, key, declared) => {
      expect(findWidening(listed(key), { ...DECLARED, ...declared })).toBeUndefined();
    },
  );
});
