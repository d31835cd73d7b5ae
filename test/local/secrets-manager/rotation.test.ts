import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  type RotateSecretCommandOutput,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretsManagerOptions } from '../../../local/secrets-manager/options.ts';
import { DAY_MS, expectRefusal, FUNCTION_ARN, LocalService, START, token } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
const first = token();

beforeEach(() => use({}));
afterEach(() => local.stop());

async function use(options: Partial<SecretsManagerOptions>): Promise<void> {
  await local?.stop().catch(() => {});
  local = await new LocalService(options).start();
  client = local.client();
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: first }));
}

async function rotate(request: Partial<RotateSecretCommandInput> = {}): Promise<RotateSecretCommandOutput> {
  return client.send(
    new RotateSecretCommand({
      SecretId: 'key',
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { AutomaticallyAfterDays: 30 },
      ...request,
    }),
  );
}

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html and SM-API/RotateSecret
describe('a rotation', () => {
  it('calls the function with the four steps, in order, and the same token', async () => {
    const { ARN = '', VersionId = '' } = await rotate();
    await local.service.settled();
    expect(local.steps()).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    const rotationToken = local.invocations[0]?.RotationToken;
    for (const payload of local.invocations) {
      const { Step: _, ...rest } = payload;
      expect(rest).toEqual({ SecretId: ARN, ClientRequestToken: VersionId, RotationToken: rotationToken });
    }
    expect(rotationToken).toMatch(/^[a-zA-Z0-9-]{36,256}$/);
  });

  it('is answered before the function has run', async () => {
    let answered = false;
    let answeredFirst = false;
    local.rotationFunction = async (payload) => {
      answeredFirst ||= answered;
      await local.rotateWell(payload);
    };
    await local.service.call(
      'RotateSecret',
      {
        SecretId: 'key',
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { AutomaticallyAfterDays: 30 },
        ClientRequestToken: token(),
      },
      { arn: 'arn:aws:iam::111122223333:user/admin', type: 'IAMUser', sourceAddress: '127.0.0.1' },
    );
    answered = true;
    await local.service.settled();
    expect(answeredFirst).toBe(true);
  });

  it('makes the request token the ID of the new version, and it ends as AWSCURRENT', async () => {
    const id = token();
    const { VersionId } = await rotate({ ClientRequestToken: id });
    expect(VersionId).toBe(id);
    await local.service.settled();
    expect(await local.labels('key')).toEqual({ [first]: ['AWSPREVIOUS'], [id]: ['AWSCURRENT'] });
  });

  // source: SM-API/DescribeSecret ("creates an AWSPENDING version ID before creating the new secret version"); getmoto/moto PR 8504
  it('starts from an AWSPENDING version without a value, which DescribeSecret lists and GetSecretValue does not find', async () => {
    const seen: unknown[] = [];
    local.rotationFunction = async ({ Step, SecretId, ClientRequestToken }) => {
      if (Step !== 'createSecret') return;
      seen.push((await local.labels(SecretId))[ClientRequestToken]);
      for (const selection of [
        { VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' },
        { VersionId: ClientRequestToken },
        { VersionStage: 'AWSPENDING' },
      ]) {
        const failure = client.send(new GetSecretValueCommand({ SecretId, ...selection }));
        seen.push(await failure.catch((error: Error) => `${error.name}: ${error.message}`));
      }
    };
    const { VersionId } = await rotate();
    await local.service.settled();
    const refusal = "ResourceNotFoundException: Secrets Manager can't find the specified secret value for";
    expect(seen).toEqual([
      ['AWSPENDING'],
      `${refusal} VersionId: ${VersionId}`,
      `${refusal} VersionId: ${VersionId}`,
      `${refusal} staging label: AWSPENDING`,
    ]);
  });

  it('shows the function that rotation is on', async () => {
    let enabled: boolean | undefined;
    local.rotationFunction = async ({ SecretId }) => {
      enabled = (await local.describe(SecretId)).RotationEnabled;
    };
    await rotate();
    await local.service.settled();
    expect(enabled).toBe(true);
  });

  it('needs nothing but the secret the second time', async () => {
    await rotate();
    await local.service.settled();
    const { VersionId = '' } = await client.send(new RotateSecretCommand({ SecretId: 'key' }));
    await local.service.settled();
    expect((await local.labels('key'))[VersionId]).toEqual(['AWSCURRENT']);
    expect(local.invocations).toHaveLength(8);
  });

  it('notes when it was done and the last day on which the next one may be', async () => {
    await rotate();
    await local.service.settled();
    const described = await local.describe('key');
    expect(described.LastRotatedDate).toEqual(START);
    expect(described.NextRotationDate).toEqual(new Date('2026-12-21T23:59:59Z'));
    expect(described.RotationLambdaARN).toBe(FUNCTION_ARN);
    expect(described.RotationRules).toEqual({ AutomaticallyAfterDays: 30 });
  });

  it('tells of its start and success', async () => {
    await rotate();
    await local.service.settled();
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationSucceeded']);
  });

  it('starts nothing new for a repeat with the token of the rotation under way or done', async () => {
    const ClientRequestToken = token();
    let repeated = false;
    local.rotationFunction = async (payload) => {
      if (!repeated) await rotate({ ClientRequestToken });
      repeated = true;
      await local.rotateWell(payload);
    };
    await rotate({ ClientRequestToken });
    await local.service.settled();
    await rotate({ ClientRequestToken });
    await local.service.settled();
    expect(local.invocations).toHaveLength(4);
  });
});

// source: aws-samples/aws-secrets-manager-rotation-lambdas PR 145 (maintainer); SM-API/RotateSecret on both healthy end states
describe('AWSPENDING after a good rotation', () => {
  it('is taken off by the service', async () => {
    await use({ choices: { pendingAfterSuccess: 'remove' } });
    const { VersionId = '' } = await rotate();
    await local.service.settled();
    expect((await local.labels('key'))[VersionId]).toEqual(['AWSCURRENT']);
  });

  it('or stays on the current version, which does not stand in the way of the next rotation', async () => {
    await use({ choices: { pendingAfterSuccess: 'leave' } });
    const { VersionId: second = '' } = await rotate();
    await local.service.settled();
    expect((await local.labels('key'))[second]).toEqual(['AWSCURRENT', 'AWSPENDING']);
    const { VersionId: third = '' } = await rotate();
    await local.service.settled();
    expect(await local.labels('key')).toEqual({
      [second]: ['AWSPREVIOUS'],
      [third]: ['AWSCURRENT', 'AWSPENDING'],
    });
  });

  it('is left to chance without a choice, the same way for the same seed', async () => {
    const ends = async (seed: number): Promise<boolean[]> => {
      await use({ choices: {}, seed });
      const left: boolean[] = [];
      for (let count = 0; count < 8; count += 1) {
        await rotate();
        await local.service.settled();
        left.push(
          Object.values(await local.labels('key'))
            .flat()
            .includes('AWSPENDING'),
        );
      }
      return left;
    };
    const once = await ends(7);
    expect(new Set(once)).toEqual(new Set([true, false]));
    expect(await ends(7)).toEqual(once);
  });
});

// source: SM-API/RotateSecret; messages as recorded from AWS in localstack/localstack tests/aws/services/secretsmanager
describe('RotateSecret refuses', () => {
  it('a secret without a function', async () => {
    await expectRefusal(
      rotate({ RotationLambdaARN: undefined }),
      'InvalidRequestException',
      'No Lambda rotation function ARN is associated with this secret.',
    );
    expect((await local.describe('key')).RotationEnabled).toBeUndefined();
  });

  it('what is not the ARN of a function', async () => {
    await expectRefusal(rotate({ RotationLambdaARN: 'rotate-main' }), 'InvalidParameterException');
  });

  it('a function that it may not invoke, and changes nothing', async () => {
    await use({ mayInvoke: () => false });
    await expectRefusal(
      rotate(),
      'AccessDeniedException',
      'Secrets Manager cannot invoke the specified Lambda function.',
    );
    expect((await local.describe('key')).RotationLambdaARN).toBeUndefined();
  });

  it('a stored function that it may no longer invoke', async () => {
    let allowed = true;
    await use({ mayInvoke: () => allowed });
    await rotate();
    await local.service.settled();
    allowed = false;
    await expectRefusal(client.send(new RotateSecretCommand({ SecretId: 'key' })), 'AccessDeniedException');
  });

  it('to begin without rules', async () => {
    await expectRefusal(rotate({ RotationRules: undefined }), 'InvalidParameterException');
  });

  it('a number of days together with an expression', async () => {
    await expectRefusal(
      rotate({ RotationRules: { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' } }),
      'InvalidParameterException',
      'You cannot specify both rotation frequency and schedule expression together.',
    );
  });

  // source: aws/aws-cdk issue 28539; SM-API/RotateSecret
  it('while AWSPENDING sits on a version that is not current, and leaves the settings alone', async () => {
    await rotate();
    await local.service.settled();
    await client.send(
      new PutSecretValueCommand({ SecretId: 'key', SecretString: 'x', VersionStages: ['AWSPENDING'] }),
    );
    const refused = rotate({ RotationRules: { AutomaticallyAfterDays: 7 } });
    await expectRefusal(
      refused,
      'InvalidRequestException',
      "A previous rotation isn't complete. That rotation will be reattempted.",
    );
    expect((await local.describe('key')).RotationRules).toEqual({ AutomaticallyAfterDays: 30 });
    expect(local.invocations).toHaveLength(4);
  });

  it('the token of an older version', async () => {
    await rotate();
    await local.service.settled();
    await expectRefusal(rotate({ ClientRequestToken: first }), 'InvalidParameterException');
  });

  it('managed external secrets, which the local cloud does not have', async () => {
    const request = { ExternalSecretRotationRoleArn: 'arn:aws:iam::111122223333:role/partner' };
    await expectRefusal(rotate(request), 'InvalidRequestException');
  });
});

describe('the rotation of a secret without a value', () => {
  beforeEach(async () => {
    await client.send(new CreateSecretCommand({ Name: 'empty' }));
  });

  // source: SM-API/PutSecretValue (first version); whether it holds inside a rotation is unconfirmed
  it('makes its first value current as soon as it is written', async () => {
    const seen: string[][] = [];
    local.rotationFunction = async (payload) => {
      await local.rotateWell(payload);
      seen.push((await local.labels('empty'))[payload.ClientRequestToken] ?? []);
    };
    await rotate({ SecretId: 'empty' });
    await local.service.settled();
    expect(seen[0]).toEqual(['AWSCURRENT', 'AWSPENDING']);
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationSucceeded']);
    expect(Object.values(await local.labels('empty'))).toEqual([['AWSCURRENT']]);
  });

  it('or leaves it pending until it is promoted, when that is chosen', async () => {
    await use({ choices: { firstValueInRotation: 'asAsked', pendingAfterSuccess: 'remove' } });
    await client.send(new CreateSecretCommand({ Name: 'empty' }));
    const seen: string[][] = [];
    local.rotationFunction = async (payload) => {
      await local.rotateWell(payload);
      seen.push((await local.labels('empty'))[payload.ClientRequestToken] ?? []);
    };
    await rotate({ SecretId: 'empty' });
    await local.service.settled();
    expect(seen[0]).toEqual(['AWSPENDING']);
    expect(Object.values(await local.labels('empty'))).toEqual([['AWSCURRENT']]);
  });
});

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
describe('the event "Secret Label Updated"', () => {
  it('tells of AWSCURRENT and of custom labels, but not of AWSPENDING and AWSPREVIOUS', async () => {
    const { ARN = '', VersionId = '' } = await rotate();
    await local.service.settled();
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'key',
        VersionStage: 'RETIRING',
        MoveToVersionId: first,
      }),
    );
    const told = local.events.filter((event) => event['detail-type'] === 'Secret Label Updated');
    const event = { source: 'aws.secretsmanager', 'detail-type': 'Secret Label Updated', resources: [ARN] };
    const detail = (labelUpdated: string, versionId: string) => ({ name: 'key', labelUpdated, versionId });
    expect(told).toEqual([
      { ...event, time: START, detail: detail('AWSCURRENT', first) },
      { ...event, time: START, detail: detail('AWSCURRENT', VersionId) },
      { ...event, time: START, detail: detail('RETIRING', first) },
    ]);
  });

  it('is sent at once, without the delay of CloudTrail', async () => {
    await use({ cloudTrailDelayMs: DAY_MS });
    expect(local.details('Secret Label Updated')).toHaveLength(1);
    expect(local.details('AWS API Call via CloudTrail')).toHaveLength(0);
  });

  it('is not sent for a label that is taken off, nor for other changes', async () => {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'key',
        VersionStage: 'RETIRING',
        MoveToVersionId: first,
      }),
    );
    local.events.length = 0;
    const remove = { SecretId: 'key', VersionStage: 'RETIRING', RemoveFromVersionId: first };
    await client.send(new UpdateSecretVersionStageCommand(remove));
    expect(local.details('Secret Label Updated')).toEqual([]);
  });
});
