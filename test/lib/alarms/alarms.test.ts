import { describe, expect, test } from 'vitest';
import { METRICS } from '../../../lambda/contract.ts';
import { ALARMS } from '../../../lib/alarms/alarm-list.ts';
import { configOf, FULL_CONFIG } from '../fixture.ts';
import { only, plain, type Resource, resourcesOf, templatesOf } from '../templates.ts';

const { main, shared } = templatesOf(FULL_CONFIG);
const alarms = resourcesOf(main, 'AWS::CloudWatch::Alarm');
const composite = only(resourcesOf(main, 'AWS::CloudWatch::CompositeAlarm'));

function alarmOf(name: string): Resource {
  return only(alarms, ({ Properties }) => Properties.AlarmName === `rekey-main-${name}`);
}

/** The alarms on Rekey's metrics that an account must have, with the metric, the severity and who else tells it. */
const EXPECTED = [
  ['RotationFailed', METRICS.rotationFailures, 'warning', ['RotationFailed']],
  ['RotationOverdue', METRICS.rotationsOverdue, 'warning', ['RotationOverdue']],
  ['RevocationOverdue', METRICS.revocationsOverdue, 'critical', ['RevocationOverdue']],
  ['OrphanKeys', METRICS.orphanKeys, 'warning', ['OrphanFound']],
  ['Drift', METRICS.driftedKeys, 'warning', ['DriftFound']],
  ['KeyExpiring', METRICS.keysExpiring, 'warning', ['KeyExpiring']],
  ['KeyMissing', METRICS.keysMissing, 'critical', ['KeyMissing']],
  ['ForeignKey', METRICS.foreignKeys, 'critical', ['ForeignKeyFound']],
  ['PowerWidened', METRICS.widenedKeys, 'critical', ['PowerWidened']],
  ['UnexpectedMovement', METRICS.unexpectedMovements, 'critical', ['UnexpectedMovement']],
  ['UndeclaredOrder', METRICS.undeclaredOrders, 'critical', ['UndeclaredOrder']],
  ['UndeclaredCoin', METRICS.undeclaredCoins, 'warning', ['UndeclaredCoin']],
  ['OrderBurst', METRICS.orderBursts, 'warning', ['OrderBurst']],
  ['SubAccountFrozen', METRICS.frozenSubAccounts, 'critical', ['SubAccountFrozen']],
  ['LaggingReader', METRICS.laggingReaders, 'warning', ['LaggingReader']],
  ['WatchBlind', METRICS.blindWatches, 'warning', ['WatchBlind']],
  ['UndeclaredReader', METRICS.undeclaredReads, 'critical', ['UndeclaredRead']],
  ['DeniedReads', METRICS.deniedReads, 'warning', ['DeniedRead']],
  ['UnusualReads', METRICS.reads, 'warning', []],
  ['ReconcileSilent', METRICS.reconcilePasses, 'critical', []],
].map(([name, metric, severity, toldBy]) => ({ name, metric, severity, toldBy }) as Expected);

interface Expected {
  readonly name: string;
  readonly metric: string;
  readonly severity: string;
  readonly toldBy: readonly string[];
}

/** Alarms that mail: what is critical, with one alarm that speaks for all signs, and what nothing else tells. */
const MAILING = [
  'DeadLetters',
  'ReconcileSilent',
  'ReconcileSlow',
  'RevocationOverdue',
  'SubAccountFrozen',
  'UnusualReads',
].map((name) => `rekey-main-${name}`);

const anchorOf = (name: string) => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

describe('an account', () => {
  test('has these alarms, one on the time of a pass and one on its dead letters', () => {
    expect(Object.values(alarms).map(({ Properties }) => Properties.AlarmName)).toEqual(
      [...EXPECTED.map(({ name }) => name), 'ReconcileSlow', 'DeadLetters'].map(
        (name) => `rekey-main-${name}`,
      ),
    );
    expect(ALARMS.map(({ toldBy }) => toldBy)).toEqual(EXPECTED.map(({ toldBy }) => toldBy));
  });

  test('is mailed what is critical and what nothing else tells, and each sign once', () => {
    const mailing = Object.values(alarms).filter(({ Properties }) => Properties.AlarmActions);
    expect(mailing.map(({ Properties }) => Properties.AlarmName).sort()).toEqual(MAILING);
  });

  test("tells everybody, and the account's own people", () => {
    const all = [...Object.values(alarms), composite].flatMap(({ Properties }) =>
      Properties.AlarmActions ? [Properties.AlarmActions] : [],
    );
    expect(all).toEqual(
      Array.from({ length: MAILING.length + 1 }, () => [
        { 'Fn::ImportValue': expect.stringContaining('rekey-shared') },
        { Ref: 'AlertTopic' },
      ]),
    );
  });

  test('has one alarm that is on while any sign that rarely lies is', () => {
    const rule = plain(composite.Properties.AlarmRule);
    const ids = [...rule.matchAll(/ALARM\("<(\w+)\.Arn>"\)/g)].map(([, id = '']) => id);
    expect(rule.replaceAll(/ALARM\("<\w+\.Arn>"\)/g, 'it')).toBe('(it OR it OR it OR it OR it OR it)');
    expect(ids.map((id) => alarms[id]?.Properties.AlarmName).sort()).toEqual(
      [
        'ForeignKey',
        'KeyMissing',
        'PowerWidened',
        'UndeclaredOrder',
        'UndeclaredReader',
        'UnexpectedMovement',
      ].map((name) => `rekey-main-${name}`),
    );
    expect(composite.Properties.AlarmName).toBe('rekey-main-SuspectedCompromise');
    expect(plain(composite.Properties.AlarmDescription)).toMatch(
      /^Severity: critical\nRunbook: docs\/runbook.md#suspected-compromise$/m,
    );
  });
});

describe.each(EXPECTED)('the alarm $name', ({ name, metric, severity }) => {
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
      `Runbook: docs/runbook.md#${anchorOf(name)}`,
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

  test('on what must last rings only when it does', () => {
    const bad = (name: string) => {
      const { DatapointsToAlarm, EvaluationPeriods } = alarmOf(name).Properties;
      return [DatapointsToAlarm, EvaluationPeriods];
    };
    expect(bad('WatchBlind')).toEqual([6, 6]);
    expect(bad('SubAccountFrozen')).toEqual([2, 2]);
    expect(bad('PowerWidened')).toEqual([1, 1]);
  });

  test('on the time of a pass rings before the pass is cut off', () => {
    const reconcile = only(resourcesOf(main, 'AWS::Lambda::Function'), ({ Properties }) =>
      plain(Properties.FunctionName).endsWith('reconcile'),
    );
    const { Threshold, ...rest } = alarmOf('ReconcileSlow').Properties;
    expect(rest).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Duration',
      Dimensions: [{ Name: 'FunctionName', Value: 'rekey-main-reconcile' }],
      EvaluationPeriods: 6,
    });
    expect(Threshold).toBe(0.75 * Number(reconcile.Properties.Timeout) * 1_000);
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
