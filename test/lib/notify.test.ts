import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../../lib/index.ts';
import { TOLD_BY_ALARM_ONLY } from '../../lib/notify/told-by-alarm.ts';
import { accountOf, CHANNELS, configOf } from './fixture.ts';
import { only, plain, type Resource, resourcesOf, statementsOf, templatesOf } from './templates.ts';

const CONFIG = configOf({
  accounts: [accountOf({ alerts: { emails: ['desk@example.com'] } })],
  alerts: { emails: ['keys@example.com'], channels: CHANNELS },
});
const { shared } = templatesOf(CONFIG);
const { shared: mailOnly } = templatesOf(configOf());
const ARN = 'arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>';

function rule(start: string, template = shared): Resource {
  const rules = resourcesOf(template, 'AWS::Events::Rule');
  return only(Object.fromEntries(Object.entries(rules).filter(([id]) => id.startsWith(start))));
}

function targetOf({ Properties }: Resource): Record<string, unknown> {
  return (Properties.Targets as Record<string, unknown>[])[0] ?? {};
}

const typesOf = (template: typeof shared, start: string) =>
  Object.values(resourcesOf(template))
    .map(({ Type }) => Type)
    .filter((type) => type.startsWith(start));

describe('notify', () => {
  test('is told of every audit event that is not info, and never of a replay', () => {
    const { EventPattern, EventBusName } = rule('NotifyEvents').Properties;
    expect(EventPattern).toEqual({
      source: ['rekey'],
      detail: { severity: ['warning', 'critical'] },
      'replay-name': [{ exists: false }],
    });
    expect(plain(EventBusName)).toBe('<AuditBus>');
  });

  test('is told of alarms that no event tells, when they go off and when they are over', () => {
    const { EventPattern, EventBusName } = rule('NotifyAlarms').Properties;
    expect(EventBusName).toBeUndefined();
    expect(EventPattern).toMatchObject({
      source: ['aws.cloudwatch'],
      detail: {
        alarmName: TOLD_BY_ALARM_ONLY.map((name) => ({ wildcard: `rekey-*-${name}` })),
        $or: [
          { state: { value: ['ALARM'] } },
          { state: { value: ['OK'] }, previousState: { value: ['ALARM'] } },
        ],
      },
    });
    expect(TOLD_BY_ALARM_ONLY).toEqual(['UnusualReads', 'ReconcileSilent', 'ReconcileSlow', 'DeadLetters']);
  });

  test('may publish to its topics, use the key for SNS only, and read no secret', () => {
    const policy = only(resourcesOf(shared, 'AWS::IAM::Policy'), ({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('NotifyFunctionRole'),
    );
    const statements = statementsOf(policy);
    const [publish] = statements.filter(({ Action }) => Action === 'sns:Publish');
    expect([publish?.Resource].flat().map(plain)).toEqual([
      `${ARN}:rekey-alerts`,
      `${ARN}:rekey-alerts-critical`,
      `${ARN}:rekey-main-alerts`,
      expect.stringMatching(/^<NotifyChatCriticalTopic\w+>$/),
      expect.stringMatching(/^<NotifyChatTopic\w+>$/),
    ]);
    const [encryption] = statements.filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
    expect(plain(encryption?.Condition?.StringEquals?.['kms:ViaService'])).toBe(
      'sns.<AWS::Region>.amazonaws.com',
    );
    const services = statements.flatMap(({ Action }) =>
      [Action].flat().map((action) => action.split(':')[0]),
    );
    expect([...new Set(services)].sort()).toEqual(['events', 'kms', 'logs', 'sns', 'sqs']);
  });

  test('leaves what it cannot do in the dead-letter queue', () => {
    const notify = only(
      resourcesOf(shared, 'AWS::Lambda::Function'),
      ({ Properties }) => Properties.FunctionName === 'rekey-notify',
    );
    expect(plain((notify.Properties.DeadLetterConfig as { TargetArn: unknown }).TargetArn)).toMatch(
      /^<DeadLetterQueue/,
    );
    expect(notify.Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('mail alone', () => {
  test('needs no chat, no endpoint and no second topic', () => {
    expect(typesOf(mailOnly, 'AWS::Chatbot')).toEqual([]);
    expect(typesOf(mailOnly, 'AWS::Events::ApiDestination')).toEqual([]);
    expect(typesOf(mailOnly, 'AWS::SNS::Topic')).toEqual(['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy']);
  });

  test('goes to those who want what is critical only over a topic of their own', () => {
    const subscriptions = Object.values(resourcesOf(shared, 'AWS::SNS::Subscription')).map(
      ({ Properties }) => [
        plain(Properties.TopicArn).replace(/(Topic)?[0-9A-F]{0,8}>$/, '$1'),
        Properties.Endpoint,
      ],
    );
    expect(subscriptions.sort()).toEqual([
      ['<AlertTopic', 'keys@example.com'],
      ['<NotifyCriticalTopic', 'on-call@example.com'],
    ]);
  });
});

describe('chat', () => {
  const slack = only(resourcesOf(shared, 'AWS::Chatbot::SlackChannelConfiguration')).Properties;
  const teams = only(resourcesOf(shared, 'AWS::Chatbot::MicrosoftTeamsChannelConfiguration')).Properties;

  test('shows messages from the severity on that its channel wants', () => {
    expect(plain(slack.SnsTopicArns)).toMatch(/^<NotifyChatTopic\w+>$/);
    expect(plain(teams.SnsTopicArns)).toMatch(/^<NotifyChatCriticalTopic\w+>$/);
  });

  test('may do nothing in AWS: a role without policies, behind a guardrail that denies everything', () => {
    const roles = resourcesOf(shared, 'AWS::IAM::Role');
    const [[id = '', role] = []] = Object.entries(roles).filter(([name]) =>
      name.startsWith('NotifyChatRole'),
    );
    expect(plain(slack.GuardrailPolicies)).toBe('arn:<AWS::Partition>:iam::aws:policy/AWSDenyAll');
    expect(teams.GuardrailPolicies).toEqual(slack.GuardrailPolicies);
    expect(plain(slack.IamRoleArn)).toBe(`<${id}.Arn>`);
    expect(Object.keys(role?.Properties ?? {}).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
    const policies = Object.values(resourcesOf(shared, 'AWS::IAM::Policy'));
    expect(policies.filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(id))).toEqual([]);
  });
});

describe('an endpoint', () => {
  test('has its secret named in the template, and nowhere else', () => {
    const connections = Object.values(resourcesOf(shared, 'AWS::Events::Connection'));
    expect(connections.map(({ Properties }) => Properties.AuthParameters)).toEqual([
      {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Sent-By', ApiKeyValue: 'rekey' },
        InvocationHttpParameters: {
          BodyParameters: [
            {
              Key: 'routing_key',
              Value: '{{resolve:secretsmanager:pagerduty/rekey:SecretString:::}}',
              IsValueSecret: true,
            },
          ],
        },
      },
      {
        ApiKeyAuthParameters: {
          ApiKeyName: 'X-Token',
          ApiKeyValue: '{{resolve:secretsmanager:hooks/rekey:SecretString:::}}',
        },
      },
    ]);
  });

  test.each([
    ['NotifyHttpsPagerDuty', ['critical']],
    ['NotifyHttpsHttps', ['warning', 'critical']],
  ])('of %s gets messages of %j, for an hour, and then they are dead letters', (start, severity) => {
    const found = rule(start);
    expect(plain(found.Properties.EventBusName)).toMatch(/^<NotifyBus\w+>$/);
    expect(found.Properties.EventPattern).toMatchObject({ 'detail-type': ['Message'], detail: { severity } });
    expect(targetOf(found)).toMatchObject({ RetryPolicy: { MaximumEventAgeInSeconds: 3600 } });
    expect(plain((targetOf(found).DeadLetterConfig as { Arn: unknown }).Arn)).toMatch(/^<DeadLetterQueue/);
  });

  test.each([
    ['docs/runbook.md', false],
    ['https://wiki.example.com/rekey', true],
  ])('of PagerDuty links the runbook at %s: %j', (runbookUrl, links) => {
    const { shared: template } = templatesOf({ ...CONFIG, runbookUrl });
    const { InputTransformer } = targetOf(rule('NotifyHttpsPagerDuty', template));
    expect((InputTransformer as { InputTemplate: string }).InputTemplate.includes('"links"')).toBe(links);
  });

  test('keeps its logical ids, whatever else is configured', () => {
    const alone = configOf({
      alerts: { emails: ['keys@example.com'], channels: CHANNELS.filter(({ type }) => type === 'https') },
    });
    const ids = Object.keys(resourcesOf(templatesOf(alone).shared, 'AWS::Events::ApiDestination'));
    expect(Object.keys(resourcesOf(shared, 'AWS::Events::ApiDestination'))).toEqual(
      expect.arrayContaining(ids),
    );
  });
});

test('AwsSolutions finds nothing in any channel', () => {
  const app = buildApp(CONFIG);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  expect(violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources])).toEqual([]);
});
