import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, expectRefusal, FUNCTION_ARN, LocalService, token } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
const first = token();

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: first }));
});
afterEach(() => local.stop());

async function setUp(SecretId = 'key'): Promise<void> {
  await client.send(
    new RotateSecretCommand({
      SecretId,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
      RotateImmediately: false,
    }),
  );
  await local.service.settled();
}

// source: SM-API/RotateSecret on RotateImmediately; getmoto/moto PR 8547 for the value
describe('RotateImmediately=false', () => {
  it('runs only testSecret, on a pending version that holds a copy of the current value', async () => {
    const seen: unknown[] = [];
    local.rotationFunction = async ({ SecretId, ClientRequestToken }) => {
      seen.push((await local.labels(SecretId))[ClientRequestToken]);
      const pending = { SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' };
      seen.push((await client.send(new GetSecretValueCommand(pending))).SecretString);
    };
    await setUp();
    expect(local.steps()).toEqual(['testSecret']);
    expect(seen).toEqual([['AWSPENDING'], 'one']);
  });

  it('removes the version of the test again and turns rotation on', async () => {
    await setUp();
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'] });
    const id = local.invocations[0]?.ClientRequestToken;
    await expectRefusal(
      client.send(new GetSecretValueCommand({ SecretId: 'key', VersionId: id })),
      'ResourceNotFoundException',
    );
    const described = await local.describe('key');
    expect(described.RotationEnabled).toBe(true);
    expect(described.LastRotatedDate).toBeUndefined();
    expect(described.NextRotationDate).toEqual(new Date('2026-12-21T23:59:59Z'));
  });

  it('tests with an empty version when the secret has no value', async () => {
    await client.send(new CreateSecretCommand({ Name: 'empty' }));
    let failure: unknown;
    local.rotationFunction = async ({ SecretId, ClientRequestToken: VersionId }) => {
      const read = client.send(new GetSecretValueCommand({ SecretId, VersionId }));
      failure = await read.catch((error: Error) => error.name);
    };
    await setUp('empty');
    expect(failure).toBe('ResourceNotFoundException');
    expect(await local.labels('empty')).toEqual({});
  });

  it('tells of the test by events of its own', async () => {
    await setUp();
    expect(local.rotationEvents()).toEqual(['TestRotationStarted', 'TestRotationSucceeded']);
  });

  it('removes the version after a failed test too, tries it once only and keeps rotation on', async () => {
    local.rotationFunction = () => Promise.reject(new Error('test fails'));
    await setUp();
    await local.clock.advance(DAY_MS);
    expect(local.rotationEvents()).toEqual(['TestRotationStarted', 'TestRotationFailed']);
    expect(local.invocations).toHaveLength(1);
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'] });
    expect((await local.describe('key')).RotationEnabled).toBe(true);
  });

  it('keeps a test version that the function made current', async () => {
    await client.send(new CreateSecretCommand({ Name: 'empty' }));
    local.rotationFunction = async ({ SecretId, ClientRequestToken }) => {
      await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: 'written' }));
    };
    await setUp('empty');
    const read = await client.send(new GetSecretValueCommand({ SecretId: 'empty' }));
    expect(read.SecretString).toBe('written');
    expect(read.VersionStages).toEqual(['AWSCURRENT']);
  });

  it('rotates in the next window', async () => {
    await setUp();
    await local.clock.advance(30 * DAY_MS);
    expect(local.steps()).toEqual(['testSecret', 'createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    expect((await local.labels('key'))[first]).toEqual(['AWSPREVIOUS']);
  });
});
