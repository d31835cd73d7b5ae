import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, expectRefusal, LocalService, REGION, START, token } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
});
afterEach(() => local.stop());

// source: SM-API/CreateSecret, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
describe('CreateSecret', () => {
  it('makes the request token the ID of the first version, which is AWSCURRENT', async () => {
    const id = token();
    const made = await client.send(
      new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: id }),
    );
    expect(made.VersionId).toBe(id);
    expect(await local.labels('key')).toEqual({ [id]: ['AWSCURRENT'] });
  });

  it('makes a secret without a value that has no version', async () => {
    const made = await client.send(new CreateSecretCommand({ Name: 'key' }));
    expect(made.VersionId).toBeUndefined();
    expect((await local.describe('key')).VersionIdsToStages).toBeUndefined();
    const versions = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: 'key', IncludeDeprecated: true }),
    );
    expect(versions.Versions).toEqual([]);
    await expectRefusal(
      client.send(new GetSecretValueCommand({ SecretId: 'key' })),
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
  });

  it('gives an ARN that ends in a hyphen and six random characters', async () => {
    const made = await client.send(new CreateSecretCommand({ Name: 'rekey/main/key' }));
    expect(made.ARN).toMatch(
      new RegExp(`^arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rekey/main/key-[A-Za-z0-9]{6}$`),
    );
  });

  it('answers a repeat with the same token and value as before, and adds no version', async () => {
    const request = new CreateSecretCommand({
      Name: 'key',
      SecretString: 'one',
      ClientRequestToken: token(),
    });
    const first = await client.send(request);
    const second = await client.send(request);
    expect({ ARN: second.ARN, VersionId: second.VersionId }).toEqual({
      ARN: first.ARN,
      VersionId: first.VersionId,
    });
    expect(Object.keys(await local.labels('key'))).toHaveLength(1);
  });

  it('refuses a name that is taken', async () => {
    const ClientRequestToken = token();
    await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken }));
    await expectRefusal(
      client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' })),
      'ResourceExistsException',
    );
    await expectRefusal(
      client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'two', ClientRequestToken })),
      'ResourceExistsException',
    );
  });

  it.each(['with space', 'with*star', 'with?mark'])('refuses the name "%s"', async (Name) => {
    await expectRefusal(
      client.send(new CreateSecretCommand({ Name })),
      'ValidationException',
      'Invalid name',
    );
  });

  it('refuses a text and a binary value at once', async () => {
    const both = new CreateSecretCommand({
      Name: 'key',
      SecretString: 'one',
      SecretBinary: Buffer.from('two'),
    });
    await expectRefusal(client.send(both), 'InvalidRequestException');
  });

  it('refuses what the local cloud does not have, instead of ignoring it', async () => {
    const replicated = new CreateSecretCommand({
      Name: 'key',
      AddReplicaRegions: [{ Region: 'eu-central-1' }],
    });
    await expectRefusal(client.send(replicated), 'InvalidRequestException');
  });

  it('keeps description, key and tags, and shows no member without a value', async () => {
    await client.send(
      new CreateSecretCommand({
        Name: 'key',
        Description: 'for the bot',
        KmsKeyId: 'alias/own',
        Tags: [{ Key: 'team', Value: 'bots' }],
      }),
    );
    const { $metadata: _, ...described } = await local.describe('key');
    expect(described).toEqual({
      ARN: described.ARN,
      Name: 'key',
      Description: 'for the bot',
      KmsKeyId: 'alias/own',
      Tags: [{ Key: 'team', Value: 'bots' }],
      CreatedDate: START,
      LastChangedDate: START,
    });
  });
});

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
describe('the size of a value', () => {
  it('may be 65,536 bytes', async () => {
    const SecretString = 'x'.repeat(65_536);
    await client.send(new CreateSecretCommand({ Name: 'key', SecretString }));
    const read = await client.send(new GetSecretValueCommand({ SecretId: 'key' }));
    expect(read.SecretString).toHaveLength(65_536);
  });

  it('counts in bytes, not in characters', async () => {
    const SecretString = 'é'.repeat(32_769);
    await expectRefusal(
      client.send(new CreateSecretCommand({ Name: 'key', SecretString })),
      'ValidationException',
      /secretString.*65536/,
    );
  });

  it('is limited for binary values too, and binary values come back as they were', async () => {
    const SecretBinary = new Uint8Array([0, 1, 2, 255]);
    await client.send(new CreateSecretCommand({ Name: 'key', SecretBinary }));
    const read = await client.send(new GetSecretValueCommand({ SecretId: 'key' }));
    expect(read.SecretBinary).toEqual(SecretBinary);
    expect(read.SecretString).toBeUndefined();
    const tooLong = new CreateSecretCommand({ Name: 'long', SecretBinary: new Uint8Array(65_537) });
    await expectRefusal(client.send(tooLong), 'ValidationException');
  });
});

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
describe('a SecretId', () => {
  it('may be the name, the ARN or the ARN without its suffix', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'rekey/main/key' }));
    for (const SecretId of ['rekey/main/key', ARN, ARN.slice(0, -7)]) {
      expect((await local.describe(SecretId)).ARN).toBe(ARN);
    }
  });

  it('is not found under the ARN of another secret of that name, region or account', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'key' }));
    const wrong = [
      `${ARN.slice(0, -6)}zzzzzz`,
      ARN.replace(REGION, 'us-east-1'),
      ARN.replace(ACCOUNT, '999999999999'),
      'other',
    ];
    for (const SecretId of wrong) {
      await expectRefusal(
        client.send(new DescribeSecretCommand({ SecretId })),
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
  });

  it('as a partial ARN is taken for a complete one when the name ends in a hyphen and six characters', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'key-abc123' }));
    await expectRefusal(
      client.send(new DescribeSecretCommand({ SecretId: ARN.slice(0, -7) })),
      'ResourceNotFoundException',
    );
    expect((await local.describe('key-abc123')).ARN).toBe(ARN);
  });
});
