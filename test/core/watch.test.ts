import { beforeEach, describe, expect, test } from 'vitest';
import { newMemory, type PassResult, reconcilePass } from '../../lambda/core/pass.ts';
import type { Span } from '../../lambda/core/ports.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { BOT_ADDRESS } from '../support/in-memory-exchange.ts';
import { SCENE, World } from '../support/world.ts';

let world: World;
let memory = newMemory();

beforeEach(async () => {
  world = new World({ symbols: ['BTCUSDT', 'ETHUSDT'] });
  memory = newMemory();
  await world.rotate();
  world.time.advance(10 * DAY_MS);
  await pass();
  world.audit.events.length = 0;
});

/** A pass in the process that is warm from the pass before. */
function pass(): Promise<PassResult> {
  return reconcilePass({ declaration: world.account, scene: SCENE, memory }, world.ports);
}

/** Five minutes later. */
function nextPass(): Promise<PassResult> {
  world.time.advance(5 * MINUTE_MS);
  return pass();
}

function ordered(symbol: string, changes: { enteredBy?: 'api' | 'person'; minutesAgo?: number } = {}): void {
  const { minutesAgo = 0, ...more } = changes;
  const at = new Date(world.time.now().getTime() - minutesAgo * MINUTE_MS);
  const id = `order-${world.exchange.seen.orders.length}`;
  world.exchange.seen.orders = [
    ...world.exchange.seen.orders,
    { id, symbol, at, subAccount: '1001', ...more },
  ];
}

function withdrew(to = 'thief', minutesAgo = 0): void {
  const at = new Date(world.time.now().getTime() - minutesAgo * MINUTE_MS);
  const id = `withdrawal-${world.exchange.seen.withdrawals.length}`;
  const more = { kind: 'Withdrawal', id, at, coin: 'USDT', amount: '72', to } as const;
  world.exchange.seen.withdrawals = [...world.exchange.seen.withdrawals, more];
}

function transferred(to: string): void {
  const more = { id: 't1', at: world.time.now(), coin: 'BTC', amount: '1', to, subAccount: '1001' };
  world.exchange.seen.transfers = [{ ...more, kind: 'Transfer' }];
}

describe('orders', () => {
  test('in declared symbols are nothing to tell', async () => {
    ordered('BTCUSDT');
    ordered('ETHUSDT');
    const { gauges } = await nextPass();
    expect(world.audit.told).toEqual([]);
    expect(gauges).toMatchObject({ undeclaredOrders: 0, orderBursts: 0, blindWatches: 0 });
  });

  test('in another symbol are told once for each symbol and day, with since when and how many', async () => {
    ordered('SYSBTC', { minutesAgo: 3 });
    ordered('SYSBTC');
    const since = new Date(world.time.now().getTime() - 3 * MINUTE_MS).toISOString();
    const { gauges } = await nextPass();
    await nextPass();
    expect(gauges.undeclaredOrders).toBe(2);
    expect(world.audit.events).toMatchObject([
      {
        ...{ event: 'UndeclaredOrder', reason: 'SymbolNotDeclared', severity: 'critical' },
        ...{ key: 'grid-bot', subAccount: '1001', since, evidence: { symbol: 'SYSBTC', orders: 2 } },
      },
    ]);
  });

  test('that a person entered are told where the exchange tells', async () => {
    ordered('BTCUSDT', { enteredBy: 'person' });
    ordered('BTCUSDT', { enteredBy: 'api' });
    const { gauges } = await nextPass();
    expect(world.audit.told).toEqual(['UndeclaredOrder EnteredByHand']);
    expect(gauges.undeclaredOrders).toBe(1);
  });

  test('of a key without symbols are not looked at, and no value is read for it', async () => {
    const { symbols: _, ...declared } = world.declared;
    world.declared = declared;
    ordered('SYSBTC');
    let reads = 0;
    world.store.beforeNext('findValue', () => {
      reads += 1;
    });
    await nextPass();
    expect(world.audit.told).toEqual([]);
    expect(reads).toBe(0);
  });

  test('in any symbol are fine where that is declared; only their number is watched', async () => {
    world.declared = { ...world.declared, symbols: 'any' };
    ordered('SYSBTC');
    await nextPass();
    expect(world.audit.told).toEqual([]);
  });

  test('that could not be read for some minutes are counted, and read by the next pass from where the last one ended', async () => {
    ordered('SYSBTC');
    world.exchange.fail('listOrders', 'neverSent');
    const blind = await nextPass();
    expect(blind.gauges).toMatchObject({ blindWatches: 1, undeclaredOrders: 0 });
    expect(world.audit.told).toEqual([]);
    world.time.advance(HOUR_MS);
    const { gauges } = await pass();
    expect(gauges).toMatchObject({ blindWatches: 0, undeclaredOrders: 1 });
  });

  test('that could not be read for half an hour are told as not watched', async () => {
    for (let minutes = 5; minutes <= 30; minutes += 5) {
      expect(world.audit.events).toEqual([]);
      world.exchange.fail('listOrders', 'neverSent');
      await nextPass();
    }
    expect(world.audit.events).toMatchObject([
      {
        event: 'WatchBlind',
        reason: 'ExchangeUnavailable',
        subAccount: '1001',
        evidence: { what: 'orders' },
      },
    ]);
  });

  test('that a process has never read are told as not watched at once: nobody knows for how long', async () => {
    memory = newMemory();
    world.exchange.fail('listOrders', 'neverSent');
    await nextPass();
    expect(world.audit.told).toEqual(['WatchBlind ExchangeUnavailable']);
  });

  test('cannot be read with a key that is bound to other addresses, and that is told', async () => {
    for (const key of world.exchange.keys.values()) key.allowList = [BOT_ADDRESS];
    world.declared = { ...world.declared, allowList: [BOT_ADDRESS] };
    await nextPass();
    expect(world.audit.told).toEqual(['WatchBlind AddressNotAllowed']);
  });

  test('are seen that were entered while no process was there to look', async () => {
    ordered('SYSBTC', { minutesAgo: 100 });
    memory = newMemory();
    await pass();
    expect(world.audit.told).toEqual(['UndeclaredOrder SymbolNotDeclared']);
  });

  test('in far greater number than ever are told as a burst, and do not teach that this is usual', async () => {
    for (let day = 0; day < 4; day += 1) {
      for (let n = 0; n < 20; n += 1) ordered('BTCUSDT');
      world.time.advance(DAY_MS - 5 * MINUTE_MS);
      await nextPass();
    }
    world.audit.events.length = 0;
    for (let n = 0; n < 90; n += 1) ordered('BTCUSDT');
    const { gauges } = await nextPass();
    expect(gauges.orderBursts).toBe(1);
    expect(world.audit.events).toMatchObject([
      { event: 'OrderBurst', key: 'grid-bot', severity: 'warning', evidence: { orders: 90 } },
    ]);
    for (let n = 0; n < 200; n += 1) ordered('BTCUSDT');
    expect((await nextPass()).gauges.orderBursts).toBe(1);
  });
});

describe('coins', () => {
  test('that belong to a declared symbol are nothing to tell, any other is', async () => {
    world.exchange.seen.coins = ['BTC', 'USDT', 'ETH', 'SYS'];
    const { gauges } = await nextPass();
    expect(gauges.undeclaredCoins).toBe(1);
    expect(world.audit.events).toMatchObject([
      { event: 'UndeclaredCoin', subAccount: '1001', evidence: { coin: 'SYS' }, severity: 'warning' },
    ]);
  });
});

describe('funds that move', () => {
  test('are told one by one, with since when, how much and where to', async () => {
    withdrew('thief', 2);
    transferred('9999');
    const { gauges } = await nextPass();
    expect(gauges.unexpectedMovements).toBe(2);
    expect(world.audit.events).toMatchObject([
      {
        ...{ event: 'UnexpectedMovement', reason: 'Withdrawal', severity: 'critical' },
        evidence: { amount: '72', coin: 'USDT', to: 'thief' },
      },
      { event: 'UnexpectedMovement', reason: 'Transfer', subAccount: '1001', evidence: { to: '9999' } },
    ]);
  });

  test('are told once, though they are seen by several passes', async () => {
    withdrew();
    await nextPass();
    await nextPass();
    expect(world.audit.told).toEqual(['UnexpectedMovement Withdrawal']);
  });

  test('are told again, under the same id, by a process that remembers nothing', async () => {
    withdrew();
    await nextPass();
    memory = newMemory();
    await nextPass();
    expect(new Set(world.audit.events.map(({ id }) => id)).size).toBe(1);
    expect(world.audit.events).toHaveLength(2);
  });

  test('are fine to declared places, and nowhere else', async () => {
    world.watch = { ...world.watch, withdrawals: { to: ['vault'] }, transfers: { to: ['1000'] } };
    withdrew('vault');
    transferred('1000');
    await nextPass();
    expect(world.audit.told).toEqual([]);
    withdrew('thief');
    await nextPass();
    expect(world.audit.told).toEqual(['UnexpectedMovement Withdrawal']);
  });

  test('are not asked for where any are allowed', async () => {
    world.watch = { ...world.watch, withdrawals: 'any', transfers: 'any' };
    world.exchange.fail('listWithdrawals', 'neverSent');
    world.exchange.fail('listTransfers', 'neverSent');
    expect((await nextPass()).gauges.blindWatches).toBe(0);
  });

  test('in great number are told up to twenty, and counted', async () => {
    for (let n = 0; n < 30; n += 1) withdrew();
    const { gauges } = await nextPass();
    expect(gauges.unexpectedMovements).toBe(30);
    expect(world.audit.events).toHaveLength(20);
    expect(world.audit.events[0]?.message).toContain('30 in all');
  });

  test('that the audit bus does not take are seen and told by the next pass', async () => {
    withdrew();
    world.audit.refuse('UnexpectedMovement');
    const { undone } = await nextPass();
    expect(undone.map(({ what }) => what)).toEqual(['findings of the watch']);
    world.audit.accept();
    world.time.advance(HOUR_MS);
    await pass();
    expect(world.audit.told).toEqual(['UnexpectedMovement Withdrawal']);
  });
});

describe('a frozen sub-account', () => {
  test('is told', async () => {
    world.exchange.seen.frozen = ['1001', '2002'];
    const { gauges } = await nextPass();
    expect(gauges.frozenSubAccounts).toBe(1);
    expect(world.audit.told).toEqual(['SubAccountFrozen FoundFrozen']);
  });
});

describe('rights that the list of keys leaves out', () => {
  beforeEach(() => {
    world.exchange.listsEveryRight = false;
  });

  test('are asked of the key itself: that it may withdraw is told', async () => {
    const [keyId = ''] = world.exchange.keys.keys();
    const key = world.exchange.keys.get(keyId);
    if (key) world.exchange.keys.set(keyId, { ...key, mayWithdraw: true });
    const { gauges } = await nextPass();
    expect(gauges.widenedKeys).toBe(1);
    expect(world.audit.told).toEqual(['PowerWidened WithdrawalAllowed']);
  });

  test('are nothing to tell if there are none', async () => {
    expect((await nextPass()).gauges).toMatchObject({ widenedKeys: 0, blindWatches: 0 });
    expect(world.audit.told).toEqual([]);
  });
});

describe('whatever the watch meets', () => {
  test.each(['listOrders', 'listWithdrawals', 'listTransfers', 'listFrozen'] as const)(
    'a fault of %s keeps no key alive that should be dead',
    async (call) => {
      const orphan = world.exchange.addKey({ label: 'rk' });
      expect(orphan).toBeDefined();
      await world.rotate();
      world.time.advance(25 * HOUR_MS);
      world.exchange.fail(call, { refuse: 'PermissionDenied' });
      const { gauges, undone, unread } = await pass();
      expect(world.exchange.revoked).toHaveLength(1);
      expect({ blind: gauges.blindWatches, undone, unread }).toEqual({ blind: 1, undone: [], unread: [] });
    },
  );
});

describe('what is looked at', () => {
  /** From when to when the exchange is asked about orders in this pass, in minutes before now. */
  async function span(): Promise<[number, number]> {
    const spans: Span[] = [];
    const { activity } = world.exchange;
    const listOrders: typeof activity.listOrders = async (_signer, query) => {
      spans.push(query.span);
      return { orders: [], isCut: false };
    };
    Object.defineProperty(world.exchange, 'activity', {
      configurable: true,
      get: () => ({ ...activity, listOrders }),
    });
    await pass();
    const [asked] = spans;
    const ago = (time?: Date) => (world.time.now().getTime() - (time?.getTime() ?? Number.NaN)) / MINUTE_MS;
    return [ago(asked?.from), ago(asked?.to)];
  }

  test('overlaps with what the pass before has looked at', async () => {
    world.time.advance(5 * MINUTE_MS);
    expect(await span()).toEqual([15, 0]);
  });

  test('goes back to the last pass, but never further than an exchange answers for', async () => {
    world.time.advance(22 * HOUR_MS);
    expect(await span()).toEqual([22 * 60 + 10, 0]);
    world.time.advance(30 * HOUR_MS);
    expect(await span()).toEqual([23 * 60, 0]);
  });

  test('goes back two hours in a process that remembers nothing', async () => {
    memory = newMemory();
    expect(await span()).toEqual([120, 0]);
  });
});

describe('the rhythm of orders', () => {
  const noted = () => world.store.secret(world.arn).tags.get('rekey:orders');

  test('is noted at the secret, with the greatest number and since when it is known', async () => {
    const at = world.time.now();
    expect(noted()).toBe(`0 ${at.toISOString()} ${at.toISOString()}`);
    for (let n = 0; n < 3; n += 1) ordered('BTCUSDT');
    await nextPass();
    expect(noted()).toBe(`3 ${world.time.now().toISOString()} ${at.toISOString()}`);
  });

  test('is not noted anew as long as it is what it was', async () => {
    const before = noted();
    await nextPass();
    expect(noted()).toBe(before);
  });

  test('is not noted for a key whose orders are not watched', async () => {
    world = new World();
    await world.rotate();
    await pass();
    expect(noted()).toBeUndefined();
  });

  test('that could not be noted is part of the result, and keeps nothing from being told', async () => {
    for (let n = 0; n < 3; n += 1) ordered('SYSBTC');
    world.store.fail('tag');
    const { undone } = await nextPass();
    expect(undone).toMatchObject([
      { what: 'rhythm of sub-account 1001', error: { message: 'ThrottlingException' } },
    ]);
    expect(world.audit.told).toEqual(['UndeclaredOrder SymbolNotDeclared']);
  });
});

test('a movement that could not be read is seen by the next pass, however late that is', async () => {
  withdrew();
  world.exchange.fail('listWithdrawals', 'neverSent');
  await nextPass();
  world.time.advance(3 * HOUR_MS);
  await pass();
  expect(world.audit.told).toContain('UnexpectedMovement Withdrawal');
});
