import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenExchange } from '../../../simulator/index.ts';
import { type BinanceCaller, binanceCaller, makeKey, openBinance, placeOrder } from './support.ts';

let open: OpenExchange;
let manager: BinanceCaller;
let email: string;
beforeEach(() => {
  open = openBinance();
  manager = binanceCaller(open);
  email = open.subAccounts[0] ?? '';
});

describe('trading', () => {
  let bot: BinanceCaller;
  beforeEach(() => {
    bot = binanceCaller(open, makeKey(manager, email));
  });
  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' };
  const limit = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };

  function holdings(): Record<string, number> {
    const { balances } = bot('GET /api/v3/account').body;
    return Object.fromEntries(
      balances.map(({ asset, free }: { asset: string; free: string }) => [asset, Number(free)]),
    );
  }

  it('fills a market order at once, in quantity or in money', () => {
    const order = bot(placeOrder, { query: { ...market, quantity: '0.01', newClientOrderId: 'one' } });
    expect(order.body).toEqual({
      symbol: 'BTCUSDT',
      orderId: expect.any(Number),
      orderListId: -1,
      clientOrderId: 'one',
      transactTime: open.clock.now(),
      price: '0.00000000',
      origQty: '0.01000000',
      executedQty: '0.01000000',
      origQuoteOrderQty: '0.00000000',
      cummulativeQuoteQty: '980.00000000',
      status: 'FILLED',
      timeInForce: 'GTC',
      type: 'MARKET',
      side: 'BUY',
      workingTime: open.clock.now(),
      selfTradePreventionMode: 'NONE',
      fills: [
        {
          price: '98000.00000000',
          qty: '0.01000000',
          commission: '0.00001000',
          commissionAsset: 'BTC',
          tradeId: expect.any(Number),
        },
      ],
    });
    const money = bot(placeOrder, { query: { ...market, side: 'SELL', quoteOrderQty: '98' } });
    expect(money.body).toMatchObject({ executedQty: '0.00100000', origQuoteOrderQty: '98.00000000' });
    expect(bot('GET /api/v3/myTrades', { query: { symbol: 'BTCUSDT' } }).body).toMatchObject([
      { orderId: order.body.orderId, price: '98000.00000000', quoteQty: '980.00000000', isBuyer: true },
      { orderId: money.body.orderId, isBuyer: false, commissionAsset: 'USDT' },
    ]);
  });

  it('leaves a limit order below the price open, or lets it expire', () => {
    const statuses = ['GTC', 'IOC', 'FOK'].map(
      (timeInForce) => bot(placeOrder, { query: { ...limit, timeInForce, price: '50000' } }).body.status,
    );
    expect(statuses).toEqual(['NEW', 'EXPIRED', 'EXPIRED']);
    expect(bot(placeOrder, { query: { ...limit, price: '98000' } }).body.status).toBe('FILLED');
    const orders = bot('GET /api/v3/allOrders', { query: { symbol: 'BTCUSDT' } }).body;
    expect(orders.map(({ status }: { status: string }) => status)).toEqual([...statuses, 'FILLED']);
    expect(orders[0]).toMatchObject({ price: '50000.00000000', isWorking: true, time: open.clock.now() });
    expect(manager('GET /api/v3/allOrders', { query: { symbol: 'BTCUSDT' } }).body).toEqual([]);
  });

  it('takes a client’s order number again once its order is filled', () => {
    const once = { newClientOrderId: 'again' };
    expect(bot(placeOrder, { query: { ...market, quantity: '0.001', ...once } }).status).toBe(200);
    expect(bot(placeOrder, { query: { ...limit, price: '50000', ...once } }).status).toBe(200);
    const twice = bot(placeOrder, { query: { ...limit, price: '50000', ...once } });
    expect(twice.body).toEqual({ code: -2010, msg: 'Duplicate order sent.' });
  });

  it('answers as shortly as asked', () => {
    const query = { ...market, quantity: '0.001' };
    const ack = bot(placeOrder, { query: { ...query, newOrderRespType: 'ACK' } }).body;
    expect(Object.keys(ack).sort()).toEqual([
      'clientOrderId',
      'orderId',
      'orderListId',
      'symbol',
      'transactTime',
    ]);
    const result = bot(placeOrder, { query: { ...query, newOrderRespType: 'RESULT' } }).body;
    expect(result).not.toHaveProperty('fills');
  });

  it('lists orders from a number, or of a time, or the latest', () => {
    const numbers = [1, 2, 3].map((count) => {
      open.clock.advance(count * 1_000);
      return bot(placeOrder, { query: { ...market, quantity: '0.001' } }).body.orderId;
    });
    const found = (query: object) =>
      bot('GET /api/v3/allOrders', { query: { symbol: 'BTCUSDT', ...query } }).body.map(
        ({ orderId }: { orderId: number }) => orderId,
      );
    const now = open.clock.now();
    expect(found({})).toEqual(numbers);
    expect(found({ orderId: numbers[1] })).toEqual(numbers.slice(1));
    expect(found({ limit: 2 })).toEqual(numbers.slice(1));
    expect(found({ startTime: now - 5_000, limit: 2 })).toEqual(numbers.slice(0, 2));
    expect(found({ startTime: (now - 1_000) * 1_000 })).toEqual(numbers.slice(2));
    expect(found({ endTime: now - 1 })).toEqual(numbers.slice(0, 2));
  });

  it('books what is filled, and takes the commission from what is received', () => {
    const before = holdings();
    bot(placeOrder, { query: { symbol: 'VIAUSDT', side: 'BUY', type: 'MARKET', quantity: '100' } });
    bot(placeOrder, { query: { ...limit, price: '50000' } });
    expect(holdings()).toEqual({ ...before, USDT: (before.USDT ?? 0) - 12, VIA: 99.9 });
    bot(placeOrder, { query: { symbol: 'VIAUSDT', side: 'SELL', type: 'MARKET', quantity: '99' } });
    expect(holdings().VIA).toBeCloseTo(0.9, 8);
    expect(holdings().USDT).toBeCloseTo((before.USDT ?? 0) - 12 + 99 * 0.12 * 0.999, 6);
  });

  it('books transfers and withdrawals, below nothing nowhere', () => {
    const { USDT: before = 0, BTC = 0 } = holdings();
    open.website.transfer({ to: email, coin: 'USDT', size: '5' });
    open.website.transfer({ from: email, to: open.subAccounts[1], coin: 'USDT', size: '7' });
    open.website.withdraw({ subAccount: email, coin: 'USDT', size: '10' });
    open.website.withdraw({ subAccount: email, coin: 'USDT', size: '10', status: 'fail' });
    open.website.withdraw({ subAccount: email, coin: 'BTC', size: '7000' });
    expect(holdings()).toEqual({ USDT: before - 12, BTC: 0, BNB: 0 });
    expect(BTC).toBeGreaterThan(0);
  });

  it('answers balances, without those of nothing when asked', () => {
    const { body } = bot('GET /api/v3/account');
    const names = (answer: { balances: { asset: string }[] }) => answer.balances.map(({ asset }) => asset);
    expect(body).toMatchObject({ canTrade: true, accountType: 'SPOT', uid: expect.any(Number) });
    expect(names(body)).toEqual(['USDT', 'BTC', 'BNB']);
    const omitted = bot('GET /api/v3/account', { query: { omitZeroBalances: true } });
    expect(names(omitted.body)).toEqual(['USDT', 'BTC']);
  });

  it('answers its time to anyone', () => {
    const anyone = { headers: { 'x-mbx-apikey': undefined }, signature: null, timestamp: undefined };
    expect(bot('GET /api/v3/time', anyone).body).toEqual({ serverTime: open.clock.now() });
  });
});

describe('withdrawals', () => {
  const path = 'GET /sapi/v1/capital/withdraw/history';

  it('appear in the history of the account they left, within the range asked for', () => {
    const { id } = open.website.withdraw({ coin: 'BTC', size: '0.5', toAddress: 'bc1q', chain: 'BTC' });
    open.website.withdraw({ coin: 'USDT', status: 'pending' });
    open.website.withdraw({ subAccount: email });
    expect(manager(path).body).toHaveLength(2);
    expect(manager(path, { query: { coin: 'BTC' } }).body).toEqual([
      {
        id,
        amount: '0.5',
        transactionFee: '1',
        coin: 'BTC',
        status: 6,
        address: 'bc1q',
        txId: expect.stringMatching(/^0x[0-9a-f]{64}$/),
        applyTime: new Date(open.clock.now()).toISOString().slice(0, 19).replace('T', ' '),
        network: 'BTC',
        transferType: 0,
        info: '',
        confirmNo: 12,
        walletType: 0,
        txKey: '',
        completeTime: expect.any(String),
      },
    ]);
    expect(manager(path, { query: { status: 4 } }).body).toMatchObject([{ coin: 'USDT', txId: '' }]);
    expect(manager(path, { query: { idList: `${id},x` } }).body).toHaveLength(1);
    expect(manager(path, { query: { offset: 1 } }).body).toHaveLength(1);
    expect(manager(path, { query: { endTime: open.clock.now() - 1 } }).body).toEqual([]);
    open.clock.advance(91 * 86_400_000);
    expect(manager(path).body).toEqual([]);
  });
});

describe('transfers', () => {
  const path = 'GET /sapi/v1/sub-account/universalTransfer';

  it('appear on one side at a time, the master’s own when none is named', () => {
    const { id } = open.website.transfer({ to: email, coin: 'USDT', size: '5' });
    open.website.transfer({ from: email, to: open.subAccounts[1], size: '7' });
    const own = manager(path).body;
    expect(own).toEqual({
      result: [
        {
          tranId: Number(id),
          fromEmail: expect.stringMatching(/^master_/),
          toEmail: email,
          asset: 'USDT',
          amount: '5',
          createTimeStamp: open.clock.now(),
          fromAccountType: 'SPOT',
          toAccountType: 'SPOT',
          status: 'SUCCESS',
          clientTranId: expect.any(String),
        },
      ],
      totalCount: 1,
    });
    const amounts = (query: object) =>
      manager(path, { query: { ...query } }).body.result.map(({ amount }: { amount: string }) => amount);
    expect(amounts({ fromEmail: email })).toEqual(['7']);
    expect(amounts({ toEmail: email })).toEqual(['5']);
    expect(amounts({ toEmail: open.subAccounts[1] })).toEqual(['7']);
    expect(amounts({ clientTranId: own.result[0].clientTranId })).toEqual(['5']);
    expect(amounts({ page: 2 })).toEqual([]);
    open.clock.advance(8 * 86_400_000);
    expect(amounts({})).toEqual([]);
  });
});
