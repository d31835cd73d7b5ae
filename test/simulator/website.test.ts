import { beforeEach, describe, expect, it } from 'vitest';
import { type OpenExchange, openExchange } from '../../simulator/index.ts';
import { exchangeNames } from '../../simulator/open-exchange.ts';

/** What differs between exchanges in what a person does at the website: only the names of rights. */
const rights = {
  bitget: { trade: 'uta_trade', other: 'withdraw' },
  binance: { trade: 'canTrade', other: 'enableWithdrawals' },
} as const;

describe.each(exchangeNames)('the website of %s', (exchange) => {
  let open: OpenExchange;
  let subAccount: string;
  beforeEach(() => {
    open = openExchange({ exchange, seed: 7 });
    open.clock.freeze();
    subAccount = open.subAccounts[0] ?? '';
  });
  const { trade, other } = rights[exchange];

  it('makes a key with what the API would never give', () => {
    const wish = { label: 'by hand, honest!', permissions: [trade, other], ips: [] };
    const key = open.website.createKey(wish);
    expect(key).toMatchObject({ ...wish, subAccount: null, mayWrite: true, madeBy: 'website' });
    expect(key.secret).toHaveLength(64);
    expect(open.keys.at(-1)).not.toHaveProperty('secret');
    expect(open.keys.at(-1)).not.toHaveProperty('password');
  });

  it('makes a key that only reads, changes it and deletes it', () => {
    const { apiKey } = open.website.createKey({ subAccount, mayWrite: false });
    expect(open.keys.at(-1)).toMatchObject({ subAccount, mayWrite: false });
    const change = { label: 'other', permissions: [trade], mayWrite: true, ips: ['192.0.2.1'] };
    expect(open.website.changeKey(apiKey, change)).toMatchObject({ apiKey, ...change });
    expect(open.website.changeKey(apiKey, {})).toMatchObject({ apiKey, ...change });
    expect(open.website.deleteKey(apiKey).deletedAt).toBe(new Date(open.clock.now()).toISOString());
    expect(() => open.website.deleteKey(apiKey)).toThrow(`the key "${apiKey}" is deleted`);
    expect(() => open.website.changeKey('bg_00000000', {})).toThrow('no key "bg_00000000"');
  });

  it('withdraws, and moves coins between accounts', () => {
    const withdrawal = { subAccount, coin: 'BTC', size: '0.5', toAddress: 'bc1q', chain: 'btc' };
    expect(open.website.withdraw({ ...withdrawal, status: 'pending' })).toEqual({
      ...withdrawal,
      status: 'pending',
      id: expect.any(String),
      createdAt: new Date(open.clock.now()).toISOString(),
    });
    expect(open.website.withdraw({})).toMatchObject({ subAccount: null, coin: 'USDT', status: 'success' });
    expect(open.website.transfer({ from: subAccount, size: '7' })).toEqual({
      id: expect.any(String),
      from: subAccount,
      to: null,
      coin: 'USDT',
      size: '7',
      createdAt: new Date(open.clock.now()).toISOString(),
    });
  });

  it('enters an order for an account, and with a key, which counts as used', () => {
    const signedIn = open.website.order({ subAccount, symbol: 'VIAUSDT', size: '5000', price: '9' });
    expect(signedIn).toMatchObject({
      subAccount,
      apiKey: null,
      symbol: 'VIAUSDT',
      side: 'buy',
      size: '5000',
      price: '9',
    });
    const { apiKey } = open.website.createKey({ subAccount, ips: ['203.0.113.9'] });
    const stolen = open.website.order({ apiKey, symbol: 'DMGUSDT', side: 'sell', clientOrderId: 'mine' });
    expect(stolen).toMatchObject({ subAccount, apiKey, side: 'sell', price: null, clientOrderId: 'mine' });
    const lastUsedAt = new Date(open.clock.now()).toISOString();
    expect(open.keys.at(-1)).toMatchObject({ uses: 1, lastUsedAt });
  });

  it('enters no order with a key that is dead or may not trade', () => {
    const reader = open.website.createKey({ subAccount, mayWrite: false });
    expect(() => open.website.order({ apiKey: reader.apiKey })).toThrow('may not trade');
    const other_ = open.website.createKey({ subAccount, permissions: [other] });
    expect(() => open.website.order({ apiKey: other_.apiKey })).toThrow('may not trade');
    open.website.deleteKey(reader.apiKey);
    expect(() => open.website.order({ apiKey: reader.apiKey })).toThrow('is deleted');
    expect(open.keys.map(({ uses }) => uses)).toEqual([0, 0, 0]);
  });

  it.each<[keyof OpenExchange['website'], object, string]>([
    ['createKey', { subAccount: '1' }, 'unknown account "1"'],
    ['createKey', { permissions: ['fly'] }, 'unknown permission "fly"'],
    ['createKey', { environment: 'test' }, '"environment" must be one of live'],
    ['createKey', { apiKey: 'mine' }, '"apiKey" must be'],
    ['createKey', { uid: '1' }, 'unknown field "uid"'],
    ['withdraw', { subAccount: '1' }, 'unknown account "1"'],
    ['withdraw', { size: '-1' }, '"size" must be a positive number, as text'],
    ['withdraw', { status: 'lost' }, '"status" must be one of pending, success, fail'],
    ['transfer', {}, '"from" and "to" must be two accounts'],
    ['transfer', { to: '1' }, 'unknown account "1"'],
    ['order', { symbol: 'XXXUSDT' }, '"symbol" must be one of BTCUSDT,'],
    ['order', { side: 'BUY' }, '"side" must be one of buy, sell'],
    ['order', { apiKey: 'x', subAccount: 'y' }, 'give "apiKey" or "subAccount"'],
    ['order', { apiKey: 'x' }, 'no key "x"'],
    ['order', { subAccount: '1' }, 'unknown account "1"'],
    ['freeze', {}, '"subAccount" is needed'],
    ['freeze', { subAccount: '1' }, 'unknown sub-account "1"'],
    ['freeze', { subAccount: '1', frozen: 'yes' }, '"frozen" must be true or false'],
  ])('tells what is wrong with %s %j', (action, fields, message) => {
    const act = open.website[action] as (fields: object) => object;
    expect(() => act(fields)).toThrow(message);
  });
});

describe('the website of binance alone', () => {
  const { website } = openExchange({ exchange: 'binance', seed: 7 });

  it.each([
    [{ mayWrite: false, permissions: ['canTrade'] }, 'a key with "permissions" may write'],
    [{ mayWrite: true, permissions: [] }, 'a key without "permissions" may not write'],
    [{ publicKey: 'abc' }, '"publicKey" must be an Ed25519 or RSA public key'],
    [{ passphrase: 'passphrase1' }, 'unknown field "passphrase"'],
  ])('refuses a key with %j', (fields, message) => {
    expect(() => website.createKey(fields)).toThrow(message);
  });

  it('keeps a name for every key that there was', () => {
    const apiKey = 'A'.repeat(64);
    website.createKey({ apiKey });
    website.deleteKey(apiKey);
    expect(() => website.createKey({ apiKey })).toThrow('there is, or was, a key');
  });
});
