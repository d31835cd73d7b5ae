import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../simulator/index.ts';
import { type BitgetCaller, bitgetCaller, keyWish, makeKey, manage, startTestSimulator } from '../support.ts';

let simulator: Simulator;
let manager: BitgetCaller;
let subUid: string;
beforeEach(async () => {
  simulator = await startTestSimulator({ hostility: false });
  simulator.clock.freeze();
  manager = bitgetCaller(simulator);
  subUid = simulator.subAccounts[0] ?? '';
});
afterEach(() => simulator.stop());

const create = 'POST /api/v3/user/create-sub-api';
const update = 'POST /api/v3/user/update-sub-api';
const list = 'GET /api/v3/user/sub-api-list';

describe('making a key', () => {
  it('answers the secret once, and neither sub-account, time nor passphrase', async () => {
    const reply = await manager(create, keyWish(subUid, { note: 'once', ips: ['127.0.0.1', '192.0.2.1'] }));
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual({
      code: '00000',
      msg: 'success',
      requestTime: simulator.clock.now(),
      data: {
        note: 'once',
        apiKey: expect.stringMatching(/^bg_[0-9a-f]{32}$/),
        secret: expect.stringMatching(/^[0-9a-f]{64}$/),
        type: 'read_write',
        permissions: ['uta_trade'],
        ips: ['127.0.0.1', '192.0.2.1'],
      },
    });
    const listed = await manager(list, { query: { subUid } });
    expect(listed.data.items).toHaveLength(1);
    expect(listed.text).not.toContain(reply.data.secret);
    expect(listed.text).not.toContain('passphrase1');
  });

  it('makes a key that works at once, for its own sub-account', async () => {
    const key = await makeKey(manager, subUid, { permissions: ['uta_mgt'], type: 'read_only' });
    const { data } = await bitgetCaller(simulator, key)('GET /api/v3/account/info');
    expect(data).toEqual({
      uid: subUid,
      inviterId: '',
      parentId: expect.stringMatching(/^\d{10}$/),
      channelCode: expect.any(String),
      channel: expect.any(String),
      ips: '127.0.0.1',
      permType: 'read-only',
      permissions: ['uta_mgt'],
      regisTime: expect.stringMatching(/^\d{13}$/),
    });
  });

  it('lets two keys have the same note', async () => {
    await makeKey(manager, subUid, { note: 'twin' });
    await makeKey(manager, subUid, { note: 'twin' });
    const { data } = await manager(list, { query: { subUid } });
    expect(data.items.map(({ note }: { note: string }) => note)).toEqual(['twin', 'twin']);
  });

  it('makes demo keys for a demo manager, and lists each environment on its own', async () => {
    const { body } = await manage(simulator, 'POST /keys', {
      permissions: ['uta_mgt'],
      environment: 'demo',
    });
    const demo = { headers: { paptrading: '1' } };
    const made = await bitgetCaller(simulator, body)(create, { ...keyWish(subUid), ...demo });
    const listed = await bitgetCaller(simulator, body)(list, { query: { subUid }, ...demo });
    expect(listed.data.items.map(({ apiKey }: { apiKey: string }) => apiKey)).toEqual([made.data.apiKey]);
    expect((await manager(list, { query: { subUid } })).data.items).toEqual([]);
    const removed = await manager('POST /api/v3/user/delete-sub-api', { body: { apiKey: made.data.apiKey } });
    expect(removed.code).toBe('40065');
  });
});

describe('listing keys', () => {
  it('goes through pages newest first, with a cursor on the last page too', async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.push((await makeKey(manager, subUid)).apiKey);
    const pages: string[][] = [];
    let query: Record<string, string> = { subUid, limit: '2' };
    for (let hasNext = true; hasNext; ) {
      const { data } = await manager(list, { query });
      pages.push(data.items.map(({ apiKey }: { apiKey: string }) => apiKey));
      expect(data.cursor).toMatch(/^\d+$/);
      hasNext = data.hasNext;
      query = { subUid, limit: '2', cursor: data.cursor };
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(made.reverse());
    expect((await manager(list, { query })).data).toMatchObject({ items: [], hasNext: false });
    const whole = await manager(list, { query: { subUid, limit: '5' } });
    expect(whole.data).toMatchObject({ hasNext: false, items: { length: 5 } });
  });

  it('shows hand-made keys as it shows its own, and only those of the sub-account asked for', async () => {
    await makeKey(manager, simulator.subAccounts[1] ?? '');
    await manage(simulator, 'POST /keys', {
      subAccount: subUid,
      label: 'mine, honest!',
      permissions: ['uta_mgt'],
    });
    const { data } = await manager(list, { query: { subUid } });
    expect(data.items).toEqual([
      {
        apiKey: expect.any(String),
        note: 'mine, honest!',
        type: 'read_write',
        permissions: ['uta_mgt'],
        ips: [],
        ts: String(simulator.clock.now()),
      },
    ]);
  });
});

describe('listing sub-accounts', () => {
  it('goes through pages until there is no next one', async () => {
    const path = 'GET /api/v3/user/sub-list';
    const first = (await manager(path, { query: { limit: '3' } })).data;
    const second = (await manager(path, { query: { limit: '2', cursor: first.cursor } })).data;
    expect([first.hasNext, second.hasNext]).toEqual([true, false]);
    const whole = (await manager(path)).data.list;
    expect([...first.list, ...second.list]).toEqual(whole);
    expect(whole.slice(0, 3).map((entry: { subUid: string }) => entry.subUid)).toEqual(simulator.subAccounts);
    expect(whole[0]).toEqual({
      subUid,
      username: expect.stringMatching(/@virtual-bitget\.com$/),
      status: 'normal',
      accountMode: 'UNIFIED',
      type: 'VIRTUAL_CHILD',
      note: expect.any(String),
      createdTime: expect.stringMatching(/^\d{13}$/),
      updatedTime: expect.stringMatching(/^\d{13}$/),
    });
  });
});

describe('changing a key', () => {
  it.each([
    ['keeps everything that is absent', {}, {}],
    ['removes the allow-list for an empty one', { ips: [] }, { ips: [] }],
    ['removes the allow-list for an empty text', { ips: '' }, { ips: [] }],
    ['replaces the allow-list', { ips: ['192.0.2.7'] }, { ips: ['192.0.2.7'] }],
    [
      'replaces type and permissions together',
      { type: 'read_only', permissions: ['uta_mgt', 'uta_trade'] },
      { type: 'read_only', permissions: ['uta_mgt', 'uta_trade'] },
    ],
  ])('%s', async (_, change, expected) => {
    const { apiKey } = await makeKey(manager, subUid);
    const { data } = await manager(update, { body: { apiKey, passphrase: 'passphrase1', ...change } });
    const after = { type: 'read_write', permissions: ['uta_trade'], ips: ['127.0.0.1'], ...expected };
    expect(data).toEqual({ note: 'rk-test', apiKey, ...after });
    expect((await manager(list, { query: { subUid } })).data.items).toEqual([expect.objectContaining(after)]);
  });

  it('takes effect on the next call', async () => {
    const key = await makeKey(manager, subUid, { permissions: ['uta_mgt'] });
    const call = bitgetCaller(simulator, key);
    expect((await call('GET /api/v3/account/assets')).code).toBe('00000');
    const change = { type: 'read_write', permissions: ['uta_trade'], ips: ['192.0.2.7'] };
    await manager(update, { body: { apiKey: key.apiKey, passphrase: 'passphrase1', ...change } });
    expect((await call('GET /api/v3/account/assets')).code).toBe('40018');
    const headers = { 'x-simulated-source-address': '192.0.2.7' };
    expect((await call('GET /api/v3/account/assets', { headers })).code).toBe('40014');
  });
});

describe('trading', () => {
  const order = { category: 'SPOT', symbol: 'BTCUSDT', side: 'buy' };

  it('fills a market order at once and leaves a limit order below the price open', async () => {
    const bot = bitgetCaller(simulator, await makeKey(manager, subUid));
    await bot('POST /api/v3/trade/place-order', {
      body: { ...order, orderType: 'market', qty: '980', clientOid: 'one' },
    });
    await bot('POST /api/v3/trade/place-order', {
      body: { ...order, orderType: 'limit', qty: '0.01', price: '50000', clientOid: 'two' },
    });
    const { data } = await bot('GET /api/v3/trade/history-orders', { query: { category: 'SPOT' } });
    expect(data.list).toMatchObject([
      { clientOid: 'two', orderStatus: 'live', cumExecQty: '0', price: '50000', qty: '0.01' },
      { clientOid: 'one', orderStatus: 'filled', cumExecQty: '0.01000000', avgPrice: '98000' },
    ]);
    const again = { body: { ...order, orderType: 'market', qty: '1', clientOid: 'one' } };
    expect((await bot('POST /api/v3/trade/place-order', again)).code).toBe('25212');
    const futures = await bot('GET /api/v3/trade/history-orders', { query: { category: 'USDT-FUTURES' } });
    expect(futures.data.list).toEqual([]);
    expect(
      (await manager('GET /api/v3/trade/history-orders', { query: { category: 'SPOT' } })).data.list,
    ).toEqual([]);
  });

  it('answers prices and its time to anyone', async () => {
    const anyone = { headers: { 'ACCESS-KEY': undefined, 'ACCESS-SIGN': undefined } };
    const tickers = await manager('GET /api/v3/market/tickers', { query: { category: 'SPOT' }, ...anyone });
    expect(tickers.data.map(({ symbol }: { symbol: string }) => symbol)).toContain('ETHUSDT');
    const time = await manager('GET /api/v2/public/time', anyone);
    expect(time.data).toEqual({ serverTime: String(simulator.clock.now()) });
  });
});

describe('transfers', () => {
  const path = 'GET /api/v3/account/sub-transfer-record';

  it('appear at their sender, or at their receiver when asked for, newest first', async () => {
    const { id } = (await manage(simulator, 'POST /transfers', { to: subUid, size: '5' })).body;
    await manage(simulator, 'POST /transfers', { from: subUid, coin: 'BTC', size: '0.1' });
    await manage(simulator, 'POST /transfers', { from: subUid, to: simulator.subAccounts[1], size: '7' });
    const own = (await manager(path)).data;
    expect(own.list).toEqual([
      {
        transferId: id,
        fromType: 'uta',
        toType: 'uta',
        amount: '5',
        coin: 'USDT',
        fromUserId: expect.stringMatching(/^\d{10}$/),
        toUserId: subUid,
        status: 'Successful',
        clientOid: id,
        createdTime: String(simulator.clock.now()),
        updatedTime: String(simulator.clock.now()),
        oldTransferId: expect.any(String),
      },
    ]);
    const amounts = async (query: Record<string, string>) =>
      (await manager(path, { query })).data.list.map(({ amount }: { amount: string }) => amount);
    expect(await amounts({ subUid })).toEqual(['7', '0.1']);
    expect(await amounts({ subUid, role: 'receiver' })).toEqual(['5']);
    expect(await amounts({ subUid, coin: 'btc' })).toEqual(['0.1']);
    expect(await amounts({ role: 'receiver' })).toEqual(['0.1']);
    const { cursor } = (await manager(path, { query: { subUid, limit: '1' } })).data;
    expect(await amounts({ subUid, cursor })).toEqual(['0.1']);
    expect(await amounts({ endTime: String(simulator.clock.now() - 1) })).toEqual([]);
  });
});

describe('a thief or a person', () => {
  it('leaves orders in the history, also of a coin that hardly anyone trades', async () => {
    const key = await makeKey(manager, subUid, { permissions: ['uta_mgt', 'uta_trade'] });
    const theft = { apiKey: key.apiKey, symbol: 'SYSUSDT', size: '90000', price: '0.5' };
    const { status, body } = await manage(simulator, 'POST /orders', theft);
    expect(status).toBe(201);
    const history = await bitgetCaller(simulator, key)('GET /api/v3/trade/history-orders', {
      query: { category: 'SPOT' },
    });
    expect(history.data.list).toMatchObject([
      { orderId: body.id, symbol: 'SYSUSDT', side: 'buy', orderStatus: 'filled', avgPrice: '0.06' },
    ]);
  });

  it('freezes a sub-account at the website, and thaws it', async () => {
    const key = await makeKey(manager, subUid);
    await manage(simulator, 'POST /freezes', { subAccount: subUid });
    expect((await bitgetCaller(simulator, key)('GET /api/v3/account/info')).code).toBe('40024');
    const order = await manage(simulator, 'POST /orders', { apiKey: key.apiKey });
    expect(order.body).toEqual({ error: expect.stringContaining('is frozen') });
    await manage(simulator, 'POST /freezes', { subAccount: subUid, frozen: false });
    expect((await bitgetCaller(simulator, key)('GET /api/v3/account/info')).code).toBe('00000');
  });
});

describe('withdrawals', () => {
  it('appear in the records of the account they left, within the range asked for', async () => {
    const { body } = await manage(simulator, 'POST /withdrawals', {
      coin: 'BTC',
      size: '0.5',
      toAddress: 'bc1q',
    });
    await manage(simulator, 'POST /withdrawals', { subAccount: subUid, coin: 'USDT' });
    const now = simulator.clock.now();
    const range = { startTime: String(now - 1_000), endTime: String(now) };
    const records = await manager('GET /api/v3/account/withdrawal-records', { query: range });
    expect(records.data).toMatchObject([
      {
        orderId: body.id,
        coin: 'BTC',
        size: '0.5',
        toAddress: 'bc1q',
        type: 'withdraw',
        status: 'success',
      },
    ]);
    const earlier = { startTime: String(now - 1_000), endTime: String(now - 1) };
    expect((await manager('GET /api/v3/account/withdrawal-records', { query: earlier })).data).toEqual([]);
  });
});
