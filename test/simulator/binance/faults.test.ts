import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyRecord, OpenExchange } from '../../../simulator/index.ts';
import {
  type BinanceCaller,
  binanceCaller,
  create,
  createV2,
  getIps,
  keyPair,
  keyWish,
  list,
  makeKey,
  openBinance,
  remove,
  restrictions,
} from './support.ts';

let open: OpenExchange;
let manager: BinanceCaller;
let email: string;
beforeEach(() => {
  open = openBinance();
  manager = binanceCaller(open);
  email = open.subAccounts[0] ?? '';
});

const nowhere = { status: undefined, text: '' };

/** The keys that the API made and nobody deleted. */
function madeKeys(): KeyRecord[] {
  return open.keys.filter(({ madeBy, deletedAt }) => madeBy === 'api' && deletedAt === null);
}

describe('a fault that keeps the request from the exchange', () => {
  it.each([
    [
      { fault: 'refuse', code: '-2015' },
      { status: 401, code: -2015 },
    ],
    [
      { fault: 'refuse', code: '-1007' },
      { status: 504, code: -1007 },
    ],
    [{ fault: 'throttle' }, { status: 429, code: -1003, headers: { 'retry-after': '60' } }],
    [{ fault: 'unavailable' }, { status: 503, code: undefined, text: expect.stringContaining('<html>') }],
    [{ fault: 'firewall' }, { status: 403, code: undefined, text: expect.stringContaining('<html>') }],
    [{ fault: 'lose-request' }, nowhere],
  ])('%j has no effect', (fault, expected) => {
    open.orderFault({ ...fault, route: 'create-sub-api-key', count: 1 });
    const wish = { query: keyWish(email) };
    expect(manager(create, wish)).toMatchObject(expected);
    expect(madeKeys()).toEqual([]);
    expect(manager(create, wish).status).toBe(200);
  });
});

describe('a fault that spoils the answer', () => {
  it.each([
    [{ fault: 'lose-answer' }, nowhere],
    [{ fault: 'hang' }, nowhere],
    [{ fault: 'garbage' }, { status: 200, body: undefined }],
    [
      { fault: 'refuse-after-effect', code: '-1006' },
      { status: 504, code: -1006 },
    ],
  ])('%j comes after the effect', (fault, expected) => {
    open.orderFault({ ...fault, count: 1 });
    expect(manager(create, { query: keyWish(email) })).toMatchObject(expected);
    expect(madeKeys()).toHaveLength(1);
    expect(open.log.entries.at(-1)?.fault).toBe(fault.fault);
  });

  it('slow leaves the waiting to the caller', () => {
    open.orderFault({ fault: 'slow', ms: 80 });
    const request = { method: 'GET', path: '/api/v3/time', query: '', headers: {}, body: '' };
    expect(open.handle({ ...request, address: '127.0.0.1' })).toMatchObject({ kind: 'answer', delayMs: 80 });
  });
});

describe('the exchange’s clock', () => {
  it('is off by clock-skew, in its answers and in what it takes for a timestamp', () => {
    open.orderFault({ fault: 'clock-skew', ms: 60_000 });
    expect(manager(restrictions).code).toBe(-1021);
    const timestamp = open.clock.now() + 60_000;
    const time = manager('GET /api/v3/time', { signature: null, timestamp: undefined });
    expect(time.body).toEqual({ serverTime: timestamp });
    expect(manager(create, { query: keyWish(email), timestamp }).status).toBe(200);
    expect(manager(list, { query: { email }, timestamp }).body.list[0].timestamp).toBe(timestamp);
    open.website.transfer({ to: email });
    const transfers = manager('GET /sapi/v1/sub-account/universalTransfer', { timestamp });
    expect(transfers.body.result).toMatchObject([{ createTimeStamp: timestamp }]);
  });
});

describe('a new or deleted key', () => {
  it('is unknown for so many calls under slow-activation, refused as every unknown key', () => {
    open.orderFault({ fault: 'slow-activation', calls: 2, count: 1 });
    const call = binanceCaller(open, makeKey(manager, email));
    expect([call(restrictions).code, call(restrictions).code]).toEqual([-2015, -2015]);
    expect(call(restrictions).status).toBe(200);
    expect(binanceCaller(open, makeKey(manager, email))(restrictions).status).toBe(200);
  });

  it('is unknown for so long under slow-activation', () => {
    open.orderFault({ fault: 'slow-activation', ms: 5_000 });
    const call = binanceCaller(open, makeKey(manager, email));
    open.clock.advance(4_999);
    expect(call(restrictions).code).toBe(-2015);
    open.clock.advance(1);
    expect(call(restrictions).status).toBe(200);
  });

  it('goes on working for so long under slow-revocation, though the list no longer shows it', () => {
    open.orderFault({ fault: 'slow-revocation', ms: 5_000 });
    const key = makeKey(manager, email);
    const query = { email, subAccountApiKey: key.apiKey };
    expect(manager(remove, { query }).status).toBe(200);
    expect(manager(list, { query: { email } }).body.total).toBe(0);
    expect(manager(remove, { query }).code).toBe(-2008);
    open.clock.advance(4_999);
    expect(binanceCaller(open, key)(restrictions).status).toBe(200);
    open.clock.advance(1);
    expect(binanceCaller(open, key)(restrictions).code).toBe(-2015);
  });

  it('is listed late, and too long, under stale-list', () => {
    open.orderFault({ fault: 'stale-list', ms: 5_000 });
    const key = makeKey(manager, email);
    const listed = () => manager(list, { query: { email } }).body;
    expect(listed()).toEqual({ total: 0, list: [] });
    open.clock.advance(5_000);
    expect(listed().total).toBe(1);
    manager(remove, { query: { email, subAccountApiKey: key.apiKey } });
    expect(listed().total).toBe(1);
    expect(binanceCaller(open, key)(restrictions).code).toBe(-2015);
    open.clock.advance(5_000);
    expect(listed().total).toBe(0);
  });
});

describe('a key that is not what was asked for', () => {
  it.each([
    ['the first right not asked for', {}, { enableMargin: true, enableWithdrawals: false }],
    [
      'the named right',
      { permission: 'enableWithdrawals' },
      { enableMargin: false, enableWithdrawals: true },
    ],
  ])('has %s under extra-permission, which only reading it back shows', (_, detail, expected) => {
    open.orderFault({ fault: 'extra-permission', ...detail });
    const { body } = manager(create, { query: keyWish(email) });
    expect(body).toMatchObject({ canTrade: true, canMarginLoanRepay: false });
    const own = binanceCaller(open, { apiKey: body.apiKey, secret: body.secretKey });
    expect(own(restrictions).body).toMatchObject(expected);
  });

  it('has no list of addresses under drop-allow-list', () => {
    open.orderFault({ fault: 'drop-allow-list' });
    const { body } = manager(create, { query: keyWish(email) });
    expect(body).toMatchObject({ status: 2, ipList: ['127.0.0.1'] });
    const query = { email, subAccountApiKey: body.apiKey };
    expect(manager(getIps, { query }).body.ipRestrict).toBe('false');
    const own = binanceCaller(open, { apiKey: body.apiKey, secret: body.secretKey });
    expect(own(restrictions, { address: '203.0.113.9' }).body.ipRestrict).toBe(false);
  });

  it('belongs to another sub-account under wrong-sub-account', () => {
    open.orderFault({ fault: 'wrong-sub-account' });
    makeKey(manager, email);
    expect(manager(list, { query: { email } }).body.total).toBe(0);
    expect(madeKeys()[0]?.subAccount).toBe(open.subAccounts[1]);
  });

  it.each([create, createV2])(
    'comes with a secret under secret-with-own-key, if it needs none: %s',
    (call) => {
      open.orderFault({ fault: 'secret-with-own-key' });
      const { privateKey, publicPem } = keyPair('ed25519');
      const { body } = manager(call, { body: keyWish(email, { publicKey: publicPem }) });
      expect(body.secretKey).toMatch(/^[A-Za-z0-9]{64}$/);
      expect(binanceCaller(open, { apiKey: body.apiKey, secret: privateKey })(restrictions).status).toBe(200);
      const { apiKey, secretKey: secret } = body;
      expect(binanceCaller(open, { apiKey, secret })(restrictions).code).toBe(-1022);
    },
  );
});

describe('a rule that the documents leave open', () => {
  it('ignore-allow-list lets a sub-account’s key be used from anywhere, and not the manager', () => {
    const key = makeKey(manager, email);
    open.orderFault({ fault: 'ignore-allow-list' });
    const address = '203.0.113.9';
    expect(binanceCaller(open, key)(restrictions, { address }).status).toBe(200);
    expect(manager(restrictions, { address }).code).toBe(-2015);
  });

  it('omit-ts lists keys without their time', () => {
    makeKey(manager, email);
    open.orderFault({ fault: 'omit-ts', count: 1 });
    expect(manager(list, { query: { email } }).body.list[0]).not.toHaveProperty('timestamp');
    expect(manager(list, { query: { email } }).body.list[0]).toHaveProperty('timestamp');
  });

  it('page-size makes pages smaller than asked for, and tells the true total', () => {
    const made = [1, 2, 3].map(() => makeKey(manager, email).apiKey);
    open.orderFault({ fault: 'page-size', size: 2 });
    const page = (number: number) => manager(list, { query: { email, size: 100, page: number } }).body;
    expect(page(1)).toMatchObject({ total: 3, list: [{}, {}] });
    expect(page(2)).toMatchObject({ total: 3, list: [{ apikey: made[2] }] });
    expect(page(3).list).toEqual([]);
    const accounts = manager('GET /sapi/v1/sub-account/list', { query: { limit: 200 } });
    expect(accounts.body.subAccounts).toHaveLength(2);
  });

  it('hostility mixes addresses and pages, and adds fields', () => {
    open = openBinance({ hostility: true });
    manager = binanceCaller(open);
    const ips = ['127.0.0.1', '192.0.2.1', '192.0.2.2'];
    const { apiKey } = makeKey(manager, email, { ipAddress: ips.join(',') });
    makeKey(manager, email);
    const orders = { ips: new Set<string>(), keys: new Set<string>(), names: new Set<string>() };
    for (let call = 0; call < 12; call += 1) {
      const { ipList } = manager(getIps, { query: { email, subAccountApiKey: apiKey } }).body;
      expect([...ipList].sort()).toEqual(ips);
      orders.ips.add(ipList.join());
      const page = manager(list, { query: { email } }).body;
      orders.keys.add(page.list.map(({ apikey }: { apikey: string }) => apikey).join());
      for (const name of Object.keys(page.list[0])) orders.names.add(name);
    }
    expect(Object.values(orders).map(({ size }) => size)).toEqual([
      expect.any(Number),
      2,
      expect.any(Number),
    ]);
    expect(orders.ips.size).toBeGreaterThan(2);
    expect(orders.names.size).toBeGreaterThan(9);
  });
});

describe('a fault order', () => {
  it.each([
    [{ fault: 'other-names' }, '"other-names" makes no sense at this exchange, whose faults are: refuse,'],
    [{ fault: 'bind-ip-first' }, '"bind-ip-first" makes no sense at this exchange'],
    [{ fault: 'refuse', code: '40037' }, '"40037" is not one of Binance\'s codes'],
    [{ fault: 'hang', route: 'create-sub-api' }, '"route" must be one of create-sub-api-key,'],
    [{ fault: 'extra-permission', permission: 'withdraw' }, '"permission" must be one of canTrade,'],
    [{ fault: 'late-effect' }, '"late-effect" needs "ms"'],
  ])('is refused when it makes no sense: %j', (order, message) => {
    expect(() => open.orderFault(order)).toThrow(message);
    expect(open.faults.orders).toEqual([]);
  });
});
