import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenExchange } from '../../../simulator/index.ts';
import {
  type BinanceCaller,
  binanceCaller,
  create,
  createV2,
  deleteIps,
  getIps,
  keyPair,
  keyWish,
  list,
  makeKey,
  modify,
  openBinance,
  remove,
  restrictions,
  setIps,
} from './support.ts';

let open: OpenExchange;
let manager: BinanceCaller;
let email: string;
beforeEach(() => {
  open = openBinance();
  manager = binanceCaller(open);
  email = open.subAccounts[0] ?? '';
});

const flags = {
  canTrade: true,
  canMarginLoanRepay: false,
  canFuturesTrade: false,
  canUniversalTransfer: false,
  canVanillaOptions: false,
};

describe('the accounts', () => {
  it('have addresses that need percent-encoding, one of them a plus sign', () => {
    expect(open.subAccounts).toHaveLength(3);
    for (const each of open.subAccounts)
      expect(each).toMatch(/^rekey[123](\+bot)?_virtual@[0-9a-f]{8}noemail\.com$/);
    expect(open.subAccounts[1]).toContain('+');
    for (const each of open.subAccounts) makeKey(manager, each);
    expect(open.keys.map(({ subAccount }) => subAccount)).toEqual([null, ...open.subAccounts]);
  });

  it('begin with one manager that may trade, is bound to this machine and cannot withdraw', () => {
    expect(open.keys).toMatchObject([
      {
        subAccount: null,
        permissions: ['canTrade'],
        mayWrite: true,
        ips: ['127.0.0.1'],
        environment: 'live',
      },
    ]);
    expect(open.manager).toEqual({
      apiKey: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
      secret: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
    });
  });

  it('are listed one to a page unless asked otherwise', () => {
    const path = 'GET /sapi/v1/sub-account/list';
    expect(manager(path).body.subAccounts).toEqual([
      {
        subUserId: expect.any(Number),
        email,
        remark: expect.any(String),
        isFreeze: false,
        createTime: expect.any(Number),
        isManagedSubAccount: false,
        isAssetManagementSubAccount: false,
      },
    ]);
    const whole = manager(path, { query: { limit: 200 } }).body.subAccounts;
    expect(whole).toHaveLength(5);
    expect(manager(path, { query: { limit: 2, page: 2 } }).body.subAccounts).toEqual(whole.slice(2, 4));
    const [, second] = open.subAccounts;
    expect(manager(path, { query: { email: second } }).body.subAccounts).toHaveLength(1);
    open.website.freeze({ subAccount: second });
    const frozen = manager(path, { query: { isFreeze: true, limit: 200 } }).body.subAccounts;
    expect(frozen).toMatchObject([{ email: second, isFreeze: true }]);
  });
});

describe('making a key', () => {
  it('answers the secret once', () => {
    const query = keyWish(email, { ipAddress: '127.0.0.1,192.0.2.1' });
    const { status, body } = manager(create, { query });
    expect(status).toBe(200);
    expect(body).toEqual({
      apiName: 'rk-test',
      apiKey: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
      secretKey: expect.stringMatching(/^[A-Za-z0-9]{64}$/),
      ...flags,
      status: 2,
      ipList: ['127.0.0.1', '192.0.2.1'],
    });
    const listed = manager(list, { query: { email } });
    expect(listed.body).toEqual({
      total: 1,
      list: [{ email, apiName: 'rk-test', apikey: body.apiKey, ...flags, timestamp: open.clock.now() }],
    });
    expect(listed.text).not.toContain(body.secretKey);
  });

  it('takes its parameters from the query, from a form, or from both', () => {
    const { email: address, ...rest } = keyWish(email);
    expect(manager(create, { body: keyWish(email) }).status).toBe(200);
    expect(manager(create, { query: { email: address }, body: rest }).status).toBe(200);
    expect(manager(create, { query: { email: address }, body: rest, place: 'body' }).status).toBe(200);
    expect(open.keys).toHaveLength(4);
  });

  it('makes a key that works at once, and tells about itself', () => {
    const key = binanceCaller(open, makeKey(manager, email, { canFuturesTrade: true }));
    expect(key(restrictions).body).toEqual({
      ipRestrict: true,
      createTime: open.clock.now(),
      enableReading: true,
      enableWithdrawals: false,
      enableInternalTransfer: false,
      enableMargin: false,
      enableFutures: true,
      permitsUniversalTransfer: false,
      enableVanillaOptions: false,
      enableFixApiTrade: false,
      enableFixReadOnly: false,
      enableSpotAndMarginTrading: true,
      enablePortfolioMarginTrading: false,
    });
  });

  it('without flags makes one that only reads; without a list one for any address', () => {
    const query = keyWish(email, { canTrade: undefined, status: 1, ipAddress: undefined });
    const { body } = manager(create, { query });
    expect(body).toMatchObject({ ...flags, canTrade: false, status: 1 });
    expect(body).not.toHaveProperty('ipList');
    const key = binanceCaller(open, { apiKey: body.apiKey, secret: body.secretKey });
    expect(key('GET /api/v3/account', { address: '203.0.113.9' }).status).toBe(200);
    expect(key(restrictions).body).toMatchObject({ ipRestrict: false, enableSpotAndMarginTrading: false });
    expect(open.keys.at(-1)).toMatchObject({ permissions: [], mayWrite: false, ips: [] });
  });

  it('lets two keys have the same name', () => {
    makeKey(manager, email);
    makeKey(manager, email);
    expect(manager(list, { query: { email } }).body.total).toBe(2);
  });
});

describe('a key of one’s own', () => {
  it.each([
    ['in the query', 'query'],
    ['in the body', 'body'],
  ] as const)('is an Ed25519 key sent %s, and has no secret', (_, part) => {
    const { privateKey, publicPem } = keyPair('ed25519');
    const { body } = manager(create, { [part]: keyWish(email, { publicKey: publicPem }) });
    expect(body.secretKey).toBe('');
    const own = binanceCaller(open, { apiKey: body.apiKey, secret: privateKey });
    expect(own(restrictions).status).toBe(200);
    const other = binanceCaller(open, { apiKey: body.apiKey, secret: keyPair('ed25519').privateKey });
    expect(other(restrictions).code).toBe(-1022);
    expect(binanceCaller(open, { apiKey: body.apiKey, secret: '' })(restrictions).code).toBe(-1022);
  });

  it.each([['ed25519'], ['rsa']] as const)('of kind %s is taken by version 2 in the body', (type) => {
    const { privateKey, publicPem } = keyPair(type);
    const fix = type === 'ed25519' ? { canFixApiTrading: true, canFixApiReading: true } : {};
    const { body } = manager(createV2, { body: keyWish(email, { publicKey: publicPem, ...fix }) });
    const held = type === 'ed25519';
    expect(body).toMatchObject({ secretKey: '', canFixApiTrading: held, canFixApiReading: held });
    const own = binanceCaller(open, { apiKey: body.apiKey, secret: privateKey });
    expect(own(restrictions).body).toMatchObject({ enableFixApiTrade: held, enableFixReadOnly: held });
  });

  it('may be used again when the key that had it is gone', () => {
    const { publicPem } = keyPair('ed25519');
    const query = keyWish(email, { publicKey: publicPem });
    const { body } = manager(create, { query });
    expect(manager(create, { query }).code).toBe(-1130);
    manager(remove, { query: { email, subAccountApiKey: body.apiKey } });
    expect(manager(create, { query }).status).toBe(200);
  });
});

describe('listing keys', () => {
  it('goes through numbered pages, the oldest first', () => {
    const made = Array.from({ length: 5 }, () => makeKey(manager, email).apiKey);
    const page = (number: number) =>
      manager(list, { query: { email, page: number, size: 2 } }).body as {
        total: number;
        list: { apikey: string }[];
      };
    const pages = [1, 2, 3, 4].map((number) => page(number).list.map(({ apikey }) => apikey));
    expect(pages).toEqual([made.slice(0, 2), made.slice(2, 4), made.slice(4), []]);
    expect(page(9).total).toBe(5);
    for (let count = 5; count < 30; count += 1) makeKey(manager, email);
    expect(manager(list, { query: { email } }).body.list).toHaveLength(30);
  });

  it('finds one key, and shows those of the sub-account asked for only', () => {
    const [key] = [makeKey(manager, email), makeKey(manager, email)];
    const query = { email, subAccountApiKey: key.apiKey };
    expect(manager(list, { query }).body).toMatchObject({ total: 1, list: [{ apikey: key.apiKey }] });
    const elsewhere = { ...query, email: open.subAccounts[1] };
    expect(manager(list, { query: elsewhere }).body).toEqual({ total: 0, list: [] });
  });

  it('shows the time of the last change', () => {
    const { apiKey } = makeKey(manager, email);
    const made = open.clock.now();
    open.clock.advance(60_000);
    const timestamp = () => manager(list, { query: { email } }).body.list[0].timestamp;
    expect(timestamp()).toBe(made);
    manager(modify, { query: { email, subAccountApiKey: apiKey, canTrade: false } });
    expect(timestamp()).toBe(made + 60_000);
  });
});

describe('changing a key', () => {
  it('keeps the flags that are absent, and takes effect at once', () => {
    const key = makeKey(manager, email);
    const query = { email, subAccountApiKey: key.apiKey };
    const changed = manager(modify, { query: { ...query, canFuturesTrade: true } });
    expect(changed.body).toEqual({
      apiName: 'rk-test',
      apikey: key.apiKey,
      ...flags,
      canFuturesTrade: true,
      timestamp: open.clock.now(),
    });
    manager(modify, { query: { ...query, canTrade: false } });
    expect(binanceCaller(open, key)(restrictions).body).toMatchObject({
      enableSpotAndMarginTrading: false,
      enableFutures: true,
    });
  });
});

describe('deleting a key', () => {
  it('answers nothing, and the key is dead at once', () => {
    const key = makeKey(manager, email);
    expect(manager(remove, { query: { email, subAccountApiKey: key.apiKey } }).body).toEqual({});
    expect(binanceCaller(open, key)(restrictions)).toMatchObject({ status: 401, code: -2015 });
    expect(manager(list, { query: { email } }).body).toEqual({ total: 0, list: [] });
  });

  it('takes its parameters from a form too', () => {
    const { apiKey } = makeKey(manager, email);
    expect(manager(remove, { body: { email, subAccountApiKey: apiKey } }).status).toBe(200);
  });
});

describe('the addresses of a key', () => {
  it('are told as texts, added to, and removed one by one', () => {
    const { apiKey } = makeKey(manager, email);
    const query = { email, subAccountApiKey: apiKey };
    const updateTime = open.clock.now();
    expect(manager(getIps, { query }).body).toEqual({
      ipRestrict: 'true',
      ipList: ['127.0.0.1'],
      updateTime,
      apiKey,
    });
    open.clock.advance(1_000);
    const ipList = ['127.0.0.1', '192.0.2.1', '192.0.2.2'];
    const added = manager(setIps, { query: { ...query, status: 2, ipAddress: '192.0.2.1,192.0.2.2' } });
    expect(added.body).toEqual({ status: '2', ipList, updateTime: updateTime + 1_000, apiKey });
    const left = manager(deleteIps, { query: { ...query, ipAddress: '127.0.0.1,192.0.2.2' } });
    expect(left.body).toMatchObject({ ipRestrict: 'true', ipList: ['192.0.2.1'], apiKey });
    expect(manager(deleteIps, { query: { ...query, ipAddress: '192.0.2.1' } }).code).toBe(-1130);
  });

  it('are gone, and with them the list, when the restriction is lifted', () => {
    const key = makeKey(manager, email);
    const query = { email, subAccountApiKey: key.apiKey };
    const lifted = manager(setIps, { query: { ...query, status: 1 } });
    expect(lifted.body).toEqual({ status: '1', updateTime: open.clock.now(), apiKey: key.apiKey });
    expect(manager(getIps, { query }).body).toMatchObject({ ipRestrict: 'false' });
    expect(manager(getIps, { query }).body).not.toHaveProperty('ipList');
    expect(binanceCaller(open, key)(restrictions, { address: '203.0.113.9' }).status).toBe(200);
  });
});
