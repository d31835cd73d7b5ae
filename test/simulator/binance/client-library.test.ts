import { generateKeyPairSync } from 'node:crypto';
import { MainClient } from 'binance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials, Simulator } from '../../../simulator/index.ts';
import { manage, startTestSimulator } from '../support.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startTestSimulator({ exchange: 'binance' });
});
afterAll(() => simulator.stop());

const keys = 'sapi/v1/sub-account/subAccountApi';

function client({ apiKey, secret }: Credentials): MainClient {
  return new MainClient({ api_key: apiKey, api_secret: secret, baseUrl: simulator.url });
}

describe('the npm package binance', () => {
  it.each([0, 1])('makes, uses, lists, changes and deletes a key of sub-account %i', async (which) => {
    const manager = client(simulator.manager);
    const email = simulator.subAccounts[which] ?? '';
    const wish = { email, apiName: 'library', status: 2, ipAddress: '127.0.0.1,192.0.2.7' };
    const made = await manager.postPrivate(keys, { ...wish, canTrade: true });
    expect(made).toMatchObject({ apiName: 'library', canTrade: true, canFuturesTrade: false, status: 2 });
    const bot = client({ apiKey: made.apiKey, secret: made.secretKey });

    expect(await bot.getApiKeyPermissions()).toMatchObject({
      ipRestrict: true,
      enableReading: true,
      enableSpotAndMarginTrading: true,
      enableWithdrawals: false,
    });
    const id = { email, subAccountApiKey: made.apiKey };
    const restriction = await manager.getSubAccountIPRestriction(id);
    expect(restriction).toMatchObject({ ipRestrict: 'true', apiKey: made.apiKey });
    expect([...restriction.ipList].sort()).toEqual(['127.0.0.1', '192.0.2.7']);

    const modified = await manager.postPrivate(`${keys}Permission`, { ...id, canTrade: false });
    expect(modified).toMatchObject({ apikey: made.apiKey, canTrade: false });
    expect((await manager.getPrivate(keys, { email, size: 100 })).list).toContainEqual(
      expect.objectContaining({ apikey: made.apiKey, apiName: 'library', canTrade: false }),
    );

    await manager.deletePrivate(keys, id);
    expect((await manager.getPrivate(keys, { email })).total).toBe(0);
    await expect(bot.getApiKeyPermissions()).rejects.toMatchObject({ code: -2015 });
  });

  it('signs with an Ed25519 key of its own, which was sent in the query', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const made = await client(simulator.manager).postPrivate(keys, {
      email: simulator.subAccounts[2],
      apiName: 'own-key',
      status: 2,
      ipAddress: '127.0.0.1',
      canTrade: true,
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
    expect(made.secretKey).toBe('');
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const bot = client({ apiKey: made.apiKey, secret });
    expect(await bot.getApiKeyPermissions()).toMatchObject({ enableSpotAndMarginTrading: true });
    const order = await bot.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: 0.001,
      newOrderRespType: 'FULL',
    });
    expect(order).toMatchObject({ symbol: 'BTCUSDT', status: 'FILLED', executedQty: '0.00100000' });
  });

  it('trades, and reads balances, orders, trades, withdrawals, transfers and sub-accounts', async () => {
    const manager = client(simulator.manager);
    // Its `getServerTime` would call binance.com whatever the client's address is.
    expect((await manager.get('api/v3/time')).serverTime).toBeGreaterThan(Date.now() - 5_000);
    expect((await manager.getAccountInformation()).balances.map(({ asset }) => asset)).toContain('USDT');
    const limit = { type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01, price: 50_000 } as const;
    const open = await manager.submitNewOrder({ symbol: 'BTCUSDT', side: 'BUY', ...limit });
    expect(open).toMatchObject({ status: 'NEW', executedQty: '0.00000000' });
    const orders = await manager.getAllOrders({ symbol: 'BTCUSDT' });
    expect(orders.map(({ orderId }) => orderId)).toContain(open.orderId);
    expect(await manager.getAccountTradeList({ symbol: 'BTCUSDT' })).toEqual([]);
    const [to = ''] = simulator.subAccounts;
    await manage(simulator, 'POST /transfers', { to, coin: 'USDT', size: '5' });
    const transfers = await manager.getSubAccountUniversalTransferHistory({ startTime: Date.now() - 60_000 });
    expect(JSON.stringify(transfers)).toContain(to);
    await manage(simulator, 'POST /withdrawals', { coin: 'BTC', size: '0.5', toAddress: 'bc1q' });
    expect(await manager.getWithdrawHistory({ coin: 'BTC' })).toMatchObject([{ amount: '0.5', status: 6 }]);
    const { subAccounts } = await manager.getSubAccountList({ limit: 200 });
    expect(subAccounts.map(({ email }) => email)).toEqual(expect.arrayContaining([...simulator.subAccounts]));
  });

  it('is refused with a wrong secret', async () => {
    const forged = client({ ...simulator.manager, secret: 'wrong' });
    await expect(forged.getApiKeyPermissions()).rejects.toMatchObject({ code: -1022 });
  });
});
