import { describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { HOUR, MINUTE, START, startTestCloud, type TestApp, writeAssembly } from '../support/app.ts';
import {
  allow,
  att,
  lambdaFunction,
  permission,
  queue,
  queuePolicy,
  ref,
  role,
} from '../support/resources.ts';

const SHOW = 'exports.handler = async (event) => console.log("got " + JSON.stringify(event));';

function app(resources: Record<string, object>): TestApp {
  const common = { Role: role(allow('events:PutEvents')), Show: lambdaFunction('show') };
  return { stacks: { app: { Resources: { ...common, ...resources } } }, assets: { show: SHOW } };
}

function rule(properties: object): object {
  return { Type: 'AWS::Events::Rule', Properties: { Name: 'rule', ...properties } };
}

const anySource = { EventPattern: { source: [{ prefix: '' }] } };
const fromShop = { EventPattern: { source: ['shop'] } };
const toShow = [{ Id: 'show', Arn: att('Show', 'Arn') }];
const admitEvents = permission('Show', 'events.amazonaws.com', { SourceArn: att('Rule', 'Arn') });

function put(cloud: LocalCloud, content: object = {}): void {
  const event = { source: 'shop', 'detail-type': 'Sold', detail: { item: 'tea' }, time: cloud.clock.now() };
  cloud.events.put('default', { ...event, ...content });
}

function received(cloud: LocalCloud): unknown[] {
  const lines = cloud.logs.lines('/aws/lambda/show').filter((line) => line.startsWith('got '));
  return lines.map((line) => JSON.parse(line.slice(4)) as unknown);
}

describe('a rule', () => {
  it('hands matching events to its function and no others', async () => {
    const cloud = await startTestCloud(
      app({ Rule: rule({ ...fromShop, Targets: toShow }), Admit: admitEvents }),
    );
    put(cloud);
    put(cloud, { source: 'bakery' });
    await cloud.settled();
    expect(received(cloud)).toEqual([
      expect.objectContaining({
        source: 'shop',
        'detail-type': 'Sold',
        detail: { item: 'tea' },
        account: '000000000000',
      }),
    ]);
  });

  it('hands nothing to a function that does not admit it, and keeps the event in its dead-letter queue', async () => {
    const cloud = await startTestCloud(
      app({
        Dead: queue('dead'),
        DeadPolicy: queuePolicy('Dead', 'events.amazonaws.com'),
        Rule: rule({
          ...fromShop,
          Targets: [{ ...toShow[0], DeadLetterConfig: { Arn: att('Dead', 'Arn') } }],
        }),
        Admit: permission('Show', 'events.amazonaws.com', {
          SourceArn: 'arn:aws:events:us-east-1:000000000000:rule/x',
        }),
      }),
    );
    put(cloud);
    await cloud.settled();
    expect(received(cloud)).toEqual([]);
    const [message] = cloud.queues.messages('dead');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ source: 'shop' });
    expect(message?.attributes).toEqual({
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/rule',
      TARGET_ARN: 'arn:aws:lambda:us-east-1:000000000000:function:show',
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: expect.stringContaining('lambda:InvokeFunction'),
    });
    const failed = { namespace: 'AWS/Events', name: 'FailedInvocations', dimensions: { RuleName: 'rule' } };
    expect(cloud.metrics.datapoints(failed)).toEqual([expect.objectContaining({ sum: 1 })]);
  });

  it('loses the event with a report when the dead-letter queue does not admit it either', async () => {
    const cloud = await startTestCloud(
      app({
        Dead: queue('dead'),
        Rule: rule({
          ...fromShop,
          Targets: [{ ...toShow[0], DeadLetterConfig: { Arn: att('Dead', 'Arn') } }],
        }),
      }),
    );
    put(cloud);
    await cloud.settled();
    expect(cloud.queues.messages('dead')).toEqual([]);
    expect(cloud.clock.errors().map(({ name }) => name)).toEqual([
      'rule rule to arn:aws:lambda:us-east-1:000000000000:function:show',
      'dead letter of rule rule',
    ]);
  });

  it('that is disabled hands on nothing', async () => {
    const cloud = await startTestCloud(
      app({ Rule: rule({ ...fromShop, State: 'DISABLED', Targets: toShow }), Admit: admitEvents }),
    );
    put(cloud);
    await cloud.settled();
    expect(received(cloud)).toEqual([]);
  });

  it('hands on to a queue, a topic, a log group and another bus, each by its own policy', async () => {
    const cloud = await startTestCloud(
      app({
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'audit' } },
        Queue: queue('sold'),
        QueuePolicy: queuePolicy('Queue', 'events.amazonaws.com'),
        Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/sold' } },
        LogPolicy: {
          Type: 'AWS::Logs::ResourcePolicy',
          Properties: {
            PolicyName: 'events',
            PolicyDocument: JSON.stringify({
              Statement: {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'logs:PutLogEvents',
                Resource: '*',
              },
            }),
          },
        },
        Topic: {
          Type: 'AWS::SNS::Topic',
          Properties: { TopicName: 'sold', Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] },
        },
        TopicPolicy: {
          Type: 'AWS::SNS::TopicPolicy',
          Properties: {
            Topics: [ref('Topic')],
            PolicyDocument: {
              Statement: {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sns:Publish',
                Resource: ref('Topic'),
              },
            },
          },
        },
        Rule: rule({
          ...fromShop,
          Targets: [
            { Id: 'queue', Arn: att('Queue', 'Arn'), InputPath: '$.detail' },
            { Id: 'log', Arn: att('Log', 'Arn') },
            { Id: 'topic', Arn: ref('Topic'), Input: '"sold!"' },
            { Id: 'bus', Arn: att('Bus', 'Arn'), RoleArn: att('Role', 'Arn') },
          ],
        }),
        OnBus: rule({ Name: 'onBus', EventBusName: ref('Bus'), ...anySource, Targets: toShow }),
        AdmitOnBus: permission('Show', 'events.amazonaws.com', { SourceArn: att('OnBus', 'Arn') }),
      }),
    );
    const seen: [string, string][] = [];
    cloud.events.onEvent(({ id }, busName) => seen.push([busName, id]));
    put(cloud);
    await cloud.settled();
    const [event] = received(cloud) as { id: string }[];
    expect(cloud.clock.errors()).toEqual([]);
    expect(cloud.queues.messages('sold').map(({ body }) => body)).toEqual(['{"item":"tea"}']);
    expect(cloud.logs.lines('/sold').map((line) => JSON.parse(line) as unknown)).toEqual([event]);
    expect(cloud.topics.deliveries()).toEqual([
      expect.objectContaining({ topicName: 'sold', endpoint: 'a@example.com', message: '"sold!"' }),
    ]);
    expect(seen).toEqual([
      ['default', event?.id],
      ['audit', event?.id],
    ]);
  });

  it.each([
    ['ENABLED', 1],
    ['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', 2],
  ])('that is %s gets %i of a write and a read in the audit records', async (State, count) => {
    const cloud = await startTestCloud(
      app({ Rule: rule({ ...anySource, State, Targets: toShow }), Admit: admitEvents }),
    );
    for (const readOnly of [true, false]) {
      const detail = { eventName: 'X', readOnly, managementEvent: true };
      put(cloud, { source: 'aws.secretsmanager', 'detail-type': 'AWS API Call via CloudTrail', detail });
    }
    await cloud.settled();
    expect(received(cloud)).toHaveLength(count);
  });

  it('with a schedule fires at its rate, and keeps its rhythm when the app is deployed again', async () => {
    const scheduled = (Input: string) =>
      app({
        Rule: rule({ ScheduleExpression: 'rate(5 minutes)', Targets: [{ ...toShow[0], Input }] }),
        Admit: admitEvents,
      });
    const cloud = await startTestCloud(scheduled('1'));
    const times: string[] = [];
    cloud.logs.lines('/aws/lambda/show');
    await cloud.advance(7 * MINUTE);
    await cloud.deploy(writeAssembly(scheduled('2')));
    await cloud.advance(4 * MINUTE);
    for (const { message, timestampMs } of cloud.logs.events('/aws/lambda/show')) {
      if (message.startsWith('got'))
        times.push(`${message} after ${(timestampMs - START.getTime()) / MINUTE}`);
    }
    expect(times).toEqual(['got 1 after 5', 'got 2 after 10']);
  });

  it('with a schedule hands on the event of a schedule', async () => {
    const cloud = await startTestCloud(
      app({ Rule: rule({ ScheduleExpression: 'cron(30 10 * * ? *)', Targets: toShow }), Admit: admitEvents }),
    );
    await cloud.advance(HOUR);
    expect(received(cloud)).toEqual([
      expect.objectContaining({
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        time: '2026-11-20T10:30:00Z',
        resources: ['arn:aws:events:us-east-1:000000000000:rule/rule'],
        detail: {},
      }),
    ]);
  });

  it('that left the app does nothing any more', async () => {
    const rules = {
      Rule: rule({ ScheduleExpression: 'rate(5 minutes)', Targets: toShow }),
      Admit: admitEvents,
    };
    const cloud = await startTestCloud(app(rules));
    await cloud.deploy(writeAssembly(app({})));
    await cloud.advance(HOUR);
    expect(received(cloud)).toEqual([]);
  });
});

describe('an archive', () => {
  it('counts the events that its bus takes and its pattern matches', async () => {
    const cloud = await startTestCloud(
      app({
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'audit' } },
        Archive: {
          Type: 'AWS::Events::Archive',
          Properties: { ArchiveName: 'kept', SourceArn: att('Bus', 'Arn'), ...fromShop, RetentionDays: 365 },
        },
      }),
    );
    const event = { 'detail-type': 'Sold', detail: {}, time: START };
    cloud.events.put('audit', { ...event, source: 'shop' });
    cloud.events.put('audit', { ...event, source: 'bakery' });
    put(cloud);
    const audit = cloud.events.list().find(({ name }) => name === 'audit');
    expect(audit?.archives.get('kept')).toMatchObject({ events: 1 });
  });
});

describe('the default bus', () => {
  const secret = {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'key', SecretString: 'x' } },
  };
  const trail = (IsLogging: boolean) => ({
    Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { IsLogging, S3BucketName: 'logs' } },
  });

  const accountTrail = { accountTrail: true };
  const noAccountTrail = { accountTrail: false };

  it.each([
    { setting: 'the account has a trail', resources: {}, options: accountTrail, counts: [0, 1] },
    { setting: 'the app makes a trail', resources: trail(true), options: noAccountTrail, counts: [0, 1] },
    { setting: 'its trail does not log', resources: trail(false), options: noAccountTrail, counts: [0, 0] },
    { setting: 'there is no trail', resources: {}, options: noAccountTrail, counts: [0, 0] },
  ])('gets audit records only from a trail, and minutes late: $setting', async (row) => {
    const cloud = await startTestCloud(app({ ...secret, ...row.resources }), row.options);
    const names: unknown[] = [];
    cloud.events.onEvent(({ detail }) => names.push(detail.eventName));
    const counts: number[] = [];
    for (const minutes of [1, 9]) {
      await cloud.advance(minutes * MINUTE);
      counts.push(names.filter((name) => name === 'CreateSecret').length);
    }
    expect(counts).toEqual(row.counts);
  });
});
