import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretsManagerOptions } from '../../../local/secrets-manager/options.ts';
import { DAY_MS, FUNCTION_ARN, HOUR_MS, LocalService, START } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
/** Instants at which a rotation began. */
let begun: string[];

beforeEach(() => use({}));
afterEach(() => local.stop());

async function use(options: Partial<SecretsManagerOptions>): Promise<void> {
  await local?.stop().catch(() => {});
  local = await new LocalService(options).start();
  client = local.client();
  begun = [];
  local.rotationFunction = async (payload) => {
    if (payload.Step === 'createSecret') begun.push(local.clock.now().toISOString().slice(0, 16));
    await local.rotateWell(payload);
  };
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' }));
}

async function schedule(
  ScheduleExpression: string,
  more: Partial<RotateSecretCommandInput> = {},
): Promise<void> {
  await client.send(
    new RotateSecretCommand({
      SecretId: 'key',
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { ScheduleExpression },
      RotateImmediately: false,
      ...more,
    }),
  );
  await local.service.settled();
}

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
describe('a schedule', () => {
  it('of days rotates again and again, counted from the last rotation', async () => {
    await schedule('rate(10 days)');
    await local.clock.advance(31 * DAY_MS);
    expect(begun).toEqual(['2026-12-01T00:00', '2026-12-11T00:00', '2026-12-21T00:00']);
  });

  it('of hours rotates on the hour', async () => {
    await schedule('rate(4 hours)');
    await local.clock.advance(13 * HOUR_MS);
    expect(begun).toEqual(['2026-11-21T14:00', '2026-11-21T18:00', '2026-11-21T22:00']);
  });

  it('of a cron expression rotates whenever it matches, whatever happened before', async () => {
    await schedule('cron(0 2/10 * * ? *)', { RotateImmediately: true });
    await local.clock.advance(DAY_MS);
    expect(begun).toEqual(['2026-11-21T10:00', '2026-11-21T12:00', '2026-11-21T22:00', '2026-11-22T02:00']);
  });

  it('rotates at any time inside its window, the same way for the same seed', async () => {
    const times = async (seed: number): Promise<string[]> => {
      await use({ choices: {}, seed });
      await schedule('cron(0 2 * * ? *)', {
        RotationRules: { ScheduleExpression: 'cron(0 2 * * ? *)', Duration: '3h' },
      });
      await local.clock.advance(8 * DAY_MS);
      return begun;
    };
    const once = await times(3);
    expect(once).toHaveLength(8);
    expect(new Set(once.map((time) => time.slice(11))).size).toBeGreaterThan(4);
    for (const time of once) expect(time.slice(11, 13)).toMatch(/^0[234]$/);
    expect(await times(3)).toEqual(once);
  });

  it('shows the end of the coming window as NextRotationDate, and the days between rotations after one', async () => {
    await schedule('cron(0 16 1,15 * ? *)');
    expect((await local.describe('key')).NextRotationDate).toEqual(new Date('2026-12-01T23:59:59Z'));
    await local.clock.advance(11 * DAY_MS);
    const described = await local.describe('key');
    expect(described.LastRotatedDate).toEqual(new Date('2026-12-01T16:00:00Z'));
    expect(described.NextRotationDate).toEqual(new Date('2026-12-15T23:59:59Z'));
    expect(described.RotationRules).toEqual({
      ScheduleExpression: 'cron(0 16 1,15 * ? *)',
      AutomaticallyAfterDays: 14,
    });
  });

  it('begins anew with every rotation by hand', async () => {
    await schedule('rate(10 days)');
    await local.clock.advance(5 * DAY_MS);
    await client.send(new RotateSecretCommand({ SecretId: 'key' }));
    await local.service.settled();
    await local.clock.advance(9 * DAY_MS);
    expect(begun).toEqual(['2026-11-26T10:00']);
    await local.clock.advance(DAY_MS);
    expect(begun).toEqual(['2026-11-26T10:00', '2026-12-06T00:00']);
  });

  // source: SM-API/RotationRulesType: a manual update is considered a valid rotation
  it('of days begins anew with a value written by hand', async () => {
    await schedule('rate(10 days)');
    await local.clock.advance(5 * DAY_MS);
    await client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'by hand' }));
    expect((await local.describe('key')).NextRotationDate).toEqual(new Date('2026-12-06T23:59:59Z'));
    await local.clock.advance(10 * DAY_MS);
    expect(begun).toEqual(['2026-12-06T00:00']);
  });

  it('of days does not begin anew with a value that is not current', async () => {
    await schedule('rate(10 days)');
    await local.clock.advance(5 * DAY_MS);
    await client.send(
      new PutSecretValueCommand({ SecretId: 'key', SecretString: 'aside', VersionStages: ['ASIDE'] }),
    );
    await local.clock.advance(5 * DAY_MS);
    expect(begun).toEqual(['2026-12-01T00:00']);
  });

  it('goes on in the next window after a rotation that failed', async () => {
    await use({ retry: { tries: 1 }, choices: { positionInWindow: 0, pendingAfterSuccess: 'remove' } });
    local.rotationFunction = async ({ Step }) => {
      if (Step === 'createSecret') begun.push(local.clock.now().toISOString().slice(0, 16));
      if (Step === 'createSecret') throw new Error('step fails');
    };
    await schedule('rate(10 days)');
    await local.clock.advance(21 * DAY_MS);
    expect(begun).toEqual(['2026-12-01T00:00', '2026-12-11T00:00']);
    expect(new Set(local.invocations.slice(1).map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(
      1,
    );
  });

  it('tries again inside the window', async () => {
    let failures = 2;
    const succeedLater = local.rotationFunction;
    local.rotationFunction = async (payload) => {
      if (payload.Step === 'setSecret' && failures-- > 0) throw new Error('step fails');
      await succeedLater(payload);
    };
    await schedule('rate(10 days)');
    await local.clock.advance(10 * DAY_MS);
    expect(begun).toEqual(['2026-12-01T00:00', '2026-12-01T00:10', '2026-12-01T00:20']);
    expect((await local.describe('key')).LastRotatedDate).toEqual(new Date('2026-12-01T00:20:00Z'));
  });

  it('does not rotate a secret that is scheduled for deletion, and goes on after it was restored', async () => {
    await schedule('rate(10 days)');
    await client.send(new DeleteSecretCommand({ SecretId: 'key' }));
    await local.clock.advance(12 * DAY_MS);
    expect(begun).toEqual([]);
    await client.send(new RestoreSecretCommand({ SecretId: 'key' }));
    await local.clock.advance(DAY_MS);
    expect(begun).toEqual(['2026-12-03T10:00']);
  });
});

// source: CDK aws-secretsmanager CfnRotationScheduleProps; SM-API/RotateSecret
describe('a change of the schedule with RotateImmediately=false', () => {
  it('may leave a rotation planned earlier in place when the new schedule is a rate', async () => {
    await use({
      choices: { earlierRateStillFires: true, positionInWindow: 0, pendingAfterSuccess: 'remove' },
    });
    await schedule('rate(10 days)');
    await schedule('rate(60 days)');
    await local.clock.advance(11 * DAY_MS);
    expect(begun).toEqual(['2026-12-01T00:00']);
  });

  it('may also drop it', async () => {
    await use({
      choices: { earlierRateStillFires: false, positionInWindow: 0, pendingAfterSuccess: 'remove' },
    });
    await schedule('rate(10 days)');
    await schedule('rate(60 days)');
    await local.clock.advance(59 * DAY_MS);
    expect(begun).toEqual([]);
  });

  it('drops it when the new schedule is a cron expression', async () => {
    await use({
      choices: { earlierRateStillFires: true, positionInWindow: 0, pendingAfterSuccess: 'remove' },
    });
    await schedule('rate(10 days)');
    await schedule('cron(0 8 1 1 ? *)');
    await local.clock.advance(30 * DAY_MS);
    expect(begun).toEqual([]);
  });
});

describe('a rotation that runs while time is advanced', () => {
  it('is finished before time goes on', async () => {
    local.rotationFunction = async (payload) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await local.rotateWell(payload);
    };
    await client.send(
      new RotateSecretCommand({
        SecretId: 'key',
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    await local.clock.advance(DAY_MS);
    expect((await local.describe('key')).LastRotatedDate).toEqual(START);
  });
});
