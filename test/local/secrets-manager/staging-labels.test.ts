import {
  CreateSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectRefusal, LocalService, token } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
const first = token();
const second = token();

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: first }));
  await client.send(
    new PutSecretValueCommand({
      SecretId: 'key',
      SecretString: 'two',
      ClientRequestToken: second,
      VersionStages: ['AWSPENDING'],
    }),
  );
});
afterEach(() => local.stop());

async function move(VersionStage: string, to?: string, from?: string): Promise<void> {
  const ends = { MoveToVersionId: to, RemoveFromVersionId: from };
  await client.send(new UpdateSecretVersionStageCommand({ SecretId: 'key', VersionStage, ...ends }));
}

// source: SM-API/UpdateSecretVersionStage,
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
describe('UpdateSecretVersionStage', () => {
  it('moves AWSCURRENT, and AWSPREVIOUS follows to the version that lost it', async () => {
    await move('AWSCURRENT', second, first);
    expect(await local.labels('key')).toEqual({
      [first]: ['AWSPREVIOUS'],
      [second]: ['AWSCURRENT', 'AWSPENDING'],
    });
  });

  it('changes nothing and tells nothing when the version has the label already', async () => {
    await move('AWSCURRENT', second, first);
    local.events.length = 0;
    await move('AWSCURRENT', second);
    expect((await local.labels('key'))[first]).toEqual(['AWSPREVIOUS']);
    expect(local.details('Secret Label Updated')).toEqual([]);
  });

  it('swaps AWSCURRENT and AWSPREVIOUS when a promotion is taken back', async () => {
    await move('AWSCURRENT', second, first);
    await move('AWSCURRENT', first, second);
    expect(await local.labels('key')).toEqual({
      [first]: ['AWSCURRENT'],
      [second]: ['AWSPENDING', 'AWSPREVIOUS'],
    });
  });

  it('refuses to move AWSCURRENT without RemoveFromVersionId', async () => {
    await expectRefusal(
      move('AWSCURRENT', second),
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${first}`,
    );
    expect((await local.labels('key'))[first]).toEqual(['AWSCURRENT']);
  });

  it('refuses to move AWSCURRENT with a RemoveFromVersionId that does not have it', async () => {
    await expectRefusal(move('AWSCURRENT', second, second), 'InvalidParameterException');
    expect((await local.labels('key'))[first]).toEqual(['AWSCURRENT']);
  });

  it('refuses the repeat of a move that was done already', async () => {
    await move('AWSCURRENT', second, first);
    await expectRefusal(move('AWSCURRENT', second, first), 'InvalidParameterException');
    expect((await local.labels('key'))[second]).toContain('AWSCURRENT');
  });

  it('refuses to remove AWSCURRENT without a new place for it', async () => {
    await expectRefusal(
      move('AWSCURRENT', undefined, first),
      'InvalidParameterException',
      'You can only move staging label AWSCURRENT to a different secret version.',
    );
    expect((await local.labels('key'))[first]).toEqual(['AWSCURRENT']);
  });

  it('removes AWSPENDING, which is the repair of a stuck rotation', async () => {
    await move('AWSPENDING', undefined, second);
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'] });
  });

  it('adds a label that no version has', async () => {
    await move('RETIRING', first);
    expect((await local.labels('key'))[first]).toEqual(['AWSCURRENT', 'RETIRING']);
  });

  it('refuses to remove a label from a version that does not have it', async () => {
    await expectRefusal(move('AWSPENDING', undefined, first), 'InvalidParameterException');
  });

  it('refuses to do nothing', async () => {
    await expectRefusal(move('AWSPENDING'), 'InvalidParameterException');
  });

  it('does not find a version that does not exist', async () => {
    await expectRefusal(move('RETIRING', token()), 'ResourceNotFoundException');
    await expectRefusal(move('AWSPENDING', undefined, token()), 'ResourceNotFoundException');
  });
});

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
describe('the number of labels', () => {
  it('is at most 20 per secret, over all its versions', async () => {
    for (let count = 3; count <= 20; count += 1)
      await move(`LABEL${count}`, count % 2 === 0 ? first : second);
    await expectRefusal(move('ONE_TOO_MANY', first), 'LimitExceededException');
    const third = new PutSecretValueCommand({
      SecretId: 'key',
      SecretString: 'three',
      VersionStages: ['21ST'],
    });
    await expectRefusal(client.send(third), 'LimitExceededException');
    expect(Object.values(await local.labels('key')).flat()).toHaveLength(20);
  });

  it('does not stand in the way of moving a label that is there', async () => {
    for (let count = 3; count <= 20; count += 1) await move(`LABEL${count}`, first);
    await move('LABEL3', second, first);
    expect((await local.labels('key'))[second]).toContain('LABEL3');
  });
});
