import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../lambda/contract.ts';
import { RECONCILE_TIMEOUT } from '../account-functions.ts';
import { type AlarmDefinition, type AlarmText, COUNT, type MetricAlarm } from './alarm-definition.ts';
import { KEY_ALARMS } from './key-alarms.ts';
import { WATCH_ALARMS } from './watch-alarms.ts';

/**
 * Every alarm on Rekey's own metrics. `critical` wants somebody now: a key may be in the wrong hands, or bots
 * will stop. `warning` wants somebody today. docs/runbook.md has an article for each; why each is as it is, in
 * docs/decisions/0024-thresholds-and-bands.md.
 */
export const ALARMS: readonly AlarmDefinition[] = [
  ...KEY_ALARMS,
  ...WATCH_ALARMS,
  {
    name: 'UndeclaredReader',
    metric: METRICS.undeclaredReads,
    ...COUNT,
    severity: 'critical',
    toldBy: ['UndeclaredRead'],
    wrong: 'Somebody who is not a declared reader has read a key.',
    lookAt: 'watch-reads',
  },
  {
    name: 'DeniedReads',
    metric: METRICS.deniedReads,
    ...COUNT,
    severity: 'warning',
    toldBy: ['DeniedRead'],
    wrong: 'Somebody tried to read a key and was refused by IAM.',
    lookAt: 'watch-reads',
  },
  {
    name: 'UnusualReads',
    metric: METRICS.reads,
    ...COUNT,
    threshold: { standardDeviations: 3 },
    comparison: ComparisonOperator.LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD,
    periodMinutes: 60,
    bad: [2, 3],
    severity: 'warning',
    toldBy: [],
    wrong: 'Keys are read much more or much less often than is usual at this hour.',
    lookAt: 'watch-reads',
  },
  {
    name: 'ReconcileSilent',
    metric: METRICS.reconcilePasses,
    ...COUNT,
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    bad: [3, 3],
    missingData: TreatMissingData.BREACHING,
    severity: 'critical',
    toldBy: [],
    wrong:
      'For a quarter of an hour no reconcile has seen all of the account: what it did not see is neither revoked nor noticed.',
    lookAt: 'reconcile',
  },
];

/**
 * On Lambda's own metric `Duration`, in milliseconds. Not on LimitUse: the functions take 90 % of a limit whenever
 * there is more to do than fits, and wait. What that comes to is the time of a pass.
 */
export const RECONCILE_SLOW: MetricAlarm = {
  name: 'ReconcileSlow',
  ...COUNT,
  statistic: 'Maximum',
  threshold: 0.75 * RECONCILE_TIMEOUT.toMilliseconds(),
  bad: [6, 6],
  severity: 'warning',
  toldBy: [],
  wrong:
    'For half an hour each reconcile pass has taken more than three quarters of its time: soon it is cut off.',
};

/** The one alarm that each queue has, in the accounts and in the shared stack. */
export const DEAD_LETTERS: MetricAlarm = {
  name: 'DeadLetters',
  ...COUNT,
  statistic: 'Maximum',
  severity: 'warning',
  toldBy: [],
  wrong: 'An event could not be delivered or handled and waits in the dead-letter queue.',
};

/** The signs that rarely lie, as docs/decisions/0026-answers-to-signs-that-rarely-lie.md has them. */
export const SIGNS: readonly string[] = [
  'UnexpectedMovement',
  'UndeclaredOrder',
  'PowerWidened',
  'ForeignKey',
  'UndeclaredReader',
  'KeyMissing',
];

/** In ALARM while any sign is. It speaks for them on the topic, so that one intrusion is one mail and not six. */
export const SUSPECTED_COMPROMISE: AlarmText = {
  name: 'SuspectedCompromise',
  severity: 'critical',
  toldBy: ALARMS.filter(({ name }) => SIGNS.includes(name)).flatMap(({ toldBy }) => toldBy),
  wrong: 'A sign that rarely lies says that a key, or the exchange account, may be in the wrong hands.',
};

/** Every alarm of an exchange account, in the order of the dashboard. */
export const ACCOUNT_ALARMS: readonly AlarmText[] = [
  SUSPECTED_COMPROMISE,
  ...ALARMS,
  RECONCILE_SLOW,
  DEAD_LETTERS,
];

/**
 * Whether an alarm acts on the topic. A warning that audit events tell is left to their messages. What is critical
 * has two ways to people, the second without any code of ours; and what nothing else tells has this one. The signs
 * are spoken for by SuspectedCompromise.
 */
export function actsOnTopic({ name, severity, toldBy }: AlarmText): boolean {
  return !SIGNS.includes(name) && (severity === 'critical' || toldBy.length === 0);
}
