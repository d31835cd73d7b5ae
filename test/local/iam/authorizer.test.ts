import { describe, expect, it } from 'vitest';
import { MovableClock } from '../../../local/clock.ts';
import { Authorizer } from '../../../local/iam/authorizer.ts';
import { parsePolicy } from '../../../local/iam/policy-document.ts';
import { Principals } from '../../../local/iam/principals.ts';
import { Roles } from '../../../local/iam/roles.ts';

const PLACE = { region: 'eu-west-1', accountId: '111122223333' };
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rekey/main/bot-AbCdEf';
const READ = 'secretsmanager:GetSecretValue';
const TRUST = {
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};

interface Question {
  /** Statements of the role's own policy. */
  readonly own?: object[];
  /** Statements of the secret's policy. */
  readonly resource?: object[];
  readonly action?: string;
  /** @default the role that has the own statements */
  readonly who?: string;
}

function isAllowed({ own = [], resource, action = READ, who }: Question): boolean {
  const roles = new Roles(PLACE);
  const { arn } = roles.put({
    name: 'worker',
    path: '/rekey/',
    trust: TRUST,
    policies: { own: { Statement: own } },
    managedPolicyArns: [],
  });
  const principals = new Principals(PLACE);
  const { accessKeyId } = principals.of(who ?? arn);
  const authorizer = new Authorizer(PLACE, roles, new MovableClock({ frozen: true }));
  const resourcePolicy = resource && parsePolicy({ Statement: resource });
  return authorizer.mayCall(principals.caller(accessKeyId, '127.0.0.1'), {
    action,
    resource: SECRET,
    resourcePolicy,
  });
}

const allowRead = { Effect: 'Allow', Action: READ, Resource: '*' };
const anyone = { Effect: 'Allow', Principal: '*', Action: READ, Resource: '*' };
const foreign = 'arn:aws:iam::999988887777:role/reader';
const when = (Condition: object) => ({ ...allowRead, Condition });

const allowed: [string, Question][] = [
  ['an action that the role allows', { own: [allowRead] }],
  ['an action by wildcard', { own: [{ ...allowRead, Action: 'secretsmanager:Get*' }] }],
  ['an action in other letters', { own: [{ ...allowRead, Action: 'SecretsManager:getsecretvalue' }] }],
  ['a resource by prefix', { own: [{ ...allowRead, Resource: SECRET.replace('bot-AbCdEf', '*') }] }],
  ['a resource by question marks', { own: [{ ...allowRead, Resource: SECRET.replace('AbCdEf', '??????') }] }],
  ['what NotAction leaves', { own: [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }] }],
  ['what NotResource leaves', { own: [{ Effect: 'Allow', Action: READ, NotResource: 'arn:aws:s3:::*' }] }],
  ['what only the resource allows, in the same account', { resource: [anyone] }],
  [
    'what the resource allows the role by name',
    { resource: [{ ...anyone, Principal: { AWS: 'arn:aws:iam::111122223333:role/rekey/worker' } }] },
  ],
  [
    'what the resource leaves to the account and the role allows',
    { own: [allowRead], resource: [{ ...anyone, Principal: { AWS: '111122223333' } }] },
  ],
  ['a condition on the principal', { own: [when({ ArnLike: { 'aws:PrincipalArn': '*:role/rekey/*' } })] }],
  ['one of several values', { own: [when({ StringEquals: { 'aws:RequestedRegion': ['x', 'eu-west-1'] } })] }],
  [
    'a negated condition on an absent key',
    { own: [when({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } })] },
  ],
  ['IfExists on an absent key', { own: [when({ StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } })] }],
  ['Null true for an absent key', { own: [when({ Null: { 'aws:SourceVpce': 'true' } })] }],
  ['TLS as it would be on AWS', { own: [when({ Bool: { 'aws:SecureTransport': 'true' } })] }],
  ['another account when its resource policy admits it', { who: foreign, resource: [anyone] }],
  ['a role that no template made', { who: 'arn:aws:iam::111122223333:role/somebody' }],
];

const denied: [string, Question][] = [
  ['everything by default', {}],
  ['another action', { own: [{ ...allowRead, Action: 'secretsmanager:PutSecretValue' }] }],
  ['another resource', { own: [{ ...allowRead, Resource: 'arn:aws:secretsmanager:*:*:secret:other-*' }] }],
  ['a Deny beside an Allow', { own: [allowRead, { ...allowRead, Effect: 'Deny' }] }],
  ['a Deny of the resource', { own: [allowRead], resource: [{ ...anyone, Effect: 'Deny' }] }],
  [
    'a Deny for all but some roles',
    {
      own: [allowRead],
      resource: [
        {
          ...anyone,
          Effect: 'Deny',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': ['arn:aws:iam::1:role/x'] } },
        },
      ],
    },
  ],
  [
    'a condition that does not hold',
    { own: [when({ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })] },
  ],
  ['a condition on an absent key', { own: [when({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } })] }],
  [
    'what the resource leaves to the account and the role lacks',
    { resource: [{ ...anyone, Principal: { AWS: '111122223333' } }] },
  ],
  ['another account without a resource policy', { who: foreign }],
  [
    'a Deny for a role that no template made',
    { who: 'arn:aws:iam::111122223333:role/somebody', resource: [{ ...anyone, Effect: 'Deny' }] },
  ],
];

describe('policies', () => {
  it.each(allowed)('allow %s', (_, question) => {
    expect(isAllowed(question)).toBe(true);
  });

  it.each(denied)('refuse %s', (_, question) => {
    expect(isAllowed(question)).toBe(false);
  });

  it('fail loudly for a condition operator that is not modelled', () => {
    expect(() => isAllowed({ own: [when({ DateGreaterThan: { 'aws:CurrentTime': '2020' } })] })).toThrow(
      'the local cloud does not model the condition operator DateGreaterThan',
    );
  });

  it('fail loudly for a condition key that is not modelled and would decide', () => {
    expect(() => isAllowed({ own: [when({ StringEquals: { 'aws:PrincipalTag/team': 'x' } })] })).toThrow(
      'the local cloud does not model the condition key aws:PrincipalTag/team',
    );
  });
});

describe('a service', () => {
  const authorizer = new Authorizer(PLACE, new Roles(PLACE), new MovableClock({ frozen: true }));
  const admits = (statement: object, sourceArn?: string) =>
    authorizer.admitsService('events.amazonaws.com', sourceArn, {
      action: 'lambda:InvokeFunction',
      resource: 'arn:f',
      resourcePolicy: parsePolicy({
        Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...statement },
      }),
    });
  const Principal = { Service: 'events.amazonaws.com' };

  const ofAccount = (account: string) => ({ StringEquals: { 'aws:SourceAccount': account } });
  const ofSource = (arn: string) => ({ ArnLike: { 'aws:SourceArn': arn } });

  it('is admitted by its name only', () => {
    const other = { Service: 'sns.amazonaws.com' };
    expect([Principal, other].map((one) => admits({ Principal: one }))).toEqual([true, false]);
  });

  it('is admitted for its own account only', () => {
    const accounts = ['111122223333', '999988887777'];
    expect(accounts.map((one) => admits({ Principal, Condition: ofAccount(one) }))).toEqual([true, false]);
  });

  it('is admitted for the source that is named only, and for none where one is wanted', () => {
    const statement = { Principal, Condition: ofSource('arn:rule/*') };
    expect(['arn:rule/a', 'arn:x', undefined].map((one) => admits(statement, one))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
