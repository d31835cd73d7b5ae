import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionLostError, ServiceError } from '../../../local/secrets-manager/service-error.ts';
import { ADMIN, expectRefusal, FUNCTION_ARN, HOUR_MS, LocalService, token } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
const first = token();
const second = token();

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: first }));
});
afterEach(() => local.stop());

function put(by = client): Promise<unknown> {
  return by.send(
    new PutSecretValueCommand({
      SecretId: 'key',
      SecretString: 'two',
      ClientRequestToken: second,
      VersionStages: ['AWSPENDING'],
    }),
  );
}

async function read(): Promise<string | undefined> {
  return (await client.send(new GetSecretValueCommand({ SecretId: 'key' }))).SecretString;
}

describe('a planned failure', () => {
  it('before the call leaves no effect, but a record with the error', async () => {
    local.service.failNext('PutSecretValue', 'before', new ServiceError('InternalServiceError', 'down'));
    await expectRefusal(put(), 'InternalServiceError');
    expect(Object.keys(await local.labels('key'))).toEqual([first]);
    expect(local.calls('PutSecretValue')[0]).toMatchObject({ errorCode: 'InternalServiceError' });
  });

  it('after the call leaves its effect, and a record of success', async () => {
    local.service.failNext('PutSecretValue', 'after', new ServiceError('InternalServiceError', 'down'));
    await expectRefusal(put(), 'InternalServiceError');
    expect(Object.keys(await local.labels('key'))).toEqual([first, second]);
    expect(local.calls('PutSecretValue')[0]).not.toHaveProperty('errorCode');
  });

  it('strikes once, only its operation, in the order planned', async () => {
    local.service.failNext('PutSecretValue', 'before', new ServiceError('ThrottlingException', 'one'));
    local.service.failNext('PutSecretValue', 'before', new ServiceError('InternalServiceError', 'two'));
    expect(await read()).toBe('one');
    await expectRefusal(put(), 'ThrottlingException');
    await expectRefusal(put(), 'InternalServiceError');
    await put();
    expect(Object.keys(await local.labels('key'))).toEqual([first, second]);
  });

  it('cuts the connection when the answer is to be lost', async () => {
    local.service.failNext('PutSecretValue', 'after', new ConnectionLostError());
    const error = await put().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty('$metadata.requestId');
    expect(Object.keys(await local.labels('key'))).toEqual([first, second]);
  });

  it('leaves no record when the call never arrived', async () => {
    local.service.failNext('PutSecretValue', 'before', new ConnectionLostError());
    await expect(put()).rejects.toThrow();
    expect(local.calls('PutSecretValue')).toEqual([]);
    expect(Object.keys(await local.labels('key'))).toEqual([first]);
  });

  it('is overcome by the SDK, whose repeat carries the same token', async () => {
    const patient = local.client(ADMIN, 3);
    local.service.failNext('PutSecretValue', 'after', new ConnectionLostError());
    await patient.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'two' }));
    expect(local.calls('PutSecretValue')).toHaveLength(2);
    expect(Object.keys(await local.labels('key'))).toHaveLength(2);
  });

  it('of a rotation’s start is overcome by the SDK without a second rotation', async () => {
    const patient = local.client(ADMIN, 3);
    local.service.failNext('RotateSecret', 'after', new ConnectionLostError());
    const { VersionId = '' } = await patient.send(
      new RotateSecretCommand({
        SecretId: 'key',
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { AutomaticallyAfterDays: 1 },
      }),
    );
    await local.service.settled();
    expect(local.steps()).toHaveLength(4);
    expect((await local.labels('key'))[VersionId]).toEqual(['AWSCURRENT']);
  });

  it('of a promotion makes its repeat fail, since the label has moved already', async () => {
    await put();
    const patient = local.client(ADMIN, 3);
    local.service.failNext('UpdateSecretVersionStage', 'after', new ConnectionLostError());
    const promote = new UpdateSecretVersionStageCommand({
      SecretId: 'key',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: second,
      RemoveFromVersionId: first,
    });
    await expectRefusal(patient.send(promote), 'InvalidParameterException');
    expect((await local.labels('key'))[second]).toContain('AWSCURRENT');
  });
});

// source: SM-API/ListSecrets ("all Secrets Manager operations are eventually consistent")
describe('reads', () => {
  it('see a write at once by default', async () => {
    await put();
    expect((await local.labels('key'))[second]).toEqual(['AWSPENDING']);
  });

  it('see a write only later while stale reads are on', async () => {
    local.service.staleReadsFor(5000);
    await put();
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'] });
    const pending = new GetSecretValueCommand({ SecretId: 'key', VersionStage: 'AWSPENDING' });
    await expectRefusal(client.send(pending), 'ResourceNotFoundException');
    await local.clock.advance(5000);
    expect((await local.labels('key'))[second]).toEqual(['AWSPENDING']);
    expect((await client.send(pending)).SecretString).toBe('two');
  });

  it('see each of several writes after its own delay', async () => {
    local.service.staleReadsFor(5000);
    await put();
    await local.clock.advance(2000);
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'key',
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: second,
        RemoveFromVersionId: first,
      }),
    );
    await local.clock.advance(3000);
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
    await local.clock.advance(2000);
    expect((await local.labels('key'))[first]).toEqual(['AWSPREVIOUS']);
  });

  it('do not find a secret that was just made', async () => {
    local.service.staleReadsFor(5000);
    await client.send(new CreateSecretCommand({ Name: 'new', SecretString: 'x' }));
    await expectRefusal(local.describe('new'), 'ResourceNotFoundException');
    const listed = async () =>
      (await client.send(new ListSecretsCommand({}))).SecretList?.map(({ Name }) => Name);
    expect(await listed()).toEqual(['key']);
    await local.clock.advance(5000);
    expect(await listed()).toEqual(['key', 'new']);
  });

  it('do not hide a write from other writes', async () => {
    local.service.staleReadsFor(HOUR_MS);
    await put();
    const other = new PutSecretValueCommand({
      SecretId: 'key',
      SecretString: 'other',
      ClientRequestToken: second,
    });
    await expectRefusal(client.send(other), 'ResourceExistsException');
  });

  it('are consistent again when stale reads are turned off', async () => {
    local.service.staleReadsFor(HOUR_MS);
    await put();
    local.service.staleReadsFor(0);
    expect((await local.labels('key'))[second]).toEqual(['AWSPENDING']);
  });
});
