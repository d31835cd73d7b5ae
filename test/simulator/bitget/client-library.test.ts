import { RestClientV3 } from 'bitget-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials, Simulator } from '../../../simulator/index.ts';
import { bitgetCaller, makeKey, startTestSimulator } from '../support.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.stop());

function client({ apiKey, secret, password = '' }: Credentials): RestClientV3 {
  return new RestClientV3({ apiKey, apiSecret: secret, apiPass: password, baseUrl: simulator.url });
}

describe('the npm package bitget-api', () => {
  it('makes, uses, lists, changes and deletes a key', async () => {
    const manager = client(simulator.manager);
    const [subUid = ''] = simulator.subAccounts;
    const made = await manager.createSubAccountApiKey({
      subUid,
      note: 'library',
      type: 'read_only',
      passphrase: 'passphrase1',
      permissions: ['uta_mgt', 'uta_trade'],
      ips: ['127.0.0.1'],
    });
    const { apiKey, secret } = made.data;
    expect(apiKey).toMatch(/^bg_[0-9a-f]{32}$/);

    const info = await client({ apiKey, secret, password: 'passphrase1' }).getAccountInfo();
    expect(info.data).toMatchObject({ uid: subUid, permType: 'read-only', ips: '127.0.0.1' });
    expect([...info.data.permissions].sort()).toEqual(['uta_mgt', 'uta_trade']);

    const changed = await manager.updateSubAccountApiKey({
      apiKey,
      passphrase: 'passphrase1',
      type: 'read_write',
      permissions: ['uta_trade'],
    });
    expect(changed.data).toMatchObject({
      type: 'read_write',
      permissions: ['uta_trade'],
      ips: ['127.0.0.1'],
    });

    const { items } = (await manager.getSubAccountApiKeys({ subUid, limit: '100' })).data;
    expect(items.find((item) => item.apiKey === apiKey)).toMatchObject({
      note: 'library',
      type: 'read_write',
    });

    await manager.deleteSubAccountApiKey({ apiKey });
    expect(
      (await manager.getSubAccountApiKeys({ subUid })).data.items.map((item) => item.apiKey),
    ).not.toContain(apiKey);
    await expect(client({ apiKey, secret, password: 'passphrase1' }).getAccountInfo()).rejects.toMatchObject({
      code: 400,
      body: { code: '40037' },
    });
  });

  it('reads sub-accounts, balances, orders, withdrawals and prices', async () => {
    const manager = client(simulator.manager);
    const subAccounts = (await manager.getSubAccountList({ limit: '100' })).data.list;
    expect(subAccounts.map(({ subUid }) => subUid)).toEqual(
      expect.arrayContaining([...simulator.subAccounts]),
    );
    expect((await manager.getAccountSettings()).data.accountMode).toBe('unified');
    expect((await manager.getBalances()).data.assets.map(({ coin }) => coin)).toContain('USDT');
    expect((await manager.getTickers({ category: 'SPOT', symbol: 'BTCUSDT' })).data).toHaveLength(1);
    const order = {
      category: 'SPOT',
      symbol: 'BTCUSDT',
      side: 'buy',
      orderType: 'market',
      qty: '10',
    } as const;
    const { orderId } = (await manager.submitNewOrder(order)).data;
    const orders = (await manager.getHistoryOrders({ category: 'SPOT' })).data.list;
    expect(orders.map((entry) => entry.orderId)).toContain(orderId);
    const range = { startTime: String(Date.now() - 1_000), endTime: String(Date.now()) };
    expect((await manager.getWithdrawRecords(range)).data).toEqual([]);
  });

  it('is refused with a wrong secret', async () => {
    const forged = client({ ...simulator.manager, secret: 'wrong' });
    await expect(forged.getAccountInfo()).rejects.toMatchObject({
      code: 400,
      body: { code: '40009', data: null },
    });
  });
});

describe('a signed request', () => {
  it('is refused when its body was changed on the way', async () => {
    const call = bitgetCaller(simulator);
    const { apiKey } = await makeKey(call, simulator.subAccounts[0] ?? '');
    const altered = await call('POST /api/v3/user/delete-sub-api', {
      body: { apiKey: 'bg_0123456789abcdef' },
      sentBody: JSON.stringify({ apiKey }),
    });
    expect(altered).toMatchObject({ status: 400, code: '40009', data: null });
    // Even a space counts: the signature is over the raw text.
    const spaced = await call('POST /api/v3/user/delete-sub-api', {
      body: { apiKey },
      sentBody: `{"apiKey": "${apiKey}"}`,
    });
    expect(spaced.code).toBe('40009');
  });

  it('is refused when its query was changed on the way, and not when only its order was', async () => {
    const [first = '', second = ''] = simulator.subAccounts;
    const call = bitgetCaller(simulator);
    const query = { limit: '5', subUid: first };
    const path = 'GET /api/v3/user/sub-api-list';
    expect((await call(path, { query, sentQuery: `limit=5&subUid=${second}` })).code).toBe('40009');
    expect((await call(path, { query, sentQuery: `subUid=${first}&limit=5` })).code).toBe('00000');
  });

  it.each([
    ['too late', -30_001, '40008'],
    ['too early', 31_000, '40008'],
    ['just in time', -29_000, '00000'],
  ])('that is %s by the exchange’s clock gets %i ms → %s', async (_, offset, code) => {
    const timestamp = String(simulator.clock.now() + offset);
    expect((await bitgetCaller(simulator)('GET /api/v3/account/info', { timestamp })).code).toBe(code);
  });
});
