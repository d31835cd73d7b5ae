import {
  CreateSecretCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretsManagerOptions } from '../../../local/secrets-manager/options.ts';
import {
  FUNCTION_ARN,
  LocalService,
  MINUTE_MS,
  OPERATOR,
  type RotationPayload,
  token,
} from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;

beforeEach(() => use({}));
afterEach(() => local.stop());

async function use(options: Partial<SecretsManagerOptions>): Promise<void> {
  await local?.stop().catch(() => {});
  local = await new LocalService(options).start();
  client = local.client();
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' }));
}

async function rotate(): Promise<string> {
  const { VersionId = '' } = await client.send(
    new RotateSecretCommand({
      SecretId: 'key',
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { AutomaticallyAfterDays: 30 },
    }),
  );
  await local.service.settled();
  return VersionId;
}

function writtenByOperator(rotationToken: (payload: RotationPayload) => string | undefined) {
  return async (payload: RotationPayload): Promise<void> => {
    if (payload.Step === 'createSecret') await local.writePending(payload, OPERATOR, rotationToken(payload));
    else await local.rotateWell(payload);
  };
}

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
describe('a pending version written by somebody other than the rotation function', () => {
  it('fails the rotation, which tells so', async () => {
    local.rotationFunction = writtenByOperator(() => undefined);
    const pending = await rotate();
    expect(local.steps()).toEqual(['createSecret']);
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationFailed']);
    const { ARN } = await local.describe('key');
    expect(local.details('AWS Service Event via CloudTrail')[1]).toMatchObject({
      errorMessage:
        `Pending secret version ${pending} for Secret ${ARN} was not created by Lambda ${FUNCTION_ARN}. ` +
        'Remove the AWSPENDING staging label and restart rotation',
    });
  });

  it('is accepted when the write carries the RotationToken of the running rotation', async () => {
    local.rotationFunction = writtenByOperator(({ RotationToken }) => RotationToken);
    const pending = await rotate();
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationSucceeded']);
    expect((await local.labels('key'))[pending]).toEqual(['AWSCURRENT']);
  });

  it('is not accepted with another RotationToken', async () => {
    local.rotationFunction = writtenByOperator(() => token());
    await rotate();
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationFailed']);
  });

  it('fails every retry until AWSPENDING is taken off and rotation is started again', async () => {
    local.rotationFunction = writtenByOperator(() => undefined);
    const pending = await rotate();
    local.rotationFunction = (payload) => local.rotateWell(payload);
    await local.clock.advance(10 * MINUTE_MS);
    expect(local.rotationEvents().slice(2)).toEqual(['RotationStarted', 'RotationFailed']);
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'key',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: pending,
      }),
    );
    const next = await rotate();
    expect((await local.labels('key'))[next]).toEqual(['AWSCURRENT']);
  });
});

describe('without knowledge of the function’s role', () => {
  it('takes a session named after the function for the function, as Lambda names it', async () => {
    await use({ roleOfFunction: () => undefined });
    await rotate();
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  it('takes any other session for a stranger', async () => {
    await use({ roleOfFunction: () => undefined });
    local.rotationFunction = writtenByOperator(() => undefined);
    await rotate();
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationFailed']);
  });
});
