import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../lambda/core/errors.ts';
import { findListed, verifyKey } from '../../lambda/core/verification.ts';
import { SUB_ACCOUNT } from '../support/builders.ts';
import { at, MINUTE_MS, SECOND_MS, START } from '../support/fixed-time.ts';
import { BOT_ADDRESS, credentialsOf, FUNCTION_ADDRESS, type KeptKey } from '../support/in-memory-exchange.ts';
import { World } from '../support/world.ts';

/** A world in which the declared key exists at the exchange, with what a test wants different. */
function worldWithKey(changes: Partial<KeptKey> = {}, declared: Partial<World['declared']> = {}) {
  const world = new World(declared);
  const { permission, products, allowList } = world.declared;
  const key = world.exchange.addKey({ permission, products, allowList, ...changes });
  return { world, key, verify: () => verifyKey(credentialsOf(key), world.declared, world.ports) };
}

describe('verifying a key', () => {
  test('succeeds when it signs a call and the exchange describes it as declared', async () => {
    const { world, verify } = worldWithKey();
    expect(await verify()).toEqual({
      reason: 'SignedCall',
      message: 'the key signed a call and the exchange described it as declared',
    });
    expect(world.time.now()).toEqual(START);
  });

  test.each([
    ['it may withdraw', { mayWithdraw: true }, 'WithdrawalAllowed'],
    ['it belongs to another sub-account', { accountId: '2002' }, 'WrongSubAccount'],
    ['it has a permission too many', { products: ['uta_mgt', 'uta_trade'] }, 'ProductDrift'],
    ['it may only read', { permission: 'read' }, 'PermissionDrift'],
    ['it may be used from anywhere', { allowList: [] }, 'AllowListDrift'],
  ] as const)('fails when %s', async (_what, changes, reason) => {
    await expect(worldWithKey(changes).verify()).rejects.toMatchObject({ name: 'CheckFailedError', reason });
  });

  test.each(['BadSignature', 'BadPassphrase', 'WrongEnvironment', 'AccountFrozen'] satisfies Refusal[])(
    'fails at once when the exchange refuses it with %s',
    async (refuse) => {
      const { world, verify } = worldWithKey();
      world.exchange.fail('describeKey', { refuse });
      await expect(verify()).rejects.toMatchObject({ name: 'ExchangeRefusedError', reason: refuse });
      expect(world.time.now()).toEqual(START);
    },
  );

  test('fails when the exchange cannot be asked', async () => {
    const { world, verify } = worldWithKey();
    world.exchange.fail('describeKey', 'loseAnswer');
    await expect(verify()).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
  });
});

describe('a new key that the exchange does not know yet', () => {
  test('is asked again until it works, five minutes later', async () => {
    const { world, verify } = worldWithKey({ activeFrom: at(5 * MINUTE_MS) });
    expect((await verify()).reason).toBe('SignedCall');
    expect(world.time.now().getTime()).toBeGreaterThanOrEqual(at(5 * MINUTE_MS).getTime());
  });

  test.each(['UnknownKey', 'NotAccepted'] satisfies Refusal[])(
    'is asked again when the exchange refuses it with %s, as it may not know it yet',
    async (refuse) => {
      const { world, verify } = worldWithKey();
      world.exchange.fail('describeKey', { refuse });
      expect((await verify()).reason).toBe('SignedCall');
    },
  );

  test('is given up before the function runs out of time', async () => {
    const { world, verify } = worldWithKey({ activeFrom: at(60 * MINUTE_MS) });
    await expect(verify()).rejects.toMatchObject({
      name: 'CheckFailedError',
      reason: 'KeyNotActive',
      message: 'the exchange still does not accept the new key after five minutes',
    });
    expect(world.time.now().getTime()).toBeLessThan(at(6 * MINUTE_MS).getTime());
  });
});

describe("a key whose allow-list leaves out the functions' address", () => {
  const botOnly = { allowList: [BOT_ADDRESS] };

  test('is proven by being refused for the address', async () => {
    expect(await worldWithKey(botOnly, botOnly).verify()).toEqual({
      reason: 'RefusedForAddress',
      message:
        'the exchange refused the key only for the address of the functions, which its allow-list leaves out',
    });
  });

  test('is proven even though the manager key is bound to one of its addresses as well', async () => {
    const { world, verify } = worldWithKey(botOnly, botOnly);
    world.exchange.manager = { ...world.exchange.manager, allowList: [BOT_ADDRESS, FUNCTION_ADDRESS] };
    expect((await verify()).reason).toBe('RefusedForAddress');
  });

  test.each([
    ['declares the address of the functions', {}, [FUNCTION_ADDRESS]],
    ['declares that any address will do', { allowList: [] }, [FUNCTION_ADDRESS]],
    ['has functions whose address nobody knows', botOnly, []],
    ['has functions whose address the exchange does not tell', botOnly, 'untold'],
  ] as Array<[string, Partial<World['declared']>, string[] | 'untold']>)(
    'fails if its declaration %s: the refusal was not to be expected',
    async (_what, declared, own) => {
      const { world, verify } = worldWithKey(botOnly, declared);
      world.exchange.manager = { ...world.exchange.manager, allowList: own };
      await expect(verify()).rejects.toMatchObject({
        name: 'ExchangeRefusedError',
        reason: 'AddressNotAllowed',
        code: 'unexpected',
        message: expect.stringContaining('refused the verification call of the new key'),
      });
    },
  );
});

describe('finding a key on the list', () => {
  test('asks again for a moment, as a new key may be missing', async () => {
    const { world, key } = worldWithKey({ listedFrom: at(10 * SECOND_MS) });
    expect((await findListed(world.ports, SUB_ACCOUNT, key.keyId))?.keyId).toBe(key.keyId);
  });

  test('does not take another key of the sub-account for it', async () => {
    const { world } = worldWithKey();
    const { keyId } = world.exchange.addKey();
    expect((await findListed(world.ports, SUB_ACCOUNT, keyId))?.keyId).toBe(keyId);
  });

  test('gives up after a quarter of a minute', async () => {
    const { world, key } = worldWithKey({ listedFrom: at(20 * SECOND_MS) });
    expect(await findListed(world.ports, SUB_ACCOUNT, key.keyId)).toBeUndefined();
    expect(world.time.now().getTime()).toBeLessThanOrEqual(at(15 * SECOND_MS).getTime());
  });

  test('does not find the key of another sub-account', async () => {
    const { world, key } = worldWithKey({ subAccount: '2002' });
    expect(await findListed(world.ports, SUB_ACCOUNT, key.keyId)).toBeUndefined();
  });
});
