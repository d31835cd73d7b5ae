import { describe, expect, test } from 'vitest';
import type { ActivityObservation, Sight } from '../../lambda/core/activity.ts';
import type { KeyDescription } from '../../lambda/core/api-key.ts';
import { ExchangeUnavailableError } from '../../lambda/core/errors.ts';
import type { Movement, SeenOrder } from '../../lambda/core/ports.ts';
import { stoppedLabel } from '../../lambda/core/staging.ts';
import { judgeActivity } from '../../lambda/core/suspicion.ts';
import type { KeyDeclaration } from '../../lambda/declaration.ts';
import { aDeclaration, anAccount, anObservedKey, aSecret, keyOfVersion, V1 } from '../support/builders.ts';
import { at, DAY_MS, MINUTE_MS, START } from '../support/fixed-time.ts';

const TRADER = aDeclaration({ symbols: ['BTCUSDT'] });
const READER = aDeclaration({ name: 'tracker', permission: 'read' });

function aSight(changes: Partial<Sight> = {}, ...declared: KeyDeclaration[]): Sight {
  const keys = (declared.length > 0 ? declared : [TRADER]).map((key) => anObservedKey({ declared: key }));
  return { subAccount: '1001', keys, descriptions: new Map(), ...changes };
}

function judge(seen: Partial<ActivityObservation>, declaration = anAccount([TRADER])) {
  return judgeActivity({ sights: [], withdrawals: [], blind: [], ...seen }, declaration, START);
}

function aMovement(changes: Partial<Movement> = {}): Movement {
  return {
    ...{ kind: 'Withdrawal', id: 'w1', at: at(-MINUTE_MS), coin: 'USDT', amount: '72', to: 'thief' },
    ...changes,
  };
}

function anOrder(symbol: string, ms = 0, changes: Partial<SeenOrder> = {}): SeenOrder {
  return { id: `${symbol} ${ms}`, symbol, at: at(ms), ...changes };
}

function ordered(...orders: SeenOrder[]): Partial<Sight> {
  return { orders: { orders, isCut: false } };
}

const NOTHING_SEEN = {
  unexpectedMovements: 0,
  undeclaredOrders: 0,
  undeclaredCoins: 0,
  orderBursts: 0,
  frozenSubAccounts: 0,
  blindWatches: 0,
  widenedKeys: 0,
};

test('an account on which nothing unusual happened gives nothing to tell and counts zero of everything', () => {
  const sight = aSight({
    ...ordered(anOrder('BTCUSDT')),
    ...{ coins: ['BTC', 'USDT'], transfers: [], isFrozen: false },
  });
  expect(judge({ sights: [sight] })).toEqual({ findings: [], signs: [], gauges: NOTHING_SEEN });
});

test('what was not looked at gives nothing to tell', () => {
  expect(judge({ sights: [aSight()] })).toEqual({ findings: [], signs: [], gauges: NOTHING_SEEN });
});

describe('a withdrawal that nobody allowed', () => {
  const { findings, signs, gauges } = judge(
    { withdrawals: [aMovement(), aMovement({ id: 'w2', at: at(-2 * MINUTE_MS) })] },
    anAccount([TRADER, READER]),
  );

  test('is told by itself, with the time and the place', () => {
    expect(findings).toHaveLength(2);
    expect(findings[0]).toEqual({
      event: 'UnexpectedMovement',
      reason: 'Withdrawal',
      subAccount: undefined,
      since: at(-MINUTE_MS),
      evidence: { id: 'w1', coin: 'USDT', amount: '72', to: 'thief' },
      message: '72 USDT were withdrawn to thief, which is not allowed',
      occurrence: 'w1',
    });
    expect(gauges).toEqual({ ...NOTHING_SEEN, unexpectedMovements: 2 });
  });

  test('asks for an end of every key of the account, up to the last one that was seen', () => {
    expect(signs).toEqual([
      {
        reason: 'Withdrawal',
        keys: ['grid-bot', 'tracker'],
        lastSeen: at(-MINUTE_MS),
        admits: ['stop'],
        declaredBy: 'account',
      },
    ]);
  });
});

describe('a transfer that nobody allowed', () => {
  const moved = aMovement({ kind: 'Transfer', id: 't1', to: '9999' });
  const { findings, signs } = judge(
    { sights: [aSight({ transfers: [moved] }, TRADER, READER)] },
    anAccount([TRADER, READER, aDeclaration({ name: 'elsewhere', subAccount: '2002' })]),
  );

  test('is told with the sub-account that it left', () => {
    expect(findings).toMatchObject([
      {
        ...{ event: 'UnexpectedMovement', reason: 'Transfer', subAccount: '1001', occurrence: 't1' },
        message: '72 USDT were transferred out of the sub-account to 9999, which is not allowed',
      },
    ]);
  });

  test('asks for an end of the keys of that sub-account only', () => {
    expect(signs).toMatchObject([{ reason: 'Transfer', keys: ['grid-bot', 'tracker'], admits: ['stop'] }]);
  });
});

test.each([
  ['all of twenty', 20, 20, '72 USDT were withdrawn to thief, which is not allowed'],
  ['twenty of more', 21, 20, '72 USDT were withdrawn to thief, which is not allowed; 21 in all'],
] as Array<[string, number, number, string]>)('movements are told one by one: %s', (...row) => {
  const [, count, told, message] = row;
  const withdrawals = Array.from({ length: count }, (_, n) => aMovement({ id: `w${n}` }));
  const { findings, gauges } = judge({ withdrawals });
  expect(findings).toHaveLength(told);
  expect(findings[0]?.message).toBe(message);
  expect(gauges.unexpectedMovements).toBe(count);
});

describe('a movement is allowed', () => {
  const moves = {
    withdrawals: [aMovement({ to: 'vault' })],
    sights: [aSight({ transfers: [aMovement({ kind: 'Transfer', to: 'vault' })] })],
  };

  test.each([
    ['nowhere', 'none', 2],
    ['to a place that is declared', { to: ['other', 'vault'] }, 0],
    ['to no other place', { to: ['other'] }, 2],
    ['anywhere', 'any', 0],
  ] as const)('%s, if that is declared', (_where, allowed, count) => {
    const account = anAccount([TRADER]);
    const watch = { ...account.watch, withdrawals: allowed, transfers: allowed } as typeof account.watch;
    expect(judge(moves, { ...account, watch }).gauges.unexpectedMovements).toBe(count);
  });
});

describe('orders in a symbol that is not declared', () => {
  const { findings, signs, gauges } = judge({
    sights: [
      aSight(ordered(anOrder('SYSBTC', 5), anOrder('SYSBTC', 1), anOrder('SYSBTC', 9), anOrder('ABC', 3))),
    ],
  });

  test('are told together, symbol by symbol, from the first one on', () => {
    expect(findings).toEqual([
      {
        event: 'UndeclaredOrder',
        reason: 'SymbolNotDeclared',
        key: 'grid-bot',
        subAccount: '1001',
        since: at(1),
        evidence: { symbol: 'SYSBTC', orders: 3, id: 'SYSBTC 5' },
        message: 'sub-account 1001 entered 3 order(s) in SYSBTC, which is not declared',
        occurrence: 'SYSBTC 2026-11-21',
      },
      expect.objectContaining({ evidence: { symbol: 'ABC', orders: 1, id: 'ABC 3' } }),
    ]);
    expect(gauges).toEqual({ ...NOTHING_SEEN, undeclaredOrders: 4 });
  });

  test('put the key in doubt until the last one', () => {
    expect(signs[0]).toEqual({
      reason: 'SymbolNotDeclared',
      keys: ['grid-bot'],
      lastSeen: at(9),
      admits: ['rotate', 'stop'],
      declaredBy: 'key',
    });
    expect(signs).toHaveLength(2);
  });
});

describe('orders on a sub-account with several keys', () => {
  test('may be in the symbols of any of them', () => {
    const other = aDeclaration({ name: 'other', symbols: ['ETHUSDT'] });
    const sight = aSight(ordered(anOrder('BTCUSDT'), anOrder('ETHUSDT')), TRADER, other);
    expect(judge({ sights: [sight] }).findings).toEqual([]);
  });

  test('may be in any symbol if one of them may', () => {
    const any = aDeclaration({ name: 'other', symbols: 'any' });
    expect(judge({ sights: [aSight(ordered(anOrder('SYSBTC')), TRADER, any)] }).findings).toEqual([]);
  });

  test('are told of the sub-account alone, and put all in doubt that trade there', () => {
    const other = aDeclaration({ name: 'other' });
    const { findings, signs } = judge({
      sights: [aSight(ordered(anOrder('SYSBTC')), TRADER, READER, other)],
    });
    expect(findings[0]).not.toHaveProperty('key');
    expect(findings[0]?.subAccount).toBe('1001');
    expect(signs[0]?.keys).toEqual(['grid-bot', 'other']);
  });

  test('are told of the one that trades if the others only read', () => {
    const sight = aSight(ordered(anOrder('SYSBTC')), READER, TRADER);
    expect(judge({ sights: [sight] }).findings[0]?.key).toBe('grid-bot');
  });

  test('are told of none if all of them only read', () => {
    const reading = { ...READER, symbols: ['BTCUSDT'] };
    expect(judge({ sights: [aSight(ordered(anOrder('SYSBTC')), reading)] }).findings[0]).not.toHaveProperty(
      'key',
    );
  });
});

test('orders that a person entered are told as such, in a declared symbol too', () => {
  const { findings, signs, gauges } = judge({
    sights: [
      aSight(
        ordered(anOrder('BTCUSDT', 0, { enteredBy: 'person' }), anOrder('BTCUSDT', 1, { enteredBy: 'api' })),
      ),
    ],
  });
  expect(findings).toMatchObject([
    {
      reason: 'EnteredByHand',
      message: 'sub-account 1001 entered 1 order(s) in BTCUSDT, and not through the API',
    },
  ]);
  expect(signs).toMatchObject([{ reason: 'EnteredByHand', lastSeen: START }]);
  expect(gauges.undeclaredOrders).toBe(1);
});

test('a coin of no declared symbol is told, and puts nothing in doubt: anybody could have sent it', () => {
  const { findings, signs, gauges } = judge({ sights: [aSight({ coins: ['BTC', 'SYS', 'USDT'] })] });
  expect(findings).toEqual([
    {
      event: 'UndeclaredCoin',
      reason: 'CoinNotDeclared',
      subAccount: '1001',
      evidence: { coin: 'SYS' },
      message: 'sub-account 1001 holds SYS, which belongs to no declared symbol',
      occurrence: 'SYS 2026-11-21',
    },
  ]);
  expect(signs).toEqual([]);
  expect(gauges).toEqual({ ...NOTHING_SEEN, undeclaredCoins: 1 });
});

test('no coin is strange where any symbol is declared', () => {
  const [key] = aSight({}).keys;
  if (!key) throw new Error('a sight has a key');
  const declared = { ...key.declared, symbols: 'any' } as const;
  const sight = aSight({ coins: ['BTC', 'SYS', 'USDT'], keys: [{ ...key, declared }] });
  expect(judge({ sights: [sight] }).findings).toEqual([]);
});

describe('a burst of orders', () => {
  const rhythm = { peak: 19.5, at: START, since: at(-30 * DAY_MS) };
  const orders = Array.from({ length: 90 }, (_, n) => anOrder('BTCUSDT', n));

  test('is told with the greatest number so far, and puts nothing in doubt', () => {
    const { findings, signs, gauges } = judge({ sights: [aSight({ ...ordered(...orders), rhythm })] });
    expect(findings).toEqual([
      {
        event: 'OrderBurst',
        reason: 'FarAboveUsual',
        key: 'grid-bot',
        subAccount: '1001',
        evidence: { orders: 90, usualAtMost: 20 },
        message: 'sub-account 1001 entered 90 orders in five minutes; 20 was the most so far',
        occurrence: '2026-11-21',
      },
    ]);
    expect(signs).toEqual([]);
    expect(gauges).toEqual({ ...NOTHING_SEEN, orderBursts: 1 });
  });

  test('is none as long as nobody knows what is usual', () => {
    expect(judge({ sights: [aSight(ordered(...orders))] }).findings).toEqual([]);
  });
});

describe('a frozen sub-account', () => {
  const stopped = anObservedKey({ secret: aSecret({ [V1]: ['AWSCURRENT', stoppedLabel(V1)] }) });
  const living = anObservedKey();

  test('is told', () => {
    const { findings, signs, gauges } = judge({ sights: [aSight({ isFrozen: true })] });
    expect(findings).toEqual([
      {
        event: 'SubAccountFrozen',
        reason: 'FoundFrozen',
        subAccount: '1001',
        message: 'sub-account 1001 is frozen at the exchange, and not by Rekey: its keys can do nothing',
        occurrence: '2026-11-21',
      },
    ]);
    expect(signs).toEqual([]);
    expect(gauges).toEqual({ ...NOTHING_SEEN, frozenSubAccounts: 1 });
  });

  test.each([
    ['is as it should be if all its keys are stopped', [stopped, stopped], 0],
    ['is told if one of its keys is not stopped', [stopped, living], 1],
  ])('%s', (_what, keys, count) => {
    expect(judge({ sights: [aSight({ keys, isFrozen: true })] }).gauges.frozenSubAccounts).toBe(count);
  });
});

describe('a key that says of itself', () => {
  function described(changes: Partial<KeyDescription>) {
    const { permission, products, allowList } = TRADER;
    const told = { mayWithdraw: false, permission, products, allowList, ...changes };
    return judge({ sights: [aSight({ descriptions: new Map([['grid-bot', told]]) })] });
  }

  test('what is declared is nothing to tell', () => {
    expect(described({})).toEqual({ findings: [], signs: [], gauges: NOTHING_SEEN });
  });

  test('that it may withdraw is told, and in doubt from now on', () => {
    const { findings, signs, gauges } = described({ mayWithdraw: true });
    expect(findings).toEqual([
      {
        event: 'PowerWidened',
        key: 'grid-bot',
        reason: 'WithdrawalAllowed',
        message: 'the key may withdraw; no key of Rekey ever may',
        occurrence: '2026-11-21',
      },
    ]);
    expect(signs).toEqual([
      {
        reason: 'WithdrawalAllowed',
        keys: ['grid-bot'],
        lastSeen: START,
        admits: ['rotate', 'stop'],
        declaredBy: 'key',
      },
    ]);
    expect(gauges).toEqual({ ...NOTHING_SEEN, widenedKeys: 1 });
  });

  test('that it has rights that nobody declared is told with their names', () => {
    expect(described({ products: ['uta_trade', 'loan', 'copy'] }).findings).toMatchObject([
      { reason: 'ProductAdded', message: 'the key has the rights loan, copy, which nobody declared' },
    ]);
  });

  test('that it has a right that the list of keys shows is not told twice', () => {
    const told = { mayWithdraw: false, permission: 'trade', products: ['loan'], allowList: [] } as const;
    const keys = [anObservedKey({ declared: TRADER, listed: [keyOfVersion(V1, { products: ['loan'] })] })];
    const sight = aSight({ keys, descriptions: new Map([['grid-bot', told]]) });
    expect(judge({ sights: [sight] }).findings).toEqual([]);
  });

  test('that it has a right that only another key has is told', () => {
    const told = { mayWithdraw: false, permission: 'trade', products: ['loan'], allowList: [] } as const;
    const keys = [
      anObservedKey({ declared: { ...READER, products: ['loan'] }, listed: [] }),
      anObservedKey({ declared: TRADER }),
    ];
    const sight = aSight({ keys, descriptions: new Map([['grid-bot', told]]) });
    expect(judge({ sights: [sight] }).findings).toMatchObject([{ key: 'grid-bot', reason: 'ProductAdded' }]);
  });
});

describe('what could not be read', () => {
  test('is told of orders that were more than a pass can read', () => {
    const sights = [aSight({ orders: { orders: [], isCut: true } })];
    const { findings, signs, gauges } = judge({ sights });
    expect(findings).toEqual([
      {
        event: 'WatchBlind',
        reason: 'ListTooLong',
        subAccount: '1001',
        evidence: { what: 'orders' },
        message:
          'sub-account 1001 entered more orders than a pass can read; nothing unusual in the others would be noticed',
        occurrence: 'orders 2026-11-21',
      },
    ]);
    expect(signs).toEqual([]);
    expect(gauges).toEqual({ ...NOTHING_SEEN, blindWatches: 1 });
  });

  test('is told with the reason, and counted', () => {
    const blind = [
      { what: 'orders', subAccount: '1001', error: new ExchangeUnavailableError('GET /orders', 'x') },
      { what: 'withdrawals', error: new Error('canary') },
    ];
    const { findings, signs, gauges } = judge({ blind });
    expect(findings).toEqual([
      {
        event: 'WatchBlind',
        reason: 'ExchangeUnavailable',
        subAccount: '1001',
        evidence: { what: 'orders' },
        message:
          'the orders of sub-account 1001 could not be read, so nothing unusual in them would be noticed',
        occurrence: 'orders 2026-11-21',
      },
      {
        event: 'WatchBlind',
        reason: 'Unexpected',
        subAccount: undefined,
        evidence: { what: 'withdrawals' },
        message: 'the withdrawals could not be read, so nothing unusual in them would be noticed',
        occurrence: 'withdrawals 2026-11-21',
      },
    ]);
    expect(signs).toEqual([]);
    expect(gauges).toEqual({ ...NOTHING_SEEN, blindWatches: 2 });
  });
});
