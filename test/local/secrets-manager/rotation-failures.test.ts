import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretsManagerOptions } from '../../../local/secrets-manager/options.ts';
import {
  ADMIN,
  DAY_MS,
  expectRefusal,
  FUNCTION_ARN,
  HOUR_MS,
  LocalService,
  MINUTE_MS,
  START,
  token,
} from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
let failingStep: string | undefined;
const first = token();
const second = token();

beforeEach(() => use({}));
afterEach(() => local.stop());

async function use(options: Partial<SecretsManagerOptions>): Promise<void> {
  await local?.stop().catch(() => {});
  local = await new LocalService(options).start();
  client = local.client();
  failingStep = undefined;
  local.rotationFunction = async (payload) => {
    if (payload.Step === failingStep) throw new Error('step fails');
    await local.rotateWell(payload);
  };
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: first }));
}

/** Starts a rotation by hand; its window is two hours long. */
async function rotate(): Promise<void> {
  await client.send(
    new RotateSecretCommand({
      SecretId: 'key',
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { ScheduleExpression: 'rate(10 days)', Duration: '2h' },
      ClientRequestToken: second,
    }),
  );
  await local.service.settled();
}

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
describe('a failing step', () => {
  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])(
    '%s ends the rotation, keeps the pending version and is named in RotationFailed',
    async (step) => {
      failingStep = step;
      await rotate();
      expect(local.steps().at(-1)).toBe(step);
      expect((await local.labels('key'))[second]).toContain('AWSPENDING');
      expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationFailed']);
      // source: real RotationFailed event, see aws.md 1.1
      expect(local.details('AWS Service Event via CloudTrail')[1]).toMatchObject({
        errorMessage: `Error when executing lambda ${FUNCTION_ARN} during ${step} step`,
      });
      expect((await local.describe('key')).LastRotatedDate).toBeUndefined();
    },
  );

  it('that cannot be invoked at all counts as failed, and the reason is reported on the clock', async () => {
    await use({ invoke: () => Promise.reject(new Error('no such function')) });
    await rotate();
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationFailed']);
    expect(local.clock.errors()).toMatchObject([
      { name: 'createSecret of the rotation of key', error: { message: 'no such function' } },
    ]);
  });

  it('leaves readers with the current value', async () => {
    failingStep = 'testSecret';
    await rotate();
    expect((await local.labels('key'))[first]).toEqual(['AWSCURRENT']);
  });
});

describe('a rotation whose function ends well without promoting the version', () => {
  it('counts as failed', async () => {
    local.rotationFunction = async (payload) => {
      if (payload.Step !== 'finishSecret') await local.rotateWell(payload);
    };
    await rotate();
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationFailed']);
    expect(local.details('AWS Service Event via CloudTrail')[1]?.errorMessage).toMatch('is not AWSCURRENT');
  });
});

// source: "multiple times during the open rotation windows", rotate-secrets_lambda.html; number and spacing are not published
describe('the retry of a failed rotation', () => {
  it('runs the whole rotation again with the same token while the window is open', async () => {
    failingStep = 'setSecret';
    await rotate();
    await local.clock.advance(10 * MINUTE_MS);
    expect(local.steps()).toEqual(['createSecret', 'setSecret', 'createSecret', 'setSecret']);
    expect(new Set(local.invocations.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(
      new Set([second]),
    );
  });

  it('ends with the first success', async () => {
    failingStep = 'setSecret';
    await rotate();
    failingStep = undefined;
    await local.clock.advance(10 * MINUTE_MS);
    expect(await local.labels('key')).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
    expect((await local.describe('key')).LastRotatedDate).toEqual(new Date(START.getTime() + 10 * MINUTE_MS));
    const before = local.invocations.length;
    await local.clock.advance(DAY_MS);
    expect(local.invocations).toHaveLength(before);
  });

  it('comes up to five tries, ten minutes apart', async () => {
    failingStep = 'createSecret';
    await rotate();
    await local.clock.advance(40 * MINUTE_MS - 1);
    expect(local.invocations).toHaveLength(4);
    await local.clock.advance(1);
    expect(local.invocations).toHaveLength(5);
    await local.clock.advance(DAY_MS);
    expect(local.invocations).toHaveLength(5);
  });

  it('follows another policy when one is set', async () => {
    await use({ retry: { tries: 2, spacingMs: HOUR_MS } });
    failingStep = 'createSecret';
    await rotate();
    await local.clock.advance(DAY_MS);
    expect(local.invocations).toHaveLength(2);
  });

  it('does not come after the window has closed', async () => {
    await use({ retry: { tries: 10, spacingMs: 50 * MINUTE_MS } });
    failingStep = 'createSecret';
    await rotate();
    await local.clock.advance(DAY_MS);
    expect(local.invocations).toHaveLength(3);
  });

  it('takes up the same version again in the next window', async () => {
    await use({ retry: { tries: 1 }, choices: { pendingAfterSuccess: 'remove', positionInWindow: 0 } });
    failingStep = 'testSecret';
    await rotate();
    failingStep = undefined;
    await local.clock.advance(10 * DAY_MS);
    expect(local.invocations.at(-1)?.ClientRequestToken).toBe(second);
    expect((await local.labels('key'))[second]).toEqual(['AWSCURRENT']);
  });

  it('is not there to repeat a rotation by hand: RotateSecret is refused meanwhile', async () => {
    failingStep = 'testSecret';
    await rotate();
    await expectRefusal(
      client.send(new RotateSecretCommand({ SecretId: 'key' })),
      'InvalidRequestException',
      "A previous rotation isn't complete. That rotation will be reattempted.",
    );
  });

  // source: SM-API/UpdateSecretVersionStage; troubleshoot_rotation.html
  it('ends when AWSPENDING is taken off, and a new rotation can start', async () => {
    failingStep = 'testSecret';
    await rotate();
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'key',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: second,
      }),
    );
    const before = local.invocations.length;
    await local.clock.advance(HOUR_MS);
    expect(local.invocations).toHaveLength(before);
    failingStep = undefined;
    const { VersionId = '' } = await client.send(new RotateSecretCommand({ SecretId: 'key' }));
    await local.service.settled();
    expect((await local.labels('key'))[VersionId]).toEqual(['AWSCURRENT']);
  });

  it('does not come when the function itself took AWSPENDING off before it failed', async () => {
    local.rotationFunction = async (payload) => {
      await local.rotateWell(payload);
      if (payload.Step !== 'setSecret') return;
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: 'key',
          VersionStage: 'AWSPENDING',
          RemoveFromVersionId: second,
        }),
      );
      throw new Error('and fails');
    };
    await rotate();
    await local.clock.advance(DAY_MS);
    expect(local.steps()).toEqual(['createSecret', 'setSecret']);
  });
});

describe('a failed rotation in DescribeSecret', () => {
  // source: SM-API/DescribeSecret on NextRotationDate
  it('leaves a NextRotationDate that passes into the past', async () => {
    failingStep = 'createSecret';
    await rotate();
    const { NextRotationDate } = await local.describe('key');
    await local.clock.advance(11 * DAY_MS);
    expect((await local.describe('key')).NextRotationDate).toEqual(NextRotationDate);
    expect(NextRotationDate?.getTime()).toBeLessThan(local.clock.nowMs());
  });
});

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
describe('a new version that is not the rotation’s own', () => {
  it.each([
    ['PutSecretValue', () => new PutSecretValueCommand({ SecretId: 'key', SecretString: 'by hand' })],
    ['UpdateSecret', () => new UpdateSecretCommand({ SecretId: 'key', SecretString: 'by hand' })],
    [
      'PutSecretValue with a label of its own',
      () => new PutSecretValueCommand({ SecretId: 'key', SecretString: 'by hand', VersionStages: ['MINE'] }),
    ],
  ])('written by %s during a rotation drops AWSPENDING and abandons it', async (_, command) => {
    local.rotationFunction = async (payload) => {
      await local.rotateWell(payload);
      if (payload.Step === 'setSecret') await client.send(command() as PutSecretValueCommand);
    };
    await rotate();
    await local.clock.advance(DAY_MS);
    expect(local.steps()).toEqual(['createSecret', 'setSecret']);
    expect(local.rotationEvents()).toEqual(['RotationStarted', 'RotationAbandoned']);
    expect(Object.values(await local.labels('key')).flat()).not.toContain('AWSPENDING');
  });

  it('abandons a rotation that waits for its retry, so that a new one can start', async () => {
    failingStep = 'testSecret';
    await rotate();
    await client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'by hand' }));
    expect(local.rotationEvents().at(-1)).toBe('RotationAbandoned');
    failingStep = undefined;
    const { VersionId = '' } = await client.send(new RotateSecretCommand({ SecretId: 'key' }));
    await local.service.settled();
    expect((await local.labels('key'))[VersionId]).toEqual(['AWSCURRENT']);
  });

  it('does not abandon anything when the function writes its own version', async () => {
    await rotate();
    expect(local.rotationEvents()).not.toContain('RotationAbandoned');
  });
});

// source: SM-API/CancelRotateSecret
describe('CancelRotateSecret', () => {
  it('stops the rotation under way, leaves the labels and names the version', async () => {
    let cancelled: string | undefined;
    local.rotationFunction = async (payload) => {
      await local.rotateWell(payload);
      if (payload.Step !== 'setSecret') return;
      cancelled = (await client.send(new CancelRotateSecretCommand({ SecretId: 'key' }))).VersionId;
    };
    await rotate();
    await local.clock.advance(30 * DAY_MS);
    expect(cancelled).toBe(second);
    expect(local.steps()).toEqual(['createSecret', 'setSecret']);
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
  });

  it('stops a rotation whose function was not called yet', async () => {
    const request = {
      SecretId: 'key',
      ClientRequestToken: second,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { AutomaticallyAfterDays: 1 },
    };
    await local.service.call('RotateSecret', request, ADMIN);
    await local.service.call('CancelRotateSecret', { SecretId: 'key' }, ADMIN);
    await local.service.settled();
    expect(local.invocations).toEqual([]);
    expect((await local.labels('key'))[second]).toEqual(['AWSPENDING']);
  });

  it('stops retries and later windows', async () => {
    failingStep = 'createSecret';
    await rotate();
    await client.send(new CancelRotateSecretCommand({ SecretId: 'key' }));
    await local.clock.advance(100 * DAY_MS);
    expect(local.invocations).toHaveLength(1);
  });

  it('keeps function and rules visible, but no dates', async () => {
    await rotate();
    await client.send(new CancelRotateSecretCommand({ SecretId: 'key' }));
    const described = await local.describe('key');
    expect(described).toMatchObject({ RotationEnabled: false, RotationLambdaARN: FUNCTION_ARN });
    expect(described.RotationRules?.ScheduleExpression).toBe('rate(10 days)');
    expect(described.LastRotatedDate).toBeUndefined();
    expect(described.NextRotationDate).toBeUndefined();
  });

  it('leaves a pending version that blocks rotation until the label is taken off by hand', async () => {
    failingStep = 'setSecret';
    await rotate();
    await client.send(new CancelRotateSecretCommand({ SecretId: 'key' }));
    failingStep = undefined;
    await expectRefusal(client.send(new RotateSecretCommand({ SecretId: 'key' })), 'InvalidRequestException');
    const repair = { SecretId: 'key', VersionStage: 'AWSPENDING', RemoveFromVersionId: second };
    await client.send(new UpdateSecretVersionStageCommand(repair));
    await client.send(new RotateSecretCommand({ SecretId: 'key' }));
    await local.service.settled();
    expect((await local.describe('key')).RotationEnabled).toBe(true);
  });

  it('refuses a secret that never had rotation', async () => {
    await expectRefusal(
      client.send(new CancelRotateSecretCommand({ SecretId: 'key' })),
      'InvalidRequestException',
    );
  });
});

describe('the deletion of a secret', () => {
  it('stops the rotation under way and its retries', async () => {
    failingStep = 'setSecret';
    await rotate();
    await client.send(new DeleteSecretCommand({ SecretId: 'key' }));
    await local.clock.advance(29 * DAY_MS);
    expect(local.steps()).toEqual(['createSecret', 'setSecret']);
  });
});
