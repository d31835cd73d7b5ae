import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Redacted } from '../../lambda/core/redacted.ts';
import { queryOf, signature, signedQuery } from '../../lambda/exchanges/binance/sign.ts';
import { START } from '../support/fixed-time.ts';

/** Published vectors. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api (read Nov 2026) */
const PUBLISHED_SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';

describe('the signature of a key with a secret', () => {
  test.each([
    [
      'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559',
      'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
    ],
    [
      'symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559',
      'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3',
    ],
  ])('is the published one of %s', (text, expected) => {
    expect(signature(new Redacted(PUBLISHED_SECRET), text)).toBe(expected);
  });

  test.each([
    [
      {
        email: 'sub1@example.com',
        apiName: 'rot-0001',
        status: '2',
        canTrade: 'true',
        ipAddress: '203.0.113.7,203.0.113.8',
        recvWindow: '5000',
        timestamp: '1700000000000',
      },
      'e4557c44ad24cf7c64d42f0ad89f57d7c1b006295cf3889600436f6bb5dac828',
    ],
    [
      {
        email: 'sub1@example.com',
        subAccountApiKey: 'OLDKEY000',
        recvWindow: '5000',
        timestamp: '1700000000000',
      },
      'b7f7ec105c5f1bf3a0bee1cbdbd7bc6dbc49a5ad2869cdddce23a5ccf506532e',
    ],
    [
      { recvWindow: '5000', timestamp: '1700000000000' },
      'dd9477b97a619e3722a8a795fc84d9432e60916a545d9b74ea2c22095587da60',
    ],
  ])('is made over values that are encoded first: %o', (parameters, expected) => {
    expect(signature(new Redacted('TESTSECRET000'), queryOf(parameters))).toBe(expected);
  });
});

describe('the signature of a key with a key pair', () => {
  test.each(['ed25519', 'rsa'] as const)('verifies with the public half: %s', (type) => {
    const made =
      type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
    const pem = made.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const signed = Buffer.from(signature(new Redacted(pem), 'text'), 'base64');
    const algorithm = type === 'rsa' ? 'sha256' : null;
    expect(verify(algorithm, Buffer.from('text'), made.publicKey, signed)).toBe(true);
  });

  test('fails without a word of a private key that is none', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n';
    expect(() => signature(new Redacted(pem), 'text')).toThrow(
      expect.objectContaining({ reason: 'SecretValueMalformed' }),
    );
    expect(() => signature(new Redacted(pem), 'text')).not.toThrow(/canary/);
  });
});

test('a query ends with its time and its signature, which is encoded itself', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const key = { keyId: 'key', secret: new Redacted(pem) };
  for (let n = 0; n < 20; n += 1) {
    const query = signedQuery(key, { email: 'a+b@c.com', n: String(n) }, START);
    const time = START.getTime();
    expect(query).toMatch(
      new RegExp(`^email=a%2Bb%40c.com&n=${n}&recvWindow=5000&timestamp=${time}&signature=[\\w%]+$`),
    );
  }
});
