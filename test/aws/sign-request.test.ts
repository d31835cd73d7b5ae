import { describe, expect, it } from 'vitest';
import { signRequest } from '../../lambda/aws/sign-request.ts';

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

  it("is the SDK's own, of a role's session too (signature made with @smithy/signature-v4 5.7.5)", () => {
    const signed = signRequest(
      {
        service: 'sns',
        host: 'sns.eu-west-1.amazonaws.com',
        region: 'eu-west-1',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: 'Action=Publish&Message=a+b',
      },
      { ...key, sessionToken: 'token' },
      now,
    );
    expect(signed['x-amz-security-token']).toBe('token');
    expect(signed.authorization?.split('Signature=')[1]).toBe(
      'd884820f55c82067c6b284002bcd82fbdcc1d83889d2de7020ba4a4e94589375',
    );
  });
});
