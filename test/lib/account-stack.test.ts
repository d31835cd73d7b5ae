import { describe, expect, test } from 'vitest';
import { configOf, FULL_CONFIG, GRID_ROLE } from './fixture.ts';
import {
  conditionOf,
  only,
  plain,
  resourcesOf,
  type Statement,
  statementsOf,
  templatesOf,
} from './templates.ts';

const { main, shared } = templatesOf(FULL_CONFIG);
const all = resourcesOf(main);

describe('a secret', () => {
  const secrets = resourcesOf(main, 'AWS::SecretsManager::Secret');

  test('has the name that functions and readers expect', () => {
    expect(Object.values(secrets).map(({ Properties }) => Properties.Name)).toEqual([
      'rekey/main/manager',
      'rekey/main/grid-bot',
      'rekey/main/tax-tool',
    ]);
  });

  test.each(Object.keys(secrets))('%s starts empty and is encrypted with our key', (id) => {
    const properties = secrets[id]?.Properties ?? {};

    expect(Object.keys(properties).sort()).toEqual(['Description', 'KmsKeyId', 'Name']);
    expect(plain(properties.KmsKeyId)).toBe('<EncryptionKeyArn>');
  });
});

describe('a schedule', () => {
  const grid = all.ScheduleGridDashBot;

  test('rotates as declared, and not when it is deployed', () => {
    expect(grid?.Properties).toMatchObject({
      RotateImmediatelyOnUpdate: false,
      RotationRules: { ScheduleExpression: 'rate(30 days)', Duration: '3h' },
      SecretId: { Ref: 'SecretGridDashBot' },
    });
    expect(all.ScheduleTaxDashTool?.Properties.RotationRules).toEqual({
      ScheduleExpression: 'cron(0 8 ? * MON *)',
      Duration: '2h',
    });
  });

  test('waits for the permission to invoke and for the role, since the function is called at once', () => {
    const rolePolicy = Object.keys(all).find((id) => id.startsWith('FunctionsrotateRoleDefaultPolicy'));

    expect(grid?.DependsOn).toEqual(expect.arrayContaining(['SecretsManagerInvokesRotate', rolePolicy]));
  });

  test('may be run by Secrets Manager for this AWS account only', () => {
    expect(all.SecretsManagerInvokesRotate?.Properties).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });
});

describe('resource policies', () => {
  const policies = resourcesOf(main, 'AWS::SecretsManager::ResourcePolicy');

  const statementOf = (id: string): Statement | undefined => statementsOf(policies[id])[0];

  test('are there only where they do something: not on a key without readers', () => {
    expect(Object.keys(policies).sort()).toEqual(['ManagerSecretPolicy', 'ReadersGridDashBot']);
  });

  test("are refused by Secrets Manager if the manager's were ever public; a wildcard principal bars the check for readers", () => {
    expect(policies.ManagerSecretPolicy?.Properties.BlockPublicPolicy).toBe(true);
    expect(policies.ReadersGridDashBot?.Properties.BlockPublicPolicy).toBeUndefined();
  });

  test('let the declared readers of a key read it, and nobody write it', () => {
    expect(statementOf('ReadersGridDashBot')).toMatchObject({
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Condition: { ArnEquals: { 'aws:PrincipalArn': [GRID_ROLE] } },
    });
  });

  test("let nobody but the account's three functions read the manager key", () => {
    const statement = statementOf('ManagerSecretPolicy');
    const readers = conditionOf(statement, 'ArnNotEquals', 'aws:PrincipalArn');
    const role = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/rekey/rekey-main';

    expect(statement).toMatchObject({
      Effect: 'Deny',
      Action: 'secretsmanager:GetSecretValue',
      Principal: { AWS: '*' },
    });
    expect(readers.map(plain)).toEqual(
      ['rotate', 'reconcile', 'operate'].map((name) => `${role}-${name}-<AWS::Region>`),
    );
  });
});

describe('a function', () => {
  const functions = resourcesOf(main, 'AWS::Lambda::Function');

  test.each([
    { name: 'rotate', seconds: 600, memory: 512 },
    { name: 'reconcile', seconds: 240, memory: 512 },
    { name: 'operate', seconds: 120, memory: 256 },
  ])('$name has a fixed name, its time and no reserved concurrency', ({ name, seconds, memory }) => {
    const { Properties } = only(
      functions,
      ({ Properties }) => Properties.FunctionName === `rekey-main-${name}`,
    );

    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: seconds,
      MemorySize: memory,
    });
    expect(plain(Properties.Environment)).toContain('AuditBusArn');
    expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test.each(['rotate', 'reconcile', 'operate'])('%s leaves by the fixed address', (name) => {
    const { Properties } = only(
      functions,
      ({ Properties }) => Properties.FunctionName === `rekey-main-${name}`,
    );
    const { SubnetIds, SecurityGroupIds } = Properties.VpcConfig as Record<string, unknown[]>;

    expect(SubnetIds?.map(plain)).toEqual([expect.stringContaining('PrivateSubnet')]);
    expect(SecurityGroupIds?.map(plain)).toEqual([expect.stringContaining('EgressHttpsOnly')]);
  });

  test.each(['rotate', 'reconcile', 'operate'])('%s has an encrypted log of its own with an end', (name) => {
    const logs = resourcesOf(main, 'AWS::Logs::LogGroup');
    const { Properties } = only(
      logs,
      ({ Properties }) => Properties.LogGroupName === `/aws/lambda/rekey-main-${name}`,
    );

    expect(Properties.RetentionInDays).toBe(90);
    expect(plain(Properties.KmsKeyId)).toBe('<EncryptionKeyArn>');
  });

  test('that is invoked by events is tried three times and then leaves a dead letter', () => {
    const configs = Object.values(resourcesOf(main, 'AWS::Lambda::EventInvokeConfig'));
    const withQueue = Object.values(functions).filter(({ Properties }) => 'DeadLetterConfig' in Properties);

    expect(
      configs.map(({ Properties }) => [Properties.MaximumRetryAttempts, Properties.MaximumEventAgeInSeconds]),
    ).toEqual([
      [2, 300],
      [2, 3600],
    ]);
    expect(withQueue.map(({ Properties }) => Properties.FunctionName)).toEqual([
      'rekey-main-reconcile',
      'rekey-main-operate',
    ]);
  });
});

describe('a trigger', () => {
  const rules = resourcesOf(main, 'AWS::Events::Rule');

  test.each([
    {
      what: 'reconcile every five minutes',
      id: 'TriggersPeriodic',
      expected: { ScheduleExpression: 'rate(5 minutes)' },
    },
    {
      what: 'reconcile at once after an emergency promotion of this account',
      id: 'TriggersEmergencyPromotion',
      expected: {
        EventPattern: {
          source: ['rekey'],
          'detail-type': ['KeyPromoted'],
          detail: { account: ['main'], emergency: [true] },
        },
      },
    },
    {
      what: 'reconcile when Secrets Manager reports a failed rotation of this account, and never on a replay',
      id: 'TriggersRotationFailed',
      expected: {
        EventPattern: {
          source: ['aws.secretsmanager'],
          'detail-type': ['AWS Service Event via CloudTrail'],
          detail: {
            eventName: ['RotationFailed'],
            additionalEventData: {
              SecretId: [
                {
                  prefix: {
                    'Fn::Join': [
                      '',
                      [
                        'arn:',
                        { Ref: 'AWS::Partition' },
                        ':secretsmanager:',
                        { Ref: 'AWS::Region' },
                        ':',
                        { Ref: 'AWS::AccountId' },
                        ':secret:rekey/main/',
                      ],
                    ],
                  },
                },
              ],
            },
          },
          'replay-name': [{ exists: false }],
        },
      },
    },
    {
      what: 'operate on an undeclared read that asks for it, and never on a replay',
      id: 'TriggersUndeclaredRead',
      expected: {
        EventPattern: {
          source: ['rekey'],
          'detail-type': ['UndeclaredRead'],
          detail: { account: ['main'], answer: ['rotate', 'stop'] },
          'replay-name': [{ exists: false }],
        },
      },
    },
  ])('runs $what', ({ id, expected }) => {
    const [, rule] = Object.entries(rules).find(([logicalId]) => logicalId.startsWith(id)) ?? [];

    expect(rule?.Properties).toMatchObject(expected);
  });

  test('has a dead-letter queue that only these rules may fill', () => {
    const admitted = statementsOf(only(resourcesOf(main, 'AWS::SQS::QueuePolicy')))
      .filter(({ Effect }) => Effect === 'Allow')
      .map((statement) => plain(conditionOf(statement, 'ArnEquals', 'aws:SourceArn')));

    expect(admitted.sort()).toEqual(
      Object.keys(rules)
        .map((id) => `<${id}.Arn>`)
        .sort(),
    );
    expect(Object.values(rules).map(({ Properties }) => targetOf(Properties).DeadLetterConfig)).not.toContain(
      undefined,
    );
  });
});

describe('a dead-letter queue', () => {
  test.each([
    { stack: 'main', template: main },
    { stack: 'shared', template: shared },
  ])('of the $stack stack is encrypted and takes nothing without TLS', ({ template }) => {
    const [queue] = Object.values(resourcesOf(template, 'AWS::SQS::Queue'));
    const [withoutTls] = statementsOf(only(resourcesOf(template, 'AWS::SQS::QueuePolicy')));

    expect(queue?.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
    expect(withoutTls).toMatchObject({
      Effect: 'Deny',
      Action: 'sqs:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});

describe('an account with people of its own to tell', () => {
  test('has a topic of its own beside the shared one', () => {
    const [subscription] = Object.values(resourcesOf(main, 'AWS::SNS::Subscription'));

    expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'desk@example.com' });
    expect(Object.values(resourcesOf(templatesOf(configOf()).main, 'AWS::SNS::Topic'))).toEqual([]);
  });
});

function targetOf(properties: Record<string, unknown>): Record<string, unknown> {
  return (properties.Targets as Record<string, unknown>[])[0] ?? {};
}
