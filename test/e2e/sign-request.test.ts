import { describe, expect, it } from 'vitest';
import { signRequest } from '../../e2e/sign-request.ts';

describe('a signed request', () => {
  const request = {
    service: 'ec2',
    host: '127.0.0.1:1',
    region: 'us-east-1',
    headers: { 'content-type': 'x' },
    body: 'a=1',
  };
  const key = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const now = new Date('2027-01-04T08:10:00.123Z');

  it('carries date, scope and the headers that it signs', () => {
    const signed = signRequest(request, key, now);
    expect(signed['x-amz-date']).toBe('20270104T081000Z');
    expect(signed.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=id\/20270104\/us-east-1\/ec2\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
  });

  it('changes its signature with the body', () => {
    const other = signRequest({ ...request, body: 'a=2' }, key, now);
    expect(other.authorization).not.toBe(signRequest(request, key, now).authorization);
  });
});
