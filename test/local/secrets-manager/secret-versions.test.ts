import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, expectRefusal, HOUR_MS, LocalService, START, token } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
let first: string;

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
  first = token();
  await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: first }));
});
afterEach(() => local.stop());

async function put(SecretString: string, VersionStages?: string[], id = token()): Promise<string> {
  await client.send(
    new PutSecretValueCommand({ SecretId: 'key', SecretString, VersionStages, ClientRequestToken: id }),
  );
  return id;
}

async function read(
  selection: { VersionId?: string; VersionStage?: string } = {},
): Promise<string | undefined> {
  const answer = await client.send(new GetSecretValueCommand({ SecretId: 'key', ...selection }));
  return answer.SecretString;
}

// source: SM-API/PutSecretValue, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
describe('PutSecretValue', () => {
  it('changes nothing for the same token and the same value', async () => {
    const second = await put('two', ['AWSPENDING']);
    await local.clock.advance(HOUR_MS);
    const { VersionStages } = await client.send(
      new PutSecretValueCommand({ SecretId: 'key', SecretString: 'two', ClientRequestToken: second }),
    );
    expect(VersionStages).toEqual(['AWSPENDING']);
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
    expect((await local.describe('key')).LastChangedDate).toEqual(START);
  });

  it('refuses another value for the same token', async () => {
    await expectRefusal(put('other', undefined, first), 'ResourceExistsException');
    expect(await read()).toBe('one');
  });

  it('refuses the same bytes as binary for a token that holds text', async () => {
    const binary = new PutSecretValueCommand({
      SecretId: 'key',
      SecretBinary: Buffer.from('one'),
      ClientRequestToken: first,
    });
    await expectRefusal(client.send(binary), 'ResourceExistsException');
  });

  it('moves AWSCURRENT at once when it is given no labels', async () => {
    const second = await put('two');
    expect(await local.labels('key')).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
    expect(await read()).toBe('two');
  });

  it('leaves AWSCURRENT where it is when it is given other labels', async () => {
    const second = await put('two', ['AWSPENDING', 'CANDIDATE']);
    expect(await local.labels('key')).toEqual({
      [first]: ['AWSCURRENT'],
      [second]: ['AWSPENDING', 'CANDIDATE'],
    });
    expect(await read()).toBe('one');
  });

  it('takes a label off the version that had it, so that a label is on one version only', async () => {
    const second = await put('two', ['CANDIDATE', 'KEPT']);
    const third = await put('three', ['CANDIDATE']);
    expect(await local.labels('key')).toEqual({
      [first]: ['AWSCURRENT'],
      [second]: ['KEPT'],
      [third]: ['CANDIDATE'],
    });
  });

  it('keeps AWSPENDING on one version only', async () => {
    await put('two', ['AWSPENDING']);
    const third = await put('three', ['AWSPENDING']);
    expect(await local.labels('key')).toEqual({ [first]: ['AWSCURRENT'], [third]: ['AWSPENDING'] });
    expect(await read({ VersionStage: 'AWSPENDING' })).toBe('three');
  });

  it('takes AWSPREVIOUS along through every change of AWSCURRENT', async () => {
    const second = await put('two');
    const third = await put('three', ['AWSCURRENT', 'EXTRA']);
    expect(await local.labels('key')).toEqual({
      [second]: ['AWSPREVIOUS'],
      [third]: ['AWSCURRENT', 'EXTRA'],
    });
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('two');
  });

  it.each([[['AWSCURRENT', 'AWSPREVIOUS']], [['AWSPREVIOUS', 'AWSCURRENT']]])(
    'keeps AWSPREVIOUS on the version that lost AWSCURRENT when asked for %s',
    async (labels) => {
      const second = await put('two', labels);
      expect(await local.labels('key')).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
    },
  );

  it('attaches AWSCURRENT to the first value of a secret, whatever labels were asked for', async () => {
    await client.send(new CreateSecretCommand({ Name: 'empty' }));
    const { VersionStages } = await client.send(
      new PutSecretValueCommand({ SecretId: 'empty', SecretString: 'one', VersionStages: ['AWSPENDING'] }),
    );
    expect(VersionStages).toEqual(['AWSCURRENT', 'AWSPENDING']);
  });

  // source: recorded answers of AWS in localstack/localstack tests/aws/services/secretsmanager (test_update_secret_version_stages_current_pending)
  it('drops an AWSPENDING that was left on the version that was current', async () => {
    const second = await put('two', ['AWSCURRENT', 'AWSPENDING']);
    const third = await put('three');
    expect(await local.labels('key')).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] });
    expect(local.rotationEvents()).toEqual([]);
  });

  it.each([
    ['no value', {}],
    ['both kinds of value', { SecretString: 'a', SecretBinary: Buffer.from('b') }],
  ])('refuses %s', async (_, value) => {
    await expectRefusal(
      client.send(new PutSecretValueCommand({ SecretId: 'key', ...value })),
      'InvalidRequestException',
    );
  });

  it('refuses a token that is too short for a version ID', async () => {
    await expectRefusal(put('two', undefined, 'short'), 'ValidationException', /clientRequestToken.*32/);
  });
});

// source: SM-API/UpdateSecret, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
describe('UpdateSecret', () => {
  it('leaves exactly one AWSCURRENT, even after labels were moved', async () => {
    await put('two');
    const third = token();
    await client.send(
      new UpdateSecretCommand({ SecretId: 'key', SecretString: 'three', ClientRequestToken: third }),
    );
    const labels = Object.values(await local.labels('key')).flat();
    expect(labels.filter((label) => label === 'AWSCURRENT')).toHaveLength(1);
    expect((await local.labels('key'))[third]).toEqual(['AWSCURRENT']);
    expect(await read()).toBe('three');
  });

  it('refuses the token of an existing version, even with its value', async () => {
    const repeat = new UpdateSecretCommand({
      SecretId: 'key',
      SecretString: 'one',
      ClientRequestToken: first,
    });
    await expectRefusal(client.send(repeat), 'ResourceExistsException');
  });

  it('changes the description without making a version', async () => {
    const { VersionId } = await client.send(new UpdateSecretCommand({ SecretId: 'key', Description: 'new' }));
    expect(VersionId).toBeUndefined();
    expect((await local.describe('key')).Description).toBe('new');
    expect(Object.keys(await local.labels('key'))).toEqual([first]);
  });

  // source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
  it('encrypts only current, pending and previous versions anew when the key changes', async () => {
    const retiring = await put('two', ['RETIRING']);
    const pending = await put('three', ['AWSPENDING']);
    await client.send(new UpdateSecretCommand({ SecretId: 'key', KmsKeyId: 'alias/own' }));
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'key' }));
    const keys = Object.fromEntries(Versions.map(({ VersionId, KmsKeyIds }) => [VersionId, KmsKeyIds]));
    expect(keys).toEqual({
      [first]: ['alias/own'],
      [retiring]: ['DefaultEncryptionKey'],
      [pending]: ['alias/own'],
    });
  });
});

// source: SM-API/GetSecretValue; messages as recorded from AWS in localstack/localstack tests/aws/services/secretsmanager
describe('GetSecretValue', () => {
  it('returns the version of a label or an ID, with its labels and date', async () => {
    await local.clock.advance(HOUR_MS);
    const second = await put('two', ['AWSPENDING', 'CANDIDATE']);
    const answer = await client.send(new GetSecretValueCommand({ SecretId: 'key', VersionId: second }));
    expect(answer).toMatchObject({
      Name: 'key',
      VersionId: second,
      SecretString: 'two',
      VersionStages: ['AWSPENDING', 'CANDIDATE'],
      CreatedDate: new Date(START.getTime() + HOUR_MS),
    });
    expect(await read({ VersionId: second, VersionStage: 'CANDIDATE' })).toBe('two');
  });

  it('refuses a VersionId and a VersionStage that belong to different versions', async () => {
    const second = await put('two', ['AWSPENDING']);
    const mismatch = { VersionId: second, VersionStage: 'AWSCURRENT' };
    await expectRefusal(
      read(mismatch),
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  });

  it('does not find a version or a label that does not exist', async () => {
    const missing = token();
    await expectRefusal(
      read({ VersionId: missing }),
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for VersionId: ${missing}`,
    );
    await expectRefusal(
      read({ VersionStage: 'AWSPREVIOUS' }),
      'ResourceNotFoundException',
      'staging label: AWSPREVIOUS',
    );
  });

  it('notes the day of the last access of the secret and of the version, without the time', async () => {
    expect((await local.describe('key')).LastAccessedDate).toBeUndefined();
    await read();
    const day = new Date('2026-11-21T00:00:00Z');
    expect((await local.describe('key')).LastAccessedDate).toEqual(day);
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'key' }));
    expect(Versions?.[0]?.LastAccessedDate).toEqual(day);
    expect((await local.describe('key')).LastChangedDate).toEqual(START);
  });
});

// source: SM-API/DescribeSecret and SM-API/ListSecretVersionIds
describe('versions without labels', () => {
  it('are left out of DescribeSecret, listed only when asked for, and still readable by their ID', async () => {
    const second = await put('two');
    const third = await put('three');
    expect(Object.keys(await local.labels('key')).sort()).toEqual([second, third].sort());
    const listed = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'key' }));
    expect(listed.Versions).toHaveLength(2);
    const all = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: 'key', IncludeDeprecated: true }),
    );
    expect(all.Versions?.find(({ VersionId }) => VersionId === first)).toEqual({
      VersionId: first,
      CreatedDate: START,
      KmsKeyIds: ['DefaultEncryptionKey'],
    });
    expect(await read({ VersionId: first })).toBe('one');
  });

  it('are listed page by page', async () => {
    for (let count = 0; count < 4; count += 1) await put(`value ${count}`);
    const request = { SecretId: 'key', IncludeDeprecated: true, MaxResults: 3 };
    const one = await client.send(new ListSecretVersionIdsCommand(request));
    const two = await client.send(new ListSecretVersionIdsCommand({ ...request, NextToken: one.NextToken }));
    const ids = [...(one.Versions ?? []), ...(two.Versions ?? [])].map(({ VersionId }) => VersionId);
    expect(new Set(ids).size).toBe(5);
    expect(two.NextToken).toBeUndefined();
    await expectRefusal(
      client.send(new ListSecretVersionIdsCommand({ ...request, NextToken: 'made up' })),
      'InvalidNextTokenException',
    );
  });

  it('are kept however old they are while there are no more than 100 versions', async () => {
    for (let count = 0; count < 60; count += 1) await put(`value ${count}`);
    await local.clock.advance(2 * DAY_MS);
    await put('last');
    const all = new ListSecretVersionIdsCommand({ SecretId: 'key', IncludeDeprecated: true });
    expect((await client.send(all)).Versions).toHaveLength(62);
  });

  // source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html and cloudtrail_log_entries.html
  it('are pruned above 100 versions, but none younger than 24 hours and none with a label', async () => {
    const retiring = await put('kept by its label', ['RETIRING']);
    for (let count = 0; count < 118; count += 1) await put(`value ${count}`);
    const allVersions = async (): Promise<(string | undefined)[]> => {
      const request = { SecretId: 'key', IncludeDeprecated: true, MaxResults: 100 };
      const one = await client.send(new ListSecretVersionIdsCommand(request));
      if (one.NextToken === undefined) return (one.Versions ?? []).map(({ VersionId }) => VersionId);
      const two = await client.send(
        new ListSecretVersionIdsCommand({ ...request, NextToken: one.NextToken }),
      );
      return [...(one.Versions ?? []), ...(two.Versions ?? [])].map(({ VersionId }) => VersionId);
    };
    expect(await allVersions()).toHaveLength(120);
    await local.clock.advance(DAY_MS - 1);
    expect(await allVersions()).toHaveLength(120);
    await local.clock.advance(1);
    const kept = await allVersions();
    expect(kept).toHaveLength(100);
    expect(kept).toContain(retiring);
    expect(kept).not.toContain(first);
    expect(local.rotationEvents()).toEqual(Array.from({ length: 20 }, () => 'SecretVersionDeletion'));
  });
});

describe('a missing ClientRequestToken', () => {
  // source: recorded answers of AWS in localstack/localstack tests/aws/services/secretsmanager (test_no_client_request_token)
  it.each([
    ['PutSecretValue', 'InvalidRequestException'],
    ['UpdateSecret', 'InvalidRequestException'],
    ['RotateSecret', 'InvalidParameterException'],
  ])('is refused by %s as %s', async (operation, name) => {
    const response = await fetch(local.url, {
      method: 'POST',
      headers: { 'X-Amz-Target': `secretsmanager.${operation}` },
      body: JSON.stringify({ SecretId: 'key', SecretString: 'two' }),
    });
    expect(await response.json()).toEqual({
      __type: name,
      Message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
    });
  });
});

it('keeps reads of one secret apart from those of another', async () => {
  await client.send(new CreateSecretCommand({ Name: 'other', SecretString: 'two' }));
  const { Name } = await client.send(new DescribeSecretCommand({ SecretId: 'other' }));
  expect(Name).toBe('other');
  expect(await read()).toBe('one');
});
