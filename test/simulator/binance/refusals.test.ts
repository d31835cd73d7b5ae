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
  placeOrder,
  refusalsOf,
  remove,
  setIps,
} from './support.ts';

let open: OpenExchange;
let manager: BinanceCaller;
let email: string;
beforeEach(() => {
  open = openBinance({ hostility: true });
  manager = binanceCaller(open);
  email = open.subAccounts[0] ?? '';
});

const history = 'GET /sapi/v1/capital/withdraw/history';
const transfers = 'GET /sapi/v1/sub-account/universalTransfer';
const subAccounts = 'GET /sapi/v1/sub-account/list';
const orders = 'GET /api/v3/allOrders';
const trades = 'GET /api/v3/myTrades';

const expectRefusal = refusalsOf(() => open);

/** A managed sub-account, whose keys cannot be managed, and one of asset management. */
function strangeAccounts(): string[] {
  const found = manager(subAccounts, { query: { limit: 200 } }).body.subAccounts;
  return found
    .filter((each: { isManagedSubAccount: boolean; isAssetManagementSubAccount: boolean }) =>
      [each.isManagedSubAccount, each.isAssetManagementSubAccount].includes(true),
    )
    .map((each: { email: string }) => each.email);
}

describe('a new key', () => {
  const longList = Array.from({ length: 36 }, (_, index) => `203.0.113.${100 + index}`).join(',');
  it.each<[string, object, number]>([
    ['no e-mail address', { email: undefined }, -1102],
    ['an empty e-mail address', { email: '' }, -1102],
    ['an account that is not ours', { email: 'else@example.com' }, -1130],
    ['no name', { apiName: undefined }, -1102],
    ['a name of 21 characters', { apiName: 'a'.repeat(21) }, -1100],
    ['a name with a space', { apiName: 'my key' }, -1100],
    ['no status', { status: undefined }, -1102],
    ['an unknown status', { status: 4 }, -1130],
    ['a status that is no number', { status: 'restricted' }, -1100],
    ['status 2 without addresses', { ipAddress: undefined }, -1102],
    ['status 1 with addresses', { status: 1 }, -1106],
    ['status 3 without a name', { status: 3, ipAddress: undefined }, -1102],
    ['status 3 with a name that nobody has', { status: 3, thirdPartyName: 'x' }, -1130],
    ['an IPv6 address', { ipAddress: '2001:db8::1' }, -1130],
    ['a block of addresses', { ipAddress: '192.0.2.0/24' }, -1130],
    ['a space between addresses', { ipAddress: '192.0.2.1, 192.0.2.2' }, -1130],
    ['more than 500 characters of addresses', { ipAddress: longList }, -1108],
    ['a flag that is neither true nor false', { canTrade: 'yes' }, -1100],
    ['a flag in capitals', { canTrade: 'TRUE' }, -1100],
    ['an empty flag', { canTrade: '' }, -1105],
    ['a right that nobody has', { canWithdraw: true }, -1104],
    ['a right of version 2', { canFixApiTrading: true }, -1104],
    ['a public key that is none', { publicKey: 'abc' }, -1130],
    ['an empty public key', { publicKey: '' }, -1105],
    ['an RSA key', { publicKey: keyPair('rsa').publicPem }, -1130],
  ])('is refused with %s', (_, difference, code) => {
    expectRefusal(create, { query: keyWish(email, difference as Record<string, string>) }, code);
    expect(open.keys).toHaveLength(1);
  });

  it('is refused for a master account, and for sub-accounts of other kinds', () => {
    const [master] = manager(transfers).body.result;
    expect(master).toBeUndefined();
    open.website.transfer({ to: email });
    const own = manager(transfers).body.result[0].fromEmail;
    expectRefusal(create, { query: keyWish(own) }, -1130);
    const strange = strangeAccounts();
    expect(strange).toHaveLength(2);
    for (const each of strange) {
      expectRefusal(create, { query: keyWish(each) }, -9000);
      expectRefusal(list, { query: { email: each } }, -9000);
    }
  });

  it('is refused when the sub-account has thirty, and possible again when one is gone', () => {
    const keys = Array.from({ length: 30 }, () => makeKey(manager, email));
    expectRefusal(create, { query: keyWish(email) }, -1020);
    expect(() => open.website.createKey({ subAccount: email })).toThrow('This operation is not supported.');
    manager(remove, { query: { email, subAccountApiKey: keys[3]?.apiKey } });
    expect(manager(create, { query: keyWish(email) }).status).toBe(200);
  });

  it('is refused with the public key of another living key of the account, not of another account', () => {
    const { publicPem } = keyPair('ed25519');
    makeKey(manager, email, { publicKey: publicPem });
    const again = { query: keyWish(email, { publicKey: publicPem.replaceAll('\n', '\r\n') }) };
    expect(expectRefusal(create, again, -1130)).toContain('publicKey');
    expect(makeKey(manager, open.subAccounts[1] ?? '', { publicKey: publicPem }).apiKey).toBeDefined();
  });

  it('of version 2 is refused with a public key in the query, and with FIX rights for another kind', () => {
    const { publicPem } = keyPair('ed25519');
    expectRefusal(createV2, { query: keyWish(email, { publicKey: publicPem }) }, -1130);
    const rsa = keyPair('rsa').publicPem;
    expectRefusal(createV2, { body: keyWish(email, { publicKey: rsa, canFixApiReading: true }) }, -9000);
    expectRefusal(createV2, { body: keyWish(email, { canFixApiTrading: true }) }, -9000);
    expect(open.keys).toHaveLength(1);
  });
});

describe('an existing key', () => {
  it.each([modify, remove, getIps, setIps, deleteIps])(
    'is not found by %s when it is unknown, gone, of another account or the master’s',
    (call) => {
      const { apiKey } = makeKey(manager, email);
      const other = makeKey(manager, open.subAccounts[1] ?? '');
      manager(remove, { query: { email, subAccountApiKey: apiKey } });
      const wrong = ['a'.repeat(64), 'short', apiKey, other.apiKey, open.manager.apiKey];
      for (const subAccountApiKey of wrong)
        expectRefusal(call, { query: { email, subAccountApiKey } }, -2008);
      expectRefusal(call, { query: { email } }, -1102);
      expectRefusal(call, { query: {} }, -1102);
    },
  );

  it.each<[string, string, Record<string, string | number> & { code: number }]>([
    ['a flag that is none', modify, { canTrade: 1, code: -1100 }],
    ['another name', modify, { apiName: 'other', code: -1104 }],
    ['no status', setIps, { ipAddress: '192.0.2.1', code: -1102 }],
    ['status 3', setIps, { status: 3, code: -1130 }],
    ['status 2 without addresses', setIps, { status: 2, code: -1102 }],
    ['an address that is none', setIps, { status: 2, ipAddress: 'localhost', code: -1130 }],
    ['no address to remove', deleteIps, { code: -1102 }],
    ['an address that it does not have', deleteIps, { ipAddress: '192.0.2.9', code: -1130 }],
  ])('is not changed with %s', (_, call, { code, ...difference }) => {
    const { apiKey } = makeKey(manager, email);
    const before = open.keys.at(-1);
    expectRefusal(call, { query: { email, subAccountApiKey: apiKey, ...difference } }, code);
    expect(open.keys.at(-1)).toEqual(before);
  });

  it('does not get more than thirty addresses', () => {
    const ips = Array.from({ length: 30 }, (_, index) => `192.0.2.${index}`).join(',');
    const { apiKey } = makeKey(manager, email);
    const query = { email, subAccountApiKey: apiKey, status: 2, ipAddress: ips };
    expectRefusal(setIps, { query }, -1130);
  });
});

describe('a request', () => {
  it.each([
    'GET /sapi/v1/sub-account/subAccountApiPermission',
    'PUT /sapi/v1/sub-account/subAccountApi',
    'GET /sapi/v1/broker/subAccountApi',
    'POST /sapi/v1/capital/withdraw/apply',
    'GET /',
  ])('to the unknown route %s gets 404 without Binance’s envelope', (call) => {
    expect(manager(call)).toMatchObject({
      status: 404,
      code: undefined,
      text: expect.stringContaining('<html>'),
    });
  });

  it.each<[string, object, number]>([
    [list, { page: 0 }, -1130],
    [list, { size: 101 }, -1102],
    [list, { size: 'all' }, -1100],
    [subAccounts, { limit: 201 }, -1102],
    [subAccounts, { isFreeze: 'no' }, -1100],
    [transfers, { fromEmail: 'a', toEmail: 'b' }, -1128],
    [transfers, { limit: 501 }, -1102],
    [transfers, { startTime: 1_600_000_000_000 }, -1127],
    [history, { startTime: 1_600_000_000_000 }, -1127],
    [history, { startTime: '9999999999999' }, -1130],
    [history, { limit: 1_001 }, -1102],
    [history, { idList: 'a,'.repeat(45) }, -1130],
    [orders, {}, -1102],
    [orders, { symbol: 'btcusdt' }, -1100],
    [orders, { symbol: 'XXXUSDT' }, -1121],
    [orders, { symbol: 'BTCUSDT', startTime: 1, endTime: 86_400_002 }, -1127],
    [orders, { symbol: 'BTCUSDT', limit: 1_001 }, -1102],
    [trades, { symbol: 'BTCUSDT', fromId: 1, startTime: 1 }, -1128],
    ['GET /api/v3/account', { omitZeroBalances: 1 }, -1100],
  ])('%s with %j is refused with %i', (call, difference, code) => {
    const query = { ...(call === list ? { email } : {}), ...difference };
    expectRefusal(call, { query }, code);
  });

  it('for the time takes no parameters', () => {
    const reply = manager('GET /api/v3/time', { query: { a: 1 }, signature: null, timestamp: undefined });
    expect(reply.body).toMatchObject({
      code: -1101,
      msg: "Too many parameters; expected '0' and received '1'.",
    });
  });

  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' };
  const limit = { ...market, type: 'LIMIT', timeInForce: 'GTC', price: '50000' };
  it.each<[string, object, number]>([
    ['no pair', { ...market, symbol: undefined }, -1102],
    ['an unknown pair', { ...market, symbol: 'XXXUSDT' }, -1121],
    ['an unknown side', { ...market, side: 'buy' }, -1117],
    ['an unknown type', { ...market, type: 'PEGGED' }, -1116],
    ['no quantity', { ...market, quantity: undefined }, -1102],
    ['two quantities', { ...market, quoteOrderQty: '98' }, -1128],
    ['a quantity that is no number', { ...market, quantity: '1e3' }, -1100],
    ['nine decimal places', { ...market, quantity: '0.000000001' }, -1111],
    ['a quantity of nothing', { ...market, quantity: '0' }, -1013],
    ['too little money', { ...market, quantity: '0.00001' }, -1013],
    ['more money than there is', { ...market, quantity: '1000' }, -2010],
    ['more coins than there are', { ...market, symbol: 'ETHUSDT', side: 'SELL' }, -1013],
    ['coins that there are not', { ...market, symbol: 'ETHUSDT', side: 'SELL', quantity: '1' }, -2010],
    ['a price for a market order', { ...market, price: '1' }, -1106],
    ['a time in force for a market order', { ...market, timeInForce: 'GTC' }, -1106],
    ['a bad client’s number', { ...market, newClientOrderId: 'a b' }, -1100],
    ['a client’s number of 37 characters', { ...market, newClientOrderId: 'a'.repeat(37) }, -1100],
    ['another answer', { ...market, newOrderRespType: 'LONG' }, -1100],
    ['no price', { ...limit, price: undefined }, -1102],
    ['a price of nothing', { ...limit, price: '0' }, -1013],
    ['no time in force', { ...limit, timeInForce: undefined }, -1102],
    ['an unknown time in force', { ...limit, timeInForce: 'GTX' }, -1115],
    ['a limit order for money', { ...limit, quoteOrderQty: '98' }, -1106],
  ])('for an order with %s is refused', (_, query, code) => {
    expectRefusal(placeOrder, { query: query as Record<string, string> }, code);
    expect(manager(orders, { query: { symbol: 'BTCUSDT' } }).body).toEqual([]);
  });
});
