import { describe, expect, it } from 'vitest';
import { readPublicKey } from '../../../simulator/binance/public-key.ts';
import { isPercentEncoded, readText } from '../../../simulator/binance/request-text.ts';
import { isSigned, sign } from '../../../simulator/binance/signature.ts';
import { keyPair, signText } from './support.ts';

/** Published at https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security. */
const published = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const order =
  'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';

describe('the HMAC signature', () => {
  it.each([
    [published, `symbol=LTCBTC&${order}`, 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'],
    [
      published,
      `symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&${order}`,
      'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3',
    ],
    [
      'TESTSECRET000',
      'email=sub1%40example.com&apiName=rot-0001&status=2&canTrade=true&ipAddress=203.0.113.7%2C203.0.113.8&recvWindow=5000&timestamp=1700000000000',
      'e4557c44ad24cf7c64d42f0ad89f57d7c1b006295cf3889600436f6bb5dac828',
    ],
    [
      'TESTSECRET000',
      'email=sub1%40example.com&subAccountApiKey=OLDKEY000&recvWindow=5000&timestamp=1700000000000',
      'b7f7ec105c5f1bf3a0bee1cbdbd7bc6dbc49a5ad2869cdddce23a5ccf506532e',
    ],
    [
      'TESTSECRET000',
      'recvWindow=5000&timestamp=1700000000000',
      'dd9477b97a619e3722a8a795fc84d9432e60916a545d9b74ea2c22095587da60',
    ],
  ])('agrees with the test vector %#', (secret, payload, signature) => {
    const signer = { secret, publicKey: undefined };
    expect(sign(secret, payload)).toBe(signature);
    expect(isSigned(signer, payload, signature)).toBe(true);
    expect(isSigned(signer, payload, signature.toUpperCase())).toBe(true);
    expect(isSigned(signer, payload, signature.slice(1))).toBe(false);
    expect(isSigned({ ...signer, secret: 'another' }, payload, signature)).toBe(false);
  });
});

describe('the signature of a key of one’s own', () => {
  it.each(['ed25519', 'rsa'] as const)('%s is base64, and case-sensitive', (type) => {
    const { privateKey, publicPem } = keyPair(type);
    const signer = { secret: '', publicKey: readPublicKey(publicPem) };
    const signature = signText(privateKey, 'payload');
    expect(isSigned(signer, 'payload', signature)).toBe(true);
    expect(isSigned(signer, 'payloae', signature)).toBe(false);
    expect(isSigned(signer, 'payload', signature.toLowerCase())).toBe(false);
    expect(isSigned(signer, 'payload', signature.replace(/=+$/, ''))).toBe(false);
    expect(isSigned(signer, 'payload', `${signature}=`)).toBe(false);
  });
});

describe('a public key', () => {
  const { publicPem } = keyPair('ed25519');

  it('is the same however its text is broken', () => {
    const broken = publicPem.replaceAll('\n', '\r\n').trim();
    expect(readPublicKey(broken)?.fingerprint).toBe(readPublicKey(publicPem)?.fingerprint);
  });

  it.each([
    ['no text', ''],
    ['base64 without its frame', publicPem.split('\n')[1] ?? ''],
    ['a frame around nothing', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    ['another kind of key', keyPair('x25519').publicPem],
    ['a short RSA key', keyPair('rsa', 1024).publicPem],
    ['more than a key', `${publicPem}and more`],
  ])('is not %s', (_, pem) => {
    expect(readPublicKey(pem)).toBeUndefined();
  });
});

describe('the signed text', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const request = { method: 'POST', path: '/', query: '', headers: form, body: '', address: '127.0.0.1' };

  it('is the query immediately followed by the body, as published', () => {
    const { payload, signature } = readText({
      ...request,
      query: 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC',
      body: 'quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559&signature=aa',
    });
    expect(sign(published, payload)).toBe('0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77');
    expect(signature).toBe('aa');
  });

  it('takes the query’s value of a name that is in both', () => {
    const { values, inQuery } = readText({ ...request, query: 'a=1&b=2', body: 'b=3&c=%40+%2B' });
    expect(Object.fromEntries(values)).toEqual({ a: '1', b: '2', c: '@ +' });
    expect([...inQuery]).toEqual(['a', 'b']);
  });

  it('reads a body only when it is a form, and never that of a GET', () => {
    expect(readText({ ...request, body: 'a=1', headers: {} }).values.size).toBe(0);
    expect(readText({ ...request, body: 'a=1', method: 'GET' }).values.size).toBe(0);
  });

  it('has a signature only in the last place', () => {
    expect(readText({ ...request, query: 'signature=aa&a=1' }).signature).toBeUndefined();
    expect(readText({ ...request, query: 'signature=a%2Bb%3D' })).toMatchObject({
      signature: 'a+b=',
      payload: '',
    });
  });

  it.each(['email=a%40b.c&x=-_.~', 'a=1+2', 'a=%2C', ''])('%s is percent-encoded', (text) => {
    expect(isPercentEncoded(text)).toBe(true);
  });

  it.each(['email=a@b.c', 'ips=1.1.1.1,2.2.2.2', 'a=%4', 'a=１', 'a={}', 'a=b c'])('%s is not', (text) => {
    expect(isPercentEncoded(text)).toBe(false);
  });
});
