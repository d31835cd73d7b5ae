import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, expectRefusal, FUNCTION_ARN, LocalService, START, token } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
let arn: string;
const SecretId = 'key';

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
  const made = await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' }));
  arn = made.ARN ?? '';
});
afterEach(() => local.stop());

// source: SM-API/DeleteSecret, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
describe('DeleteSecret', () => {
  it('schedules the deletion in 30 days, or in as many as asked', async () => {
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId }));
    expect(DeletionDate).toEqual(new Date(START.getTime() + 30 * DAY_MS));
    await client.send(new RestoreSecretCommand({ SecretId }));
    const week = await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    expect(week.DeletionDate).toEqual(new Date(START.getTime() + 7 * DAY_MS));
    expect((await local.describe('key')).DeletedDate).toEqual(week.DeletionDate);
  });

  it.each([7, 30])('accepts a recovery window of %i days', async (RecoveryWindowInDays) => {
    await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays }));
    expect((await local.describe('key')).DeletedDate).toBeDefined();
  });

  it.each([6, 31])('refuses a recovery window of %i days', async (RecoveryWindowInDays) => {
    await expectRefusal(
      client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays })),
      'InvalidParameterException',
    );
  });

  it('refuses a recovery window together with ForceDeleteWithoutRecovery', async () => {
    const both = { SecretId, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true };
    await expectRefusal(client.send(new DeleteSecretCommand(both)), 'InvalidParameterException');
  });

  it('refuses a secret that is scheduled for deletion already', async () => {
    await client.send(new DeleteSecretCommand({ SecretId }));
    await expectRefusal(client.send(new DeleteSecretCommand({ SecretId })), 'InvalidRequestException');
  });

  it('keeps the name taken until the recovery window is over', async () => {
    await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    await local.clock.advance(7 * DAY_MS - 1);
    await expectRefusal(
      client.send(new CreateSecretCommand({ Name: 'key' })),
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
    await local.clock.advance(1);
    const again = await client.send(new CreateSecretCommand({ Name: 'key' }));
    expect(again.ARN).not.toBe(arn);
  });

  it('frees the name at once when forced, and the new secret has another ARN', async () => {
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    await expectRefusal(client.send(new DescribeSecretCommand({ SecretId })), 'ResourceNotFoundException');
    const again = await client.send(new CreateSecretCommand({ Name: 'key' }));
    expect(again.ARN).not.toBe(arn);
    await expectRefusal(
      client.send(new DescribeSecretCommand({ SecretId: arn })),
      'ResourceNotFoundException',
    );
  });

  it('when forced ends the schedule of rotations', async () => {
    await client.send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { AutomaticallyAfterDays: 1 },
      }),
    );
    await local.service.settled();
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    await local.clock.advance(10 * DAY_MS);
    expect(local.steps()).toHaveLength(4);
  });

  it('when forced does not mind a secret that is scheduled for deletion or does not exist', async () => {
    await client.send(new DeleteSecretCommand({ SecretId }));
    const force = { ForceDeleteWithoutRecovery: true };
    await client.send(new DeleteSecretCommand({ SecretId, ...force }));
    const missing = await client.send(new DeleteSecretCommand({ SecretId: 'missing', ...force }));
    expect(missing).toMatchObject({ Name: 'missing', DeletionDate: START });
    expect(missing.ARN).toBeDefined();
  });

  // source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html#cloudtrail_log_entries_deletion
  it('tells of its start, its end and its cancellation', async () => {
    await client.send(new DeleteSecretCommand({ SecretId }));
    await client.send(new RestoreSecretCommand({ SecretId }));
    await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    await local.clock.advance(40 * DAY_MS);
    expect(local.rotationEvents()).toEqual([
      'StartSecretVersionDelete',
      'CancelSecretVersionDelete',
      'StartSecretVersionDelete',
      'EndSecretVersionDelete',
    ]);
  });
});

describe('a secret that is scheduled for deletion', () => {
  const refused = {
    GetSecretValue: () => new GetSecretValueCommand({ SecretId }),
    PutSecretValue: () => new PutSecretValueCommand({ SecretId, SecretString: 'two' }),
    UpdateSecret: () => new UpdateSecretCommand({ SecretId, Description: 'new' }),
    UpdateSecretVersionStage: () =>
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'L', MoveToVersionId: token() }),
    RotateSecret: () => new RotateSecretCommand({ SecretId }),
    PutResourcePolicy: () => new PutResourcePolicyCommand({ SecretId, ResourcePolicy: '{}' }),
    GetResourcePolicy: () => new GetResourcePolicyCommand({ SecretId }),
    DeleteResourcePolicy: () => new DeleteResourcePolicyCommand({ SecretId }),
    TagResource: () => new TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] }),
    UntagResource: () => new UntagResourceCommand({ SecretId, TagKeys: ['a'] }),
  };

  it.each(Object.keys(refused) as (keyof typeof refused)[])('refuses %s', async (operation) => {
    await client.send(new DeleteSecretCommand({ SecretId }));
    await expectRefusal(
      client.send(refused[operation]() as GetSecretValueCommand),
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  });

  it('still shows its metadata', async () => {
    await client.send(new DeleteSecretCommand({ SecretId }));
    expect((await local.describe('key')).ARN).toBe(arn);
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    expect(Versions).toHaveLength(1);
  });

  it('is as before after RestoreSecret', async () => {
    await client.send(new DeleteSecretCommand({ SecretId }));
    await client.send(new RestoreSecretCommand({ SecretId }));
    expect((await client.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('one');
    expect((await local.describe('key')).DeletedDate).toBeUndefined();
    await local.clock.advance(40 * DAY_MS);
    expect((await local.describe('key')).ARN).toBe(arn);
  });
});
