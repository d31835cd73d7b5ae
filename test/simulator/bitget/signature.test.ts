import { describe, expect, it } from 'vitest';
import { isSignedWith, parseQuery, preHash, sign } from '../../../simulator/bitget/signature.ts';

const list = {
  timestamp: '1700000000000',
  method: 'GET',
  path: '/api/v2/user/virtual-subaccount-apikey-list',
  query: [['subAccountUid', '1001']],
  body: '',
} as const;

const deletion = {
  timestamp: '1700000000000',
  method: 'POST',
  path: '/api/v3/user/delete-sub-api',
  query: [],
  body: '{"apiKey":"bg_0123456789abcdef"}',
} as const;

describe('the signature', () => {
  it.each([
    [
      list,
      '1700000000000GET/api/v2/user/virtual-subaccount-apikey-list?subAccountUid=1001',
      'jkWQ/+9mMvqQvTsogZ+O/99+V+FJ5mR3seEsozv1DdM=',
    ],
    [
      deletion,
      '1700000000000POST/api/v3/user/delete-sub-api{"apiKey":"bg_0123456789abcdef"}',
      'THus+/PWsPy1z8Mjt5w/mtVoN953SKImxSw1XUxSd4A=',
    ],
  ])('agrees with the test vector %#', (signed, text, signature) => {
    expect(preHash(signed)).toBe(text);
    expect(sign('TESTSECRET000', signed)).toBe(signature);
    expect(isSignedWith('TESTSECRET000', signed, signature)).toBe(true);
  });

  it('sorts the query by name and signs its values un-encoded', () => {
    const query = parseQuery('symbol=BTCUSDT&limit=20&note=a%2Fb+c') ?? [];
    expect(preHash({ ...list, query })).toBe(
      '1700000000000GET/api/v2/user/virtual-subaccount-apikey-list?limit=20&note=a/b+c&symbol=BTCUSDT',
    );
  });

  it('refuses another secret, and a signature of another length', () => {
    const signature = sign('TESTSECRET000', list);
    expect(isSignedWith('TESTSECRET001', list, signature)).toBe(false);
    expect(isSignedWith('TESTSECRET000', list, signature.slice(1))).toBe(false);
  });

  it('does not read a query that cannot be decoded', () => {
    expect(parseQuery('subUid=%E0%A4%A')).toBeUndefined();
  });
});
