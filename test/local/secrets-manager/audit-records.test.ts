import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operations } from '../../../local/secrets-manager/operations/table.ts';
import type { SecretsManagerOptions } from '../../../local/secrets-manager/options.ts';
import {
  ACCOUNT,
  ADMIN,
  FUNCTION_ARN,
  FUNCTION_ROLE_ARN,
  LocalService,
  MINUTE_MS,
  OPERATOR,
  REGION,
  START,
  token,
} from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
let arn: string;
const first = token();

beforeEach(() => use({}));
afterEach(() => local.stop());

async function use(options: Partial<SecretsManagerOptions>): Promise<void> {
  await local?.stop().catch(() => {});
  local = await new LocalService(options).start();
  client = local.client();
  const made = new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: first });
  arn = (await client.send(made)).ARN ?? '';
}

// source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
// and the sample record named in aws.md section 2
describe('the record of a read', () => {
  it('says who read what from where, and is a read-only management event', async () => {
    const { $metadata } = await client.send(new GetSecretValueCommand({ SecretId: 'key' }));
    expect(local.calls('GetSecretValue')).toEqual([
      {
        eventVersion: expect.any(String),
        userIdentity: {
          type: 'IAMUser',
          principalId: expect.stringMatching(/^AIDA[0-9A-F]{17}$/),
          arn: ADMIN.arn,
          accountId: ACCOUNT,
          accessKeyId: 'AKIAADMIN',
          userName: 'admin',
        },
        eventTime: '2026-11-21T10:00:00Z',
        eventSource: 'secretsmanager.amazonaws.com',
        eventName: 'GetSecretValue',
        awsRegion: REGION,
        sourceIPAddress: '203.0.113.9',
        userAgent: expect.stringContaining('aws-sdk-js'),
        requestParameters: { secretId: 'key' },
        responseElements: null,
        requestID: $metadata.requestId,
        eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        readOnly: true,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: ACCOUNT,
        eventCategory: 'Management',
      },
    ]);
  });

  it('names the secret as the caller typed it', async () => {
    for (const SecretId of ['key', arn, arn.slice(0, -7)]) {
      await client.send(new GetSecretValueCommand({ SecretId }));
    }
    expect(local.calls('GetSecretValue').map(({ requestParameters }) => requestParameters)).toEqual([
      { secretId: 'key' },
      { secretId: arn },
      { secretId: arn.slice(0, -7) },
    ]);
  });

  it('names version and label when the caller did', async () => {
    await client.send(
      new GetSecretValueCommand({ SecretId: 'key', VersionId: first, VersionStage: 'AWSCURRENT' }),
    );
    expect(local.calls('GetSecretValue')[0]?.requestParameters).toEqual({
      secretId: 'key',
      versionId: first,
      versionStage: 'AWSCURRENT',
    });
  });

  it('names the role behind an assumed role', async () => {
    await local.client(OPERATOR).send(new GetSecretValueCommand({ SecretId: 'key' }));
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/operate-role`;
    expect(local.calls('GetSecretValue')[0]?.userIdentity).toMatchObject({
      type: 'AssumedRole',
      arn: OPERATOR.arn,
      principalId: expect.stringMatching(/^AROA[0-9A-F]{17}:operate$/),
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: roleArn, accountId: ACCOUNT, userName: 'operate-role' },
        attributes: { mfaAuthenticated: 'false' },
      },
    });
  });

  it('shows a given role with its path', async () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/bots/reader`;
    const caller = { ...OPERATOR, roleArn, userAgent: 'bot/1.0' };
    await local.service.call('GetSecretValue', { SecretId: 'key' }, caller);
    expect(local.calls('GetSecretValue')[0]).toMatchObject({
      userAgent: 'bot/1.0',
      userIdentity: { sessionContext: { sessionIssuer: { arn: roleArn, userName: 'reader' } } },
    });
  });

  it('says Root for the root of the account', async () => {
    const root = { arn: `arn:aws:iam::${ACCOUNT}:root`, type: 'Root', sourceAddress: '203.0.113.1' } as const;
    await local.service.call('DescribeSecret', { SecretId: 'key' }, root);
    expect(local.calls('DescribeSecret')[0]?.userIdentity).toMatchObject({
      type: 'Root',
      principalId: ACCOUNT,
    });
  });

  it('has no parameters when the call had none', async () => {
    await client.send(new ListSecretsCommand({}));
    expect(local.calls('ListSecrets')[0]).toMatchObject({ requestParameters: null, readOnly: true });
  });
});

// source: SM-API/BatchGetSecretValue
describe('the record of a batch', () => {
  it('comes with one GetSecretValue record per secret, failed ones included', async () => {
    await client.send(new BatchGetSecretValueCommand({ SecretIdList: ['key', 'missing'] }));
    expect(local.calls('BatchGetSecretValue')[0]?.requestParameters).toEqual({
      secretIdList: ['key', 'missing'],
    });
    expect(local.calls('GetSecretValue')).toMatchObject([
      { requestParameters: { secretId: 'key' }, readOnly: true },
      { requestParameters: { secretId: 'missing' }, errorCode: 'ResourceNotFoundException' },
    ]);
    expect(local.calls('GetSecretValue')[0]).not.toHaveProperty('errorCode');
  });

  it('shows filters in camel case', async () => {
    const Filters = [{ Key: 'tag-key' as const, Values: ['!none'] }];
    await client.send(new BatchGetSecretValueCommand({ Filters }));
    expect(local.calls('BatchGetSecretValue')[0]?.requestParameters).toEqual({
      filters: [{ key: 'tag-key', values: ['!none'] }],
    });
    expect(local.calls('GetSecretValue')[0]?.requestParameters).toEqual({ secretId: arn });
  });
});

describe('the record of a write', () => {
  it('is not read-only and holds the ARN, the token and the labels, but no value and no rotation token', async () => {
    const id = token();
    const RotationToken = token();
    await client.send(
      new PutSecretValueCommand({
        SecretId: 'key',
        ClientRequestToken: id,
        SecretString: 'two',
        VersionStages: ['AWSPENDING'],
        RotationToken,
      }),
    );
    expect(local.calls('PutSecretValue')[0]).toMatchObject({
      readOnly: false,
      requestParameters: { secretId: 'key', clientRequestToken: id, versionStages: ['AWSPENDING'] },
      responseElements: { arn },
    });
    expect(local.calls('PutSecretValue')[0]?.requestParameters).not.toHaveProperty('rotationToken');
  });

  it.each([
    ['TagResource', () => new TagResourceCommand({ SecretId: 'key', Tags: [{ Key: 'a', Value: 'b' }] })],
    ['DeleteSecret', () => new DeleteSecretCommand({ SecretId: 'key' })],
  ])('is left by %s', async (operation, command) => {
    await client.send(command() as DeleteSecretCommand);
    expect(local.calls(operation)).toMatchObject([
      { readOnly: false, requestParameters: { secretId: 'key' } },
    ]);
  });

  it('leaves out members that the service does not know, since a misspelt one could hold a value', async () => {
    const request = {
      SecretId: 'key',
      secretString: 'VALUE',
      SecretString: 'VALUE',
      ClientRequestToken: token(),
    };
    await local.service.call('PutSecretValue', request, ADMIN);
    expect(JSON.stringify(local.events)).not.toContain('VALUE');
  });
});

it('marks exactly the operations that change nothing as read-only', () => {
  const readOnly = [...operations].filter(([, operation]) => operation.readOnly).map(([name]) => name);
  expect(readOnly).toEqual([
    'BatchGetSecretValue',
    'DescribeSecret',
    'GetRandomPassword',
    'GetResourcePolicy',
    'GetSecretValue',
    'ListSecretVersionIds',
    'ListSecrets',
  ]);
});

describe('the record of a failed call', () => {
  it('holds the error, and no answer', async () => {
    await client.send(new GetSecretValueCommand({ SecretId: 'missing' })).catch(() => {});
    expect(local.calls('GetSecretValue')[0]).toMatchObject({
      errorCode: 'ResourceNotFoundException',
      errorMessage: "Secrets Manager can't find the specified secret.",
      responseElements: null,
      requestParameters: { secretId: 'missing' },
    });
  });
});

// source: real events named in aws.md 1.1 and 1.10
describe('a service event', () => {
  it('names the secret in additionalEventData and the token in its request ID', async () => {
    const { VersionId } = await client.send(
      new RotateSecretCommand({
        SecretId: 'key',
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { AutomaticallyAfterDays: 1 },
      }),
    );
    await local.service.settled();
    const started = local.events.find(({ detail }) => detail.eventName === 'RotationStarted');
    expect(started).toEqual({
      source: 'aws.secretsmanager',
      'detail-type': 'AWS Service Event via CloudTrail',
      resources: [],
      time: START,
      detail: {
        eventVersion: '1.08',
        userIdentity: { accountId: ACCOUNT, invokedBy: 'secretsmanager.amazonaws.com' },
        eventTime: '2026-11-21T10:00:00Z',
        eventSource: 'secretsmanager.amazonaws.com',
        eventName: 'RotationStarted',
        awsRegion: REGION,
        sourceIPAddress: 'secretsmanager.amazonaws.com',
        userAgent: 'secretsmanager.amazonaws.com',
        requestParameters: null,
        responseElements: null,
        additionalEventData: { SecretId: arn },
        requestID: `Rotation-${arn}-${VersionId}`,
        eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        readOnly: false,
        eventType: 'AwsServiceEvent',
        managementEvent: true,
        recipientAccountId: ACCOUNT,
        eventCategory: 'Management',
      },
    });
  });

  it('stands beside the records of the calls that the rotation function makes', async () => {
    await client.send(
      new RotateSecretCommand({
        SecretId: 'key',
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { AutomaticallyAfterDays: 1 },
      }),
    );
    await local.service.settled();
    expect(local.calls('PutSecretValue')[0]?.userIdentity).toMatchObject({
      sessionContext: { sessionIssuer: { arn: FUNCTION_ROLE_ARN } },
    });
  });
});

// source: EB-UG/eb-service-event (best effort, no promise on the delay)
describe('the delivery of CloudTrail records', () => {
  it('takes two minutes on the clock, while the record keeps the time of the call', async () => {
    await use({ cloudTrailDelayMs: undefined });
    await client.send(new DescribeSecretCommand({ SecretId: 'key' }));
    await local.clock.advance(2 * MINUTE_MS - 1);
    expect(local.calls('DescribeSecret')).toEqual([]);
    await local.clock.advance(1);
    expect(local.calls('DescribeSecret')).toHaveLength(1);
    expect(local.events.at(-1)?.time).toEqual(START);
  });

  it('does not fail a call when the bus fails, and reports it on the clock', async () => {
    let broken = false;
    await use({
      emit: () => {
        if (broken) throw new Error('bus is down');
      },
    });
    broken = true;
    await client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'two' }));
    expect(local.clock.errors().map(({ name }) => name)).toEqual([
      'emit Secret Label Updated',
      'emit AWS API Call via CloudTrail',
    ]);
  });
});
