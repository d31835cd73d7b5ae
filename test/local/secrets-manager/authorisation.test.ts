import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, ADMIN, expectRefusal, LocalService, OPERATOR, REGION } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
let arn: string;
/** Questions asked since the secret was made, and what is denied. */
let asked: { arn: string; action: string; secretArn: string; resourcePolicy: string | undefined }[];
let denied: (action: string, secretArn: string) => boolean;

beforeEach(async () => {
  asked = [];
  denied = () => false;
  local = await new LocalService({
    authorize: ({ caller, action, secretArn, resourcePolicy }) => {
      asked.push({ arn: caller.arn, action, secretArn, resourcePolicy });
      return !denied(action, secretArn);
    },
  }).start();
  client = local.client();
  arn = (await client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' }))).ARN ?? '';
  asked.length = 0;
});
afterEach(() => local.stop());

describe('authorisation', () => {
  it('is asked with the full ARN, however the secret was named, and with its resource policy', async () => {
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }];
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
    await client.send(new PutResourcePolicyCommand({ SecretId: 'key', ResourcePolicy }));
    asked.length = 0;
    for (const SecretId of ['key', arn, arn.slice(0, -7)]) {
      await local.client(OPERATOR).send(new GetSecretValueCommand({ SecretId }));
    }
    const question = {
      arn: OPERATOR.arn,
      action: 'secretsmanager:GetSecretValue',
      secretArn: arn,
      resourcePolicy: ResourcePolicy,
    };
    expect(asked).toEqual([question, question, question]);
  });

  it('is asked with the ARN without suffix for a secret that does not exist', async () => {
    await client.send(new GetSecretValueCommand({ SecretId: 'missing' })).catch(() => {});
    expect(asked[0]?.secretArn).toBe(`arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:missing`);
  });

  it('is asked with * for a call without a secret', async () => {
    await client.send(new GetRandomPasswordCommand({}));
    expect(asked).toMatchObject([{ action: 'secretsmanager:GetRandomPassword', secretArn: '*' }]);
  });

  // source: SM-API/CreateSecret and SM-API/BatchGetSecretValue, required permissions
  it('is asked for every action that a call needs', async () => {
    await client.send(new CreateSecretCommand({ Name: 'tagged', Tags: [{ Key: 'a', Value: 'b' }] }));
    const Filters = [{ Key: 'name' as const, Values: ['key'] }];
    await client.send(new BatchGetSecretValueCommand({ Filters }));
    expect(asked.map(({ action }) => action.replace('secretsmanager:', ''))).toEqual([
      'CreateSecret',
      'TagResource',
      'BatchGetSecretValue',
      'ListSecrets',
      'GetSecretValue',
    ]);
  });
});

// source: sample record named in aws.md section 2
describe('a denied call', () => {
  it('is refused without effect and leaves a record with errorCode AccessDenied', async () => {
    denied = (action) => action === 'secretsmanager:GetSecretValue';
    await expectRefusal(
      client.send(new GetSecretValueCommand({ SecretId: 'key' })),
      'AccessDeniedException',
      `User: ${ADMIN.arn} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn}`,
    );
    expect((await local.describe('key')).LastAccessedDate).toBeUndefined();
    expect(local.calls('GetSecretValue')[0]).toMatchObject({
      errorCode: 'AccessDenied',
      responseElements: null,
      requestParameters: { secretId: 'key' },
    });
  });

  it('does not tell whether the secret exists', async () => {
    denied = () => true;
    await expectRefusal(
      client.send(new GetSecretValueCommand({ SecretId: 'missing' })),
      'AccessDeniedException',
    );
  });

  it('is one of several in a batch, where the others succeed', async () => {
    await client.send(new CreateSecretCommand({ Name: 'other', SecretString: 'two' }));
    denied = (action, secretArn) => action === 'secretsmanager:GetSecretValue' && secretArn === arn;
    const { SecretValues, Errors } = await client.send(
      new BatchGetSecretValueCommand({ SecretIdList: ['key', 'other'] }),
    );
    expect(SecretValues?.map(({ Name }) => Name)).toEqual(['other']);
    expect(Errors?.map(({ ErrorCode }) => ErrorCode)).toEqual(['AccessDeniedException']);
    expect(local.calls('GetSecretValue')[0]).toMatchObject({ errorCode: 'AccessDenied' });
  });
});
