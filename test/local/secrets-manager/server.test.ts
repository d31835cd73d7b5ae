import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretsManagerHandler } from '../../../local/secrets-manager/server.ts';
import { ServiceError } from '../../../local/secrets-manager/service-error.ts';
import { expectRefusal, LocalService, REGION, START } from './local-service.ts';

const run = promisify(execFile);
const hasAwsCli = await run('aws', ['--version']).then(
  () => true,
  () => false,
);

let local: LocalService;

beforeEach(async () => {
  local = await new LocalService().start();
});
afterEach(() => local.stop());

async function post(target: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(local.url, { method: 'POST', headers: { 'X-Amz-Target': target, ...headers }, body });
}

// source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
describe('AWS JSON 1.1', () => {
  it('answers with the request ID, the content type and the date of the clock', async () => {
    const response = await post('secretsmanager.GetRandomPassword', '{}');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(response.headers.get('date')).toBe(START.toUTCString());
    const [record] = local.calls('GetRandomPassword');
    expect(response.headers.get('x-amzn-requestid')).toBe(record?.requestID);
  });

  it('writes dates as seconds since 1970', async () => {
    await local.client().send(new CreateSecretCommand({ Name: 'key' }));
    const response = await post('secretsmanager.DescribeSecret', '{"SecretId":"key"}');
    expect(await response.json()).toMatchObject({ CreatedDate: START.getTime() / 1000 });
  });

  it('writes and reads binary values as base64', async () => {
    const SecretBinary = Buffer.from([0, 255]).toString('base64');
    const ClientRequestToken = 'a'.repeat(32);
    const create = { Name: 'key', SecretBinary, ClientRequestToken };
    await post('secretsmanager.CreateSecret', JSON.stringify(create));
    const response = await post('secretsmanager.GetSecretValue', '{"SecretId":"key"}');
    expect(await response.json()).toMatchObject({ SecretBinary });
  });

  it('treats null as absent', async () => {
    await local.client().send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' }));
    const response = await post('secretsmanager.GetSecretValue', '{"SecretId":"key","VersionId":null}');
    expect(await response.json()).toMatchObject({ SecretString: 'one' });
  });

  it.each([
    ['an unknown operation', ['MakeCoffee', '{}', 'UnknownOperationException']],
    ['the name of an object member', ['constructor', '{}', 'UnknownOperationException']],
    ['a body that is not JSON', ['GetSecretValue', '{SECRET', 'SerializationException']],
    ['a member of the wrong type', ['GetSecretValue', '{"SecretId":1}', 'SerializationException']],
    ['a missing member', ['GetSecretValue', '{}', 'ValidationException']],
    ['a long member', ['GetSecretValue', `{"SecretId":"${'x'.repeat(2049)}"}`, 'ValidationException']],
    ['a body that is too large', ['GetSecretValue', 'x'.repeat(1_100_000), 'SerializationException']],
  ] as const)('refuses %s', async (_, [operation, body, type]) => {
    const response = await post(`secretsmanager.${operation}`, body);
    expect(response.status).toBe(400);
    const answer = (await response.json()) as { __type: string; Message: string };
    expect(answer.__type).toBe(type);
    expect(answer.Message).not.toContain('SECRET');
  });

  it('refuses the target of another service, and no target', async () => {
    for (const target of ['sqs.GetRandomPassword', '']) {
      const answer = (await (await post(target, '{}')).json()) as { __type: string };
      expect(answer.__type).toBe('UnknownOperationException');
    }
  });

  it('answers an unexpected failure with InternalServiceError, says no more, and reports it on the clock', async () => {
    const broken = await new LocalService({
      authorize: () => {
        throw new Error('inner detail');
      },
    }).start();
    const call = broken.client().send(new DescribeSecretCommand({ SecretId: 'key' }));
    await expectRefusal(call, 'InternalServiceError', 'An error occurred on the server side.');
    expect(broken.clock.errors()).toMatchObject([{ error: { message: 'inner detail' } }]);
    expect(broken.calls('DescribeSecret')).toMatchObject([{ errorCode: 'InternalServiceError' }]);
    expect(JSON.stringify(broken.events)).not.toContain('inner detail');
    await broken.stop();
  });
});

describe('the caller', () => {
  it('is looked up by the access key of the signature', async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=ASIAOPERATOR/20261121/${REGION}/secretsmanager/aws4_request, SignedHeaders=host, Signature=0`;
    await post('secretsmanager.GetRandomPassword', '{}', { authorization });
    expect(local.calls('GetRandomPassword')[0]?.userIdentity).toMatchObject({ accessKeyId: 'ASIAOPERATOR' });
  });

  it('may be refused by whoever looks it up', async () => {
    const strict = createServer(
      secretsManagerHandler({
        service: local.service,
        clock: local.clock,
        callerOf: () => {
          throw new ServiceError('UnrecognizedClientException', 'The security token is invalid.');
        },
      }),
    );
    await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(strict.address() as AddressInfo).port}`;
    const response = await fetch(url, { method: 'POST', body: '{}' });
    expect(await response.json()).toMatchObject({ __type: 'UnrecognizedClientException' });
    strict.closeAllConnections();
    strict.close();
  });

  it('is looked up without a key when the request is not signed', async () => {
    await post('secretsmanager.GetRandomPassword', '{}', { 'user-agent': 'curl/8' });
    expect(local.calls('GetRandomPassword')[0]).toMatchObject({
      userAgent: 'curl/8',
      userIdentity: { accessKeyId: 'AKIAADMIN' },
    });
  });
});

describe('the AWS SDK', () => {
  it('still works when the clock is years away from real time', async () => {
    await local.clock.advance(3 * 365 * 86_400_000);
    const client = local.client();
    await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' }));
    expect((await client.send(new GetSecretValueCommand({ SecretId: 'key' }))).SecretString).toBe('one');
  });
});

describe.skipIf(!hasAwsCli)('the AWS CLI', () => {
  async function aws(...words: string[]): Promise<unknown> {
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'AKIAADMIN',
      AWS_SECRET_ACCESS_KEY: 'not checked',
      AWS_DEFAULT_REGION: REGION,
      AWS_MAX_ATTEMPTS: '1',
    };
    const command = ['secretsmanager', '--endpoint-url', local.url, '--output', 'json', ...words];
    return JSON.parse((await run('aws', command, { env })).stdout);
  }

  it('creates, reads and describes a secret, and shows the service’s errors', async () => {
    await aws('create-secret', '--name', 'key', '--secret-string', 'one');
    expect(await aws('get-secret-value', '--secret-id', 'key')).toMatchObject({
      SecretString: 'one',
      VersionStages: ['AWSCURRENT'],
    });
    await expect(aws('describe-secret', '--secret-id', 'missing')).rejects.toThrow(
      "(ResourceNotFoundException) when calling the DescribeSecret operation: Secrets Manager can't find",
    );
  });
});
