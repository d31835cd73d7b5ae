import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ExchangeOptions,
  type IncomingRequest,
  type OpenExchange,
  openExchange,
  startSimulator,
} from '../../simulator/index.ts';
import { exchangeNames } from '../../simulator/open-exchange.ts';
import { binanceCaller, create, keyWish, list, makeKey, openBinance, remove } from './binance/support.ts';
import { bitgetSigned } from './support.ts';

const time = { bitget: '/api/v2/public/time', binance: '/api/v3/time' } as const;

function publicRequest(path: string): IncomingRequest {
  return { method: 'GET', path, query: '', headers: {}, body: '', address: '127.0.0.1' };
}

describe.each(exchangeNames)('an open exchange: %s', (exchange) => {
  const open = (options: Partial<ExchangeOptions> = {}) => openExchange({ exchange, seed: 7, ...options });

  it('is the exchange that the simulator puts behind its ports', async () => {
    const simulator = await startSimulator({ exchange, seed: 7 });
    expect(open()).toMatchObject({ exchange, seed: 7, manager: simulator.manager });
    expect(open().subAccounts).toEqual(simulator.subAccounts);
    await simulator.stop();
  });

  it('answers without a port, and notes what it answered', () => {
    const here = open();
    expect(here.handle(publicRequest(time[exchange]))).toMatchObject({ kind: 'answer', status: 200 });
    expect(here.log.entries).toMatchObject([{ route: 'time', status: 200, fault: null }]);
  });

  it('has as many sub-accounts as asked for, the first of which are always the same', () => {
    const few = open().subAccounts;
    expect(few).toHaveLength(3);
    const many = open({ subAccounts: 1_000 });
    expect(many.subAccounts.slice(0, 3)).toEqual(few);
    expect(new Set(many.subAccounts).size).toBe(1_000);
    expect(many.manager).toEqual(open().manager);
    expect(open({ subAccounts: 1 }).subAccounts).toEqual(few.slice(0, 1));
    const last = many.subAccounts.at(-1) ?? '';
    expect(many.website.createKey({ subAccount: last }).subAccount).toBe(last);
  });

  it('begins anew from the seed, with the clock, faults and hostility of the start', () => {
    const here = open();
    const story = () => [here.website.createKey({}), here.handle(publicRequest('/nowhere'))];
    const once = story().map((each) => JSON.stringify(each).replace(/"createdAt":"[^"]+"|\d{13}/g, ''));
    here.orderFault({ fault: 'throttle' });
    here.faults.hostile = false;
    here.clock.advance(86_400_000);
    here.reset();
    expect(here.keys).toHaveLength(1);
    expect(here.log.entries).toEqual([]);
    expect([here.faults.orders, here.faults.hostile]).toEqual([[], true]);
    expect(Math.abs(here.clock.now() - Date.now())).toBeLessThan(1_000);
    const again = story().map((each) => JSON.stringify(each).replace(/"createdAt":"[^"]+"|\d{13}/g, ''));
    expect(again).toEqual(once);
  });
});

describe('a request that is stuck in the network (late-effect)', () => {
  let open: OpenExchange;
  let email: string;
  beforeEach(() => {
    open = openBinance();
    email = open.subAccounts[0] ?? '';
    open.orderFault({ fault: 'late-effect', ms: 60_000, count: 1 });
  });

  it('is cut at once, and takes effect at its time, whoever looks first and however late', () => {
    const sentAt = open.clock.now();
    expect(binanceCaller(open)(create, { query: keyWish(email) }).status).toBeUndefined();
    expect(open.log.entries.at(-1)).toMatchObject({ status: null, code: null, fault: 'late-effect' });
    open.clock.advance(59_999);
    expect(open.keys).toHaveLength(1);
    expect(binanceCaller(open)(list, { query: { email } }).body.total).toBe(0);
    open.clock.advance(3_600_000);
    expect(open.keys.at(-1)).toMatchObject({
      subAccount: email,
      createdAt: new Date(sentAt + 60_000).toISOString(),
    });
    expect(open.keys).toHaveLength(2);
    expect(open.clock.now()).toBe(sentAt + 3_659_999);
  });

  it('is looked at before the next request', () => {
    const manager = binanceCaller(open);
    manager(create, { query: keyWish(email) });
    open.clock.advance(60_000);
    expect(manager(list, { query: { email } }).body.total).toBe(1);
  });

  it('has its timestamp judged by when it arrived, and everything else by when it takes effect', () => {
    const manager = binanceCaller(open);
    const stale = { query: keyWish(email), timestamp: open.clock.now() - 5_001 };
    manager(create, stale);
    open.clock.advance(60_000);
    expect(open.keys).toHaveLength(1);
    open.orderFault({ fault: 'late-effect', ms: 60_000, count: 1 });
    const { apiKey } = open.website.createKey({ subAccount: email });
    manager(remove, { query: { email, subAccountApiKey: apiKey } });
    open.website.changeKey(open.manager.apiKey, { permissions: [] });
    open.clock.advance(60_000);
    expect(open.keys.at(-1)?.deletedAt).toBeNull();
  });

  it('takes effect in the order of the times, and not after a reset', () => {
    const manager = binanceCaller(open);
    manager(create, { query: keyWish(email, { apiName: 'slower' }) });
    open.orderFault({ fault: 'late-effect', ms: 10_000, count: 1 });
    manager(create, { query: keyWish(email, { apiName: 'faster' }) });
    open.clock.advance(60_000);
    expect(open.keys.map(({ label }) => label)).toEqual(['manager', 'faster', 'slower']);
    open.orderFault({ fault: 'late-effect', ms: 10_000, count: 1 });
    manager(create, { query: keyWish(email) });
    open.reset();
    open.clock.advance(60_000);
    expect(open.keys).toHaveLength(1);
  });

  it('is modelled for Bitget too', () => {
    const bitget = openExchange({ exchange: 'bitget', seed: 7 });
    bitget.clock.freeze();
    bitget.orderFault({ fault: 'late-effect', ms: 60_000, count: 1, route: 'create-sub-api' });
    const [subUid = ''] = bitget.subAccounts;
    const wish = { subUid, note: 'late', type: 'read_only', passphrase: 'passphrase1', ips: ['127.0.0.1'] };
    const body = { ...wish, permissions: ['uta_trade'] };
    const request = bitgetSigned(bitget, { method: 'POST', path: '/api/v3/user/create-sub-api', body });
    expect(bitget.handle(request)).toEqual({ kind: 'cut', delayMs: 0 });
    expect(bitget.keys).toHaveLength(1);
    bitget.clock.advance(60_000);
    expect(bitget.keys.at(-1)).toMatchObject({ label: 'late', subAccount: subUid });
  });
});

describe('a key made after others', () => {
  it('differs from them however many there are', () => {
    const open = openBinance({ subAccounts: 40 });
    const manager = binanceCaller(open);
    for (const email of open.subAccounts) for (let n = 0; n < 5; n += 1) makeKey(manager, email);
    expect(new Set(open.keys.map(({ apiKey }) => apiKey)).size).toBe(201);
  });
});
