import { describe, expect, test } from 'vitest';
import { METRICS } from '../../../lambda/contract.ts';
import { ALARMS } from '../../../lib/alarms/alarm-list.ts';
import { accountOf, configOf, FULL_CONFIG, keyOf } from '../fixture.ts';
import { only, plain, type Resource, resourcesOf, templatesOf } from '../templates.ts';

const { main, shared } = templatesOf(FULL_CONFIG);
const alarms = resourcesOf(main, 'AWS::CloudWatch::Alarm');

function alarmOf(name: string): Resource {
  return only(alarms, ({ Properties }) => Properties.AlarmName === `rekey-main-${name}`);
}

/** The alarms that an account must have, with the metric, the severity and the runbook's heading. */
const EXPECTED = [
  {
    name: 'RotationFailed',
    metric: METRICS.rotationFailures,
    severity: 'warning',
    anchor: 'rotation-failed',
  },
  {
    name: 'RotationOverdue',
    metric: METRICS.rotationsOverdue,
    severity: 'warning',
    anchor: 'rotation-overdue',
  },
  {
    name: 'RevocationOverdue',
    metric: METRICS.revocationsOverdue,
    severity: 'critical',
    anchor: 'revocation-overdue',
  },
  { name: 'OrphanKeys', metric: METRICS.orphanKeys, severity: 'warning', anchor: 'orphan-keys' },
  { name: 'ForeignKey', metric: METRICS.foreignKeys, severity: 'critical', anchor: 'foreign-key' },
  { name: 'Drift', metric: METRICS.driftedKeys, severity: 'critical', anchor: 'drift' },
  { name: 'KeyExpiring', metric: METRICS.keysExpiring, severity: 'warning', anchor: 'key-expiring' },
  { name: 'KeyMissing', metric: METRICS.keysMissing, severity: 'critical', anchor: 'key-missing' },
  {
    name: 'UndeclaredReader',
    metric: METRICS.undeclaredReads,
    severity: 'critical',
    anchor: 'undeclared-reader',
  },
  { name: 'DeniedReads', metric: METRICS.deniedReads, severity: 'warning', anchor: 'denied-reads' },
  { name: 'UnusualReads', metric: METRICS.reads, severity: 'warning', anchor: 'unusual-reads' },
  {
    name: 'ReconcileSilent',
    metric: METRICS.reconcilePasses,
    severity: 'critical',
    anchor: 'reconcile-silent',
  },
];

describe('an account', () => {
  test('has these alarms and the one on its dead letters', () => {
    expect(Object.values(alarms).map(({ Properties }) => Properties.AlarmName)).toEqual(
      [...EXPECTED.map(({ name }) => name), 'DeadLetters'].map((name) => `rekey-main-${name}`),
    );
  });

  test('has no more alarms with more keys', () => {
    const keys = ['a', 'b', 'c'].map((name) => keyOf({ name }));
    const { main: many } = templatesOf(configOf({ accounts: [accountOf({ keys })] }));

    expect(Object.keys(resourcesOf(many, 'AWS::CloudWatch::Alarm'))).toHaveLength(EXPECTED.length + 1);
  });

  test("tells everybody, and the account's own people", () => {
    const topics = Object.values(alarms).map(({ Properties }) =>
      (Properties.AlarmActions as unknown[]).map(plain),
    );

    expect(topics).toEqual(
      Array.from({ length: EXPECTED.length + 1 }, () => ['<AlertTopic>', '<AlertTopic>']),
    );
    expect(alarmOf('Drift').Properties.AlarmActions).toEqual([
      { 'Fn::ImportValue': expect.stringContaining('rekey-shared') },
      { Ref: 'AlertTopic' },
    ]);
  });
});

describe.each(EXPECTED)('the alarm $name', ({ name, metric, severity, anchor }) => {
  test('watches its metric in this account', () => {
    const { Properties } = alarmOf(name);
    const [, watched = Properties] = (Properties.Metrics ?? []) as Record<string, unknown>[];
    const stat = (watched.MetricStat as { Metric: object } | undefined)?.Metric ?? watched;

    expect(stat).toMatchObject({
      Namespace: 'Rekey',
      MetricName: metric,
      Dimensions: [{ Name: 'Account', Value: 'main' }],
    });
  });

  test('says what is wrong, how urgent it is, where to read on and whose log to open', () => {
    const lines = plain(alarmOf(name).Properties.AlarmDescription).split('\n');

    expect(lines).toEqual([
      ALARMS.find((alarm) => alarm.name === name)?.wrong,
      `Severity: ${severity}`,
      `Runbook: docs/runbook.md#${anchor}`,
      expect.stringMatching(
        /^Function: https:\/\/<AWS::Region>\.console\.aws\.amazon\.com\/lambda\/.*#\/functions\/rekey-/,
      ),
    ]);
  });
});

describe('an alarm', () => {
  test.each([
    {
      name: 'RevocationOverdue',
      what: 'a gauge keeps its state while reconcile is silent',
      missing: 'ignore',
    },
    { name: 'DeniedReads', what: 'a count is good while nothing happens', missing: 'notBreaching' },
    { name: 'ReconcileSilent', what: 'silence of reconcile is bad', missing: 'breaching' },
  ])('treats missing data so that $what', ({ name, missing }) => {
    expect(alarmOf(name).Properties.TreatMissingData).toBe(missing);
  });

  test('on a count rings with the first, one on passes with the third that is missing', () => {
    expect(alarmOf('UndeclaredReader').Properties).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      DatapointsToAlarm: 1,
      EvaluationPeriods: 1,
    });
    expect(alarmOf('ReconcileSilent').Properties).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      DatapointsToAlarm: 3,
      EvaluationPeriods: 3,
      Period: 300,
    });
  });

  test('on reads has a band that CloudWatch learns', () => {
    const { Metrics, ...rest } = alarmOf('UnusualReads').Properties;

    expect(rest).toMatchObject({
      ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold',
      ThresholdMetricId: 'expr_1',
    });
    expect(Metrics).toEqual([
      expect.objectContaining({ Id: 'expr_1', Expression: 'ANOMALY_DETECTION_BAND(m0, 3)' }),
      expect.objectContaining({ Id: 'm0' }),
    ]);
  });

  test.each([
    { owner: 'main', template: main },
    { owner: 'shared', template: shared },
  ])('rings when the dead-letter queue of $owner is not empty', ({ owner, template }) => {
    const { Properties } = only(resourcesOf(template, 'AWS::CloudWatch::Alarm'), (alarm) =>
      String(alarm.Properties.AlarmName).endsWith('DeadLetters'),
    );

    expect(Properties).toMatchObject({
      AlarmName: `rekey-${owner}-DeadLetters`,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test("links to the adopter's own runbook if there is one", () => {
    const own = templatesOf(configOf({ runbookUrl: 'https://wiki.example/rekey' })).main;
    const drift = only(
      resourcesOf(own, 'AWS::CloudWatch::Alarm'),
      (alarm) => alarm.Properties.MetricName === METRICS.driftedKeys,
    );

    expect(plain(drift.Properties.AlarmDescription)).toContain('Runbook: https://wiki.example/rekey#drift');
  });
});
