import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  GetRandomPasswordCommand,
  type GetRandomPasswordCommandInput,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectRefusal, LocalService } from './local-service.ts';

let local: LocalService;
let client: SecretsManagerClient;
const SecretId = 'key';

beforeEach(async () => {
  local = await new LocalService().start();
  client = local.client();
  await client.send(new CreateSecretCommand({ Name: 'key' }));
});
afterEach(() => local.stop());

function policyWith(statement: object): string {
  const common = { Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...common, ...statement }] });
}

// source: SM-API/PutResourcePolicy, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
describe('a resource policy', () => {
  const ofOneRole = policyWith({ Principal: { AWS: 'arn:aws:iam::111122223333:role/reader' } });

  it('is kept as it was put, and gone after it was deleted', async () => {
    const get = async () => (await client.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;
    expect(await get()).toBeUndefined();
    await client.send(
      new PutResourcePolicyCommand({ SecretId, ResourcePolicy: ofOneRole, BlockPublicPolicy: true }),
    );
    expect(await get()).toBe(ofOneRole);
    await client.send(new DeleteResourcePolicyCommand({ SecretId }));
    expect(await get()).toBeUndefined();
  });

  it.each([
    ['is not JSON', 'not json'],
    ['has no statement', '{}'],
    ['has a statement without a principal', policyWith({})],
    ['has a statement without a known effect', policyWith({ Effect: 'Maybe', Principal: '*' })],
  ])('is refused when it %s', async (_, ResourcePolicy) => {
    await expectRefusal(
      client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy })),
      'MalformedPolicyDocumentException',
    );
  });

  it('is refused above 20,480 characters', async () => {
    const ResourcePolicy = policyWith({ Principal: '*', Sid: 'x'.repeat(20_480) });
    await expectRefusal(
      client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy })),
      'ValidationException',
    );
  });

  it.each([
    ['anybody', { Principal: '*' }],
    ['any account', { Principal: { AWS: '*' } }],
  ])('that admits %s is refused only with BlockPublicPolicy', async (_, statement) => {
    const ResourcePolicy = policyWith(statement);
    const blocked = new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true });
    await expectRefusal(client.send(blocked), 'PublicPolicyException');
    await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
  });

  it.each([
    ['denies everybody', { Effect: 'Deny', Principal: '*' }],
    ['has a condition', { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
  ])('that %s is not public', async (_, statement) => {
    const ResourcePolicy = policyWith(statement);
    await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy: true }));
    expect((await client.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy).toBe(
      ResourcePolicy,
    );
  });
});

// source: SM-API/TagResource, SM-API/UntagResource
describe('tags', () => {
  const tag = async (Tags: { Key: string; Value: string }[]) =>
    client.send(new TagResourceCommand({ SecretId, Tags }));

  it('are added, replaced and removed by key, which is case-sensitive', async () => {
    await tag([
      { Key: 'team', Value: 'bots' },
      { Key: 'Team', Value: 'tax' },
    ]);
    await tag([{ Key: 'team', Value: 'funds' }]);
    await client.send(new UntagResourceCommand({ SecretId, TagKeys: ['Team', 'missing'] }));
    expect((await local.describe('key')).Tags).toEqual([{ Key: 'team', Value: 'funds' }]);
  });

  it('are at most 50', async () => {
    await tag(Array.from({ length: 50 }, (_, index) => ({ Key: `tag${index}`, Value: '' })));
    await expectRefusal(tag([{ Key: 'one more', Value: '' }]), 'InvalidParameterException');
  });

  it('may not begin with aws:', async () => {
    await expectRefusal(tag([{ Key: 'aws:own', Value: '' }]), 'InvalidParameterException');
  });
});

// source: SM-API/GetRandomPassword
describe('GetRandomPassword', () => {
  const password = async (request: GetRandomPasswordCommandInput = {}) =>
    (await client.send(new GetRandomPasswordCommand(request))).RandomPassword ?? '';

  it('has 32 characters, with one of each type, and is another each time', async () => {
    const one = await password();
    expect(one).toHaveLength(32);
    for (const type of [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9 ]/]) expect(one).toMatch(type);
    expect(await password()).not.toBe(one);
  });

  it('leaves out what is excluded', async () => {
    const only = { ExcludePunctuation: true, ExcludeUppercase: true, ExcludeNumbers: true };
    const letters = await password({ ...only, ExcludeCharacters: 'abc', PasswordLength: 500 });
    expect(letters).toMatch(/^[d-z]{500}$/);
  });

  it('has a space among its types only when asked', async () => {
    expect(await password({ PasswordLength: 4000 })).not.toContain(' ');
    expect(await password({ PasswordLength: 5, IncludeSpace: true })).toContain(' ');
  });

  it('refuses to exclude everything, and to be shorter than its types', async () => {
    const none = {
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeLowercase: true,
      ExcludeNumbers: true,
    };
    await expectRefusal(password(none), 'InvalidParameterException');
    await expectRefusal(password({ PasswordLength: 3 }), 'InvalidParameterException');
    expect(await password({ PasswordLength: 3, RequireEachIncludedType: false })).toHaveLength(3);
  });
});
