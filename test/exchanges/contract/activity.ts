import { beforeEach, describe, expect, test } from 'vitest';
import type { Credentials } from '../../../lambda/core/api-key.ts';
import type { Movement, OrderList, Span } from '../../../lambda/core/ports.ts';
import { EXCHANGES } from '../../../lambda/exchanges/catalog.ts';
import { MINUTE_MS } from '../../support/fixed-time.ts';
import type { CallName, ContractContext } from './context.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];

/** What an adapter tells of what happens on the accounts. */
export function activity(c: ContractContext): void {
  const traits = () => EXCHANGES[c.facts.name];
  const now = () => c.under.simulator.now();
  /** From a minute ago to a minute from now: the simulator's clock is moved by answers that it delays. */
  const lately = (): Span => ({
    from: new Date(now().getTime() - MINUTE_MS),
    to: new Date(now().getTime() + MINUTE_MS),
  });
  const longAgo = (): Span => ({
    from: new Date(now().getTime() - 10 * MINUTE_MS),
    to: new Date(now().getTime() - 5 * MINUTE_MS),
  });

  test('what is told is what the traits say', () => {
    const { sees, canFreeze } = traits() ?? {};
    const told = c.exchange.activity;
    expect({
      coins: told.listCoins !== undefined,
      withdrawals: told.listWithdrawals !== undefined,
      transfers: told.listTransfers !== undefined,
      frozen: told.listFrozen !== undefined,
      everyRight: told.listsEveryRight,
      canFreeze: c.exchange.setFrozen !== undefined,
    }).toEqual({
      coins: sees?.coins,
      withdrawals: sees?.withdrawals,
      transfers: sees?.transfers,
      frozen: sees?.frozen,
      everyRight: sees?.everyRight,
      canFreeze,
    });
  });

  describe('orders of a sub-account', () => {
    let key: Credentials;
    const list = (span = lately(), symbols = SYMBOLS): Promise<OrderList> =>
      c.exchange.activity.listOrders(key, { symbols, span });
    const enter = (fields: object) => c.under.simulator.happens('orders', { price: '1', ...fields });

    beforeEach(async () => {
      key = await c.issue(c.order());
    });

    test('are told with symbol, time and id, whoever entered them', async () => {
      const byKey = await enter({ apiKey: key.keyId, symbol: 'BTCUSDT' });
      const byHand = await enter({ subAccount: c.under.subAccounts[0], symbol: 'ETHUSDT' });
      const { orders, isCut } = await list();
      expect(isCut).toBe(false);
      const told = orders.map(({ id, symbol, at }) => [
        id,
        symbol,
        Math.abs(at.getTime() - now().getTime()) < MINUTE_MS,
      ]);
      expect(told.sort()).toEqual(
        [
          [byKey.id, 'BTCUSDT', true],
          [byHand.id, 'ETHUSDT', true],
        ].sort(),
      );
    });

    test('of another sub-account, or of another time, are not told', async () => {
      await enter({ subAccount: c.under.subAccounts[1], symbol: 'BTCUSDT' });
      expect((await list()).orders).toEqual([]);
      await enter({ apiKey: key.keyId, symbol: 'BTCUSDT' });
      expect((await list(longAgo())).orders).toEqual([]);
    });

    test('in a symbol that was not asked for are told where the exchange tells every symbol', async () => {
      await enter({ apiKey: key.keyId, symbol: 'SOLUSDT' });
      const { orders } = await list();
      expect(orders.length).toBe(traits()?.sees.orders === 'every symbol' ? 1 : 0);
    });

    test('in a symbol that was not asked for are told if its coin is asked for, traded or not', async () => {
      await enter({ apiKey: key.keyId, symbol: 'SOLUSDT' });
      const query = { symbols: SYMBOLS, span: lately(), strangeCoins: ['SOL', 'AIRDROP'] };
      const { orders } = await c.exchange.activity.listOrders(key, query);
      expect(orders.map(({ symbol }) => symbol)).toEqual(['SOLUSDT']);
    });

    test('that fill more than one page are told all, and each once', async () => {
      const count = c.facts.ordersPerPage + 5;
      for (let n = 0; n < count; n += 1) {
        await enter({ apiKey: key.keyId, symbol: 'BTCUSDT' });
        c.under.simulator.simulator.clock.advance(10);
      }
      const { orders } = await list();
      expect(new Set(orders.map(({ id }) => id)).size).toBe(count);
      expect(orders).toHaveLength(count);
    }, 60_000);

    test('are not told to a key that is bound to another address', async () => {
      const bound = await c.issue(c.order({ label: 'rkbound2bound2bo', allowList: ['198.51.100.1'] }));
      const asking = c.exchange.activity.listOrders(bound, { symbols: SYMBOLS, span: lately() });
      await expect(asking).rejects.toMatchObject({
        name: 'ExchangeRefusedError',
        reason: c.facts.words.address,
      });
    });
  });

  describe('withdrawals from the main account', () => {
    test('are told with amount, address and time, and those of sub-accounts are not', async () => {
      const { id } = await c.under.simulator.happens('withdrawals', {
        coin: 'USDT',
        size: '72',
        toAddress: '0xthief',
      });
      await c.under.simulator.happens('withdrawals', { subAccount: c.under.subAccounts[0] });
      const withdrawals = (await c.exchange.activity.listWithdrawals?.(lately())) ?? [];
      expect(withdrawals).toMatchObject([
        { kind: 'Withdrawal', id, coin: 'USDT', amount: '72', to: '0xthief' },
      ]);
      expect(timely(withdrawals, now())).toBe(true);
      expect(await c.exchange.activity.listWithdrawals?.(longAgo())).toEqual([]);
    });

    test('that fill more than one page are told all', async () => {
      for (let n = 0; n < 105; n += 1) await c.under.simulator.happens('withdrawals', {});
      expect(await c.exchange.activity.listWithdrawals?.(lately())).toHaveLength(105);
    });
  });

  describe('transfers out of a sub-account', () => {
    test('are told with amount, receiver and time, and those into it are not', async () => {
      const [from, to] = c.under.subAccounts;
      const { id } = await c.under.simulator.happens('transfers', { from, to, coin: 'BTC', size: '1.5' });
      await c.under.simulator.happens('transfers', { to: from });
      const transfers = (await c.exchange.activity.listTransfers?.(from, lately())) ?? [];
      expect(transfers).toMatchObject([{ kind: 'Transfer', id, coin: 'BTC', amount: '1.5', to }]);
      expect(timely(transfers, now())).toBe(true);
      expect(await c.exchange.activity.listTransfers?.(from, longAgo())).toEqual([]);
    });
  });

  describe('frozen sub-accounts', () => {
    const frozen = () => c.exchange.activity.listFrozen?.();

    test('are told, on whatever page of the list', async () => {
      expect(await frozen()).toEqual([]);
      await c.under.simulator.happens('freezes', { subAccount: c.under.subAccounts[1] });
      expect(await frozen()).toEqual([c.under.subAccounts[1]]);
    });

    test('can be frozen and unfrozen where the exchange can, as often as one likes', async () => {
      const { setFrozen } = c.exchange;
      if (!setFrozen) return expect(traits()?.canFreeze).toBe(false);
      const [subAccount] = c.under.subAccounts;
      for (const isFrozen of [true, true, false, false]) {
        await setFrozen(subAccount, isFrozen);
        expect(await frozen()).toEqual(isFrozen ? [subAccount] : []);
      }
    });
  });

  describe.each(['orders', 'withdrawals', 'transfers', 'frozen'] as const)('a question after %s', (call) => {
    const ask = async (): Promise<unknown> => {
      const key = await c.issue(c.order());
      const [subAccount] = c.under.subAccounts;
      const questions: Record<typeof call, () => Promise<unknown> | undefined> = {
        orders: () => c.exchange.activity.listOrders(key, { symbols: SYMBOLS, span: lately() }),
        withdrawals: () => c.exchange.activity.listWithdrawals?.(lately()),
        transfers: () => c.exchange.activity.listTransfers?.(subAccount, lately()),
        frozen: () => c.exchange.activity.listFrozen?.(),
      };
      return await questions[call]();
    };

    test.each(['unavailable', 'lose-answer'])('is asked again when it meets the fault %s', async (fault) => {
      await c.strike(call satisfies CallName, { fault, count: 1 });
      await expect(ask()).resolves.toBeDefined();
    });

    test('of which the answer is garbage fails and says nothing of it', async () => {
      await c.strike(call, { fault: 'garbage' });
      await expect(ask()).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
    });
  });
}

function timely(movements: readonly Movement[], now: Date): boolean {
  return movements.every(({ at }) => Math.abs(at.getTime() - now.getTime()) < MINUTE_MS);
}
