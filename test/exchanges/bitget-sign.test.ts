import { describe, expect, test } from 'vitest';
import { preHash, signature, signedHeaders } from '../../lambda/exchanges/bitget/sign.ts';
import { someCredentials } from '../support/builders.ts';

/** Vectors of docs/exchanges/bitget.md: two implementations other than this one agree on them. */
const VECTORS = [
  {
    request: {
      method: 'GET',
      path: '/api/v2/user/virtual-subaccount-apikey-list',
      query: { subAccountUid: '1001' },
      body: '',
    },
    text: '1700000000000GET/api/v2/user/virtual-subaccount-apikey-list?subAccountUid=1001',
    signed: 'jkWQ/+9mMvqQvTsogZ+O/99+V+FJ5mR3seEsozv1DdM=',
  },
  {
    request: {
      method: 'POST',
      path: '/api/v3/user/delete-sub-api',
      query: {},
      body: '{"apiKey":"bg_0123456789abcdef"}',
    },
    text: '1700000000000POST/api/v3/user/delete-sub-api{"apiKey":"bg_0123456789abcdef"}',
    signed: 'THus+/PWsPy1z8Mjt5w/mtVoN953SKImxSw1XUxSd4A=',
  },
] as const;

describe('a Bitget signature', () => {
  test.each(VECTORS)('of $request.method $request.path is as published', ({ request, text, signed }) => {
    expect(preHash('1700000000000', request)).toBe(text);
    expect(signature('TESTSECRET000', text)).toBe(signed);
  });

  test('is made over the query sorted by name and not encoded', () => {
    const query = { subUid: '1001', limit: '100', cursor: 'a+b/c=' };
    expect(preHash('1', { method: 'GET', path: '/x', query, body: '' })).toBe(
      '1GET/x?cursor=a+b/c=&limit=100&subUid=1001',
    );
  });
});

describe('the headers of a signed call', () => {
  const request = { method: 'GET', path: '/x', query: {}, body: '' } as const;
  const now = new Date(1_700_000_000_000);

  test('carry key, time, passphrase and signature', () => {
    expect(signedHeaders(someCredentials('bg_1'), request, { now, environment: 'live' })).toEqual({
      'ACCESS-KEY': 'bg_1',
      'ACCESS-SIGN': signature('secret of bg_1', '1700000000000GET/x'),
      'ACCESS-TIMESTAMP': '1700000000000',
      'ACCESS-PASSPHRASE': 'Passphrase1',
      'Content-Type': 'application/json',
      locale: 'en-US',
    });
  });

  test('say so when the key belongs to demo trading', () => {
    const headers = signedHeaders(someCredentials(), request, { now, environment: 'demo' });
    expect(headers.paptrading).toBe('1');
  });
});
