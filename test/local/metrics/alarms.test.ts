import { describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { HOUR, MINUTE, startTestCloud } from '../support/app.ts';
import { att, lambdaFunction, permission, queue, queuePolicy, ref, role } from '../support/resources.ts';

/** Writes the metric `Bad` with the value of the event. */
const MEASURE = `exports.handler = async ({ value }) => console.log(JSON.stringify({
  _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'App', Dimensions: [['Team']], Metrics: [{ Name: 'Bad' }] }] },
  Team: 'a', Bad: value,
}));`;

const onBad = {
  Namespace: 'App',
  MetricName: 'Bad',
  Dimensions: [{ Name: 'Team', Value: 'a' }],
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};

async function start(alarm: object, resources: object = {}): Promise<LocalCloud> {
  return await startTestCloud({
    stacks: {
      app: {
        Resources: {
          Role: role(),
          Measure: lambdaFunction('measure'),
          ...resources,
          Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'bad', ...alarm } },
        },
      },
    },
    assets: { measure: MEASURE },
  });
}

/** Minutes since the start at which the alarm changed, with its new state. */
function watch(cloud: LocalCloud): string[] {
  const startMs = cloud.clock.nowMs();
  const seen: string[] = [];
  cloud.alarms.onChange(({ to, at }) => seen.push(`${to} after ${(Date.parse(at) - startMs) / MINUTE}`));
  return seen;
}

describe('a composite alarm', () => {
  const composite = (rule: object | string) => ({
    Both: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmName: 'both', AlarmRule: rule } },
  });

  it('follows its alarms at once, and says which is in ALARM', async () => {
    const rule = { 'Fn::Join': ['', ['(ALARM("', att('Alarm', 'Arn'), '"))']] };
    const cloud = await start({ ...onBad, TreatMissingData: 'notBreaching' }, composite(rule));
    const startMs = cloud.clock.nowMs();
    const seen: string[] = [];
    cloud.alarms.onChange(({ name, to, at, reason }) => {
      if (name === 'both') seen.push(`${to} after ${(Date.parse(at) - startMs) / MINUTE}: ${reason}`);
    });
    await cloud.advance(2 * MINUTE);
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(HOUR);
    expect(seen).toEqual([
      'OK after 1: in ALARM: none',
      'ALARM after 3: in ALARM: bad',
      'OK after 18: in ALARM: none',
    ]);
  });

  it('of an alarm that does not exist is not deployed', async () => {
    await expect(start(onBad, composite('ALARM(nothing)'))).rejects.toThrow("there is no alarm 'nothing'");
  });
});

describe('an alarm', () => {
  it('goes to ALARM in the minute after its metric crosses, and back when the value has left its window', async () => {
    const cloud = await start({ ...onBad, TreatMissingData: 'notBreaching' });
    const seen = watch(cloud);
    await cloud.advance(2 * MINUTE);
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(HOUR);
    expect(seen).toEqual(['OK after 1', 'ALARM after 3', 'OK after 18']);
  });

  it('that misses data as breaching goes to ALARM by silence alone', async () => {
    const cloud = await start({
      ...onBad,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    await cloud.functions.invoke('measure', { value: 1 });
    const seen = watch(cloud);
    await cloud.advance(HOUR);
    expect(seen).toEqual(['OK after 1', 'ALARM after 16']);
  });

  it('that ignores missing data stays as it is', async () => {
    const cloud = await start({ ...onBad, TreatMissingData: 'ignore' });
    const seen = watch(cloud);
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(24 * HOUR);
    expect(seen).toEqual(['ALARM after 1']);
  });

  it('that wants data ends without in INSUFFICIENT_DATA', async () => {
    const cloud = await start(onBad);
    const seen = watch(cloud);
    await cloud.functions.invoke('measure', { value: 0 });
    await cloud.advance(HOUR);
    expect(seen).toEqual(['OK after 1', 'INSUFFICIENT_DATA after 16']);
  });

  it('goes to ALARM only when enough of its periods are bad', async () => {
    const cloud = await start({
      ...onBad,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
    const seen = watch(cloud);
    for (const value of [1, 0, 1, 0, 0]) {
      await cloud.functions.invoke('measure', { value });
      await cloud.advance(5 * MINUTE);
    }
    expect(seen).toEqual(['OK after 1', 'ALARM after 11', 'OK after 16']);
  });

  it('leaves values with other dimensions out', async () => {
    const cloud = await start({ ...onBad, Dimensions: [], TreatMissingData: 'notBreaching' });
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(HOUR);
    expect(cloud.alarms.state('bad')).toBe('OK');
  });

  it('watches how many messages wait in a queue', async () => {
    const cloud = await start(
      {
        ...onBad,
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: att('Queue', 'QueueName') }],
        Statistic: 'Maximum',
      },
      {
        Queue: queue('dead'),
        Policy: queuePolicy('Queue', 'events.amazonaws.com'),
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventPattern: { source: ['shop'] },
            Targets: [{ Id: 'q', Arn: att('Queue', 'Arn') }],
          },
        },
      },
    );
    const seen = watch(cloud);
    await cloud.advance(HOUR);
    cloud.events.put('default', { source: 'shop', 'detail-type': 'x', detail: {}, time: cloud.clock.now() });
    await cloud.advance(4 * 24 * HOUR + HOUR);
    expect(seen).toEqual(['OK after 1', 'ALARM after 61', 'OK after 5826']);
  });

  it('tells its topics, its functions and the default bus', async () => {
    const cloud = await start(
      { ...onBad, AlarmDescription: 'too bad', AlarmActions: [ref('Topic'), att('Told', 'Arn')] },
      {
        Told: lambdaFunction('told', {
          Code: { ZipFile: 'exports.handler = async (event) => console.log(event.alarmData.state.value);' },
        }),
        Admit: permission('Told', 'lambda.alarms.cloudwatch.amazonaws.com', {
          SourceAccount: ref('AWS::AccountId'),
        }),
        Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } },
        Mail: {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: ref('Topic'), Protocol: 'email', Endpoint: 'a@example.com' },
        },
      },
    );
    const events: object[] = [];
    cloud.events.onEvent((event) => events.push(event));
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(MINUTE);
    const arn = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:bad';
    expect(events).toEqual([
      expect.objectContaining({
        source: 'aws.cloudwatch',
        'detail-type': 'CloudWatch Alarm State Change',
        resources: [arn],
        detail: expect.objectContaining({
          alarmName: 'bad',
          state: expect.objectContaining({ value: 'ALARM' }),
          previousState: expect.objectContaining({ value: 'INSUFFICIENT_DATA' }),
        }),
      }),
    ]);
    const [delivery, ...more] = cloud.topics.deliveries();
    expect(more).toEqual([]);
    expect(delivery).toMatchObject({ endpoint: 'a@example.com', subject: 'ALARM: "bad" in us-east-1' });
    expect(JSON.parse(delivery?.message ?? '')).toMatchObject({
      AlarmName: 'bad',
      AlarmDescription: 'too bad',
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      AlarmArn: arn,
    });
    expect(cloud.logs.lines('/aws/lambda/told')).toContain('ALARM');
  });

  it('tells a topic nothing whose policy does not admit alarms, and that is reported', async () => {
    const onlyOwner = {
      Effect: 'Allow',
      Principal: { AWS: ref('AWS::AccountId') },
      Action: 'sns:Publish',
      Resource: '*',
    };
    const cloud = await start(
      { ...onBad, AlarmActions: [ref('Topic')] },
      {
        Topic: {
          Type: 'AWS::SNS::Topic',
          Properties: { Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] },
        },
        Policy: {
          Type: 'AWS::SNS::TopicPolicy',
          Properties: { Topics: [ref('Topic')], PolicyDocument: { Statement: onlyOwner } },
        },
      },
    );
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(MINUTE);
    expect(cloud.alarms.state('bad')).toBe('ALARM');
    expect(cloud.topics.deliveries()).toEqual([]);
    expect(cloud.clock.errors().map(({ name }) => name)).toEqual(['action of alarm bad']);
  });

  it.each<[string, object, string]>([
    [
      'an anomaly band',
      {
        Metrics: [{ Id: 'm0' }, { Id: 'ad', Expression: 'ANOMALY_DETECTION_BAND(m0, 3)' }],
        ThresholdMetricId: 'ad',
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanUpperThreshold',
      },
      'not evaluated locally: metric math or an anomaly band',
    ],
    [
      'a percentile',
      { ...onBad, Statistic: ref('AWS::NoValue'), ExtendedStatistic: 'p99' },
      'not evaluated locally: a percentile',
    ],
  ])('on %s is listed as not evaluated', async (_, properties, reason) => {
    const cloud = await start(properties);
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(HOUR);
    expect(cloud.alarms.list()).toEqual([
      expect.objectContaining({ name: 'bad', state: 'INSUFFICIENT_DATA', evaluated: false, reason }),
    ]);
  });

  it('is evaluated only in minutes in which it can change', async () => {
    const cloud = await start({ ...onBad, TreatMissingData: 'notBreaching' });
    await cloud.functions.invoke('measure', { value: 3 });
    await cloud.advance(MINUTE);
    const planned = cloud.clock.pending().filter(({ name }) => name === 'alarm evaluation');
    await cloud.advance(HOUR);
    const left = cloud.clock.pending().filter(({ name }) => name === 'alarm evaluation');
    expect([planned.length, left.length]).toEqual([3, 0]);
  });
});
