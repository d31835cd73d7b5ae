import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenExchange } from '../../../simulator/index.ts';
import {
  type Attempt,
  type BinanceCaller,
  binanceCaller,
  create,
  createV2,
  deleteIps,
  encode,
  getIps,
  keyWish,
  list,
  makeKey,
  modify,
  openBinance,
  placeOrder,
  refusalsOf,
  remove,
  restrictions,
  setIps,
  signText,
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

describe('who calls', () => {
  it.each<[string, Attempt, number]>([
    ['no key', { headers: { 'x-mbx-apikey': undefined } }, -2014],
    ['a key of 63 characters', { headers: { 'x-mbx-apikey': 'a'.repeat(63) } }, -2014],
    ['a key with a hyphen', { headers: { 'x-mbx-apikey': `${'a'.repeat(63)}-` } }, -2014],
    ['a key that nobody has', { headers: { 'x-mbx-apikey': 'a'.repeat(64) } }, -2015],
    ['an address that is not on the list', { address: '203.0.113.9' }, -2015],
    ['no signature', { signature: null }, -1102],
    ['an empty signature', { signature: '' }, -1102],
    ['a signature with strange characters', { signature: 'a_b' }, -1100],
    ['a wrong signature', { signature: 'a'.repeat(64) }, -1022],
    ['a signature that is not the last parameter', { place: 'first' }, -1022],
    ['no timestamp', { timestamp: undefined }, -1102],
    ['an empty timestamp', { timestamp: '' }, -1102],
    ['a timestamp that is no number', { timestamp: '2026-01-01' }, -1100],
    ['a timestamp in seconds', { timestamp: 1_767_225_600 }, -1021],
    ['a window of more than a minute', { query: { recvWindow: 60_001 } }, -1131],
    ['a window that is no number', { query: { recvWindow: '5s' } }, -1100],
    ['a window of four decimal places', { query: { recvWindow: '5000.1234' } }, -1100],
    ['two timestamps', { sentQuery: 'timestamp=1&timestamp=2' }, -1101],
    ['text that cannot be decoded', { sentQuery: 'timestamp=%E0%A4%A' }, -1100],
    ['a parameter that it does not know', { query: { verbose: true } }, -1104],
  ])('refuses %s', (_, attempt, code) => {
    expectRefusal(restrictions, attempt, code);
  });

  it('counts the parameters that it did not read', () => {
    expect(expectRefusal(restrictions, { query: { verbose: 1, more: 2 } }, -1104)).toBe(
      "Not all sent parameters were read; read '2' parameter(s) but was sent '4'.",
    );
  });

  it.each([
    [-5_001, -1021, 'Timestamp for this request is outside of the recvWindow.'],
    [1_000, -1021, "Timestamp for this request was 1000ms ahead of the server's time."],
  ])('refuses a timestamp that is off by %i ms', (offset, code, message) => {
    expect(expectRefusal(restrictions, { timestamp: open.clock.now() + offset }, code)).toBe(message);
  });

  it.each([
    [-5_000, {}],
    [999, {}],
    [-60_000, { recvWindow: 60_000 }],
    [-100, { recvWindow: '100.125' }],
  ])('takes a timestamp that is off by %i ms with %j', (offset, query) => {
    const timestamp = open.clock.now() + offset;
    expect(manager(restrictions, { timestamp, query }).status).toBe(200);
  });

  it('takes a timestamp in microseconds, and judges it as exactly', () => {
    open.clock.set(1_800_000_000_000);
    expect(manager(restrictions, { timestamp: '1799999995000000' }).status).toBe(200);
    expectRefusal(restrictions, { timestamp: '1799999994999999' }, -1021);
    expectRefusal(restrictions, { timestamp: '1800000001000000' }, -1021);
  });

  it('takes a signature in capitals', () => {
    const sentQuery = encode({ timestamp: open.clock.now() });
    const signature = signText(open.manager.secret, sentQuery).toUpperCase();
    expect(manager(restrictions, { sentQuery, signature }).status).toBe(200);
  });

  it('refuses values that were signed before they were encoded, and values that were never encoded', () => {
    const sentQuery = encode({ email, timestamp: open.clock.now() });
    expectRefusal(list, { sentQuery, signed: decodeURIComponent(sentQuery) }, -1022);
    expectRefusal(list, { sentQuery: decodeURIComponent(sentQuery) }, -1022);
    expect(manager(list, { sentQuery }).status).toBe(200);
  });

  it('refuses a query or a form that was changed on the way', () => {
    const { apiKey } = makeKey(manager, email);
    const query = { email, subAccountApiKey: apiKey };
    const now = open.clock.now();
    const signed = encode({ ...query, subAccountApiKey: 'a'.repeat(64), timestamp: now });
    expectRefusal(remove, { sentQuery: encode({ ...query, timestamp: now }), signed }, -1022);
    const form = encode({ ...query, timestamp: now });
    expectRefusal(remove, { body: query, sentBody: form, signed }, -1022);
    expect(open.keys.at(-1)?.deletedAt).toBeNull();
  });

  it('does not read a form that says it is something else', () => {
    const headers = { 'content-type': 'application/json' };
    expectRefusal(create, { body: keyWish(email), headers, place: 'query' }, -1102);
  });

  it('does not read a plus sign as a plus sign', () => {
    const address = open.subAccounts[1] ?? '';
    const sentQuery = encode({ email: address, timestamp: open.clock.now() });
    expect(manager(list, { sentQuery }).status).toBe(200);
    expectRefusal(list, { sentQuery: sentQuery.replace('%2B', '+') }, -1130);
  });
});

describe('what cannot be told apart', () => {
  it('is a deleted key, a wrong address, a frozen account and a missing right', () => {
    const key = makeKey(manager, email);
    const bot = binanceCaller(open, key);
    const elsewhere = bot(restrictions, { address: '203.0.113.9' });
    open.website.changeKey(key.apiKey, { permissions: [] });
    const powerless = bot(placeOrder, { query: {} });
    open.website.freeze({ subAccount: email });
    const frozen = bot(restrictions);
    open.website.freeze({ subAccount: email, frozen: false });
    expect(bot(restrictions).status).toBe(200);
    open.website.deleteKey(key.apiKey);
    for (const reply of [elsewhere, powerless, frozen, bot(restrictions)]) {
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({
        code: -2015,
        msg: 'Invalid API-key, IP, or permissions for action.',
      });
    }
  });
});

describe('what a key may do', () => {
  const changes = [create, createV2, modify, remove, setIps, deleteIps];

  it.each([...changes, placeOrder])('refuses %s to a key that only reads', (call) => {
    expectRefusal(call, { by: open.website.createKey({ permissions: [] }) }, -2015);
    const others = ['canFuturesTrade', 'canUniversalTransfer', 'enableWithdrawals'];
    expectRefusal(call, { by: open.website.createKey({ permissions: others }) }, -2015);
  });

  it.each([list, getIps, subAccounts, transfers, history, orders, trades, 'GET /api/v3/account'])(
    'does not refuse %s to it',
    (call) => {
      const reader = binanceCaller(open, open.website.createKey({ mayWrite: false }));
      expect(reader(call).code).not.toBe(-2015);
    },
  );

  it.each([...changes, list, getIps, subAccounts, transfers])(
    'refuses %s to a sub-account’s key, whatever its rights',
    (call) => {
      expectRefusal(call, { by: open.website.createKey({ subAccount: email }) }, -2015);
    },
  );
});
