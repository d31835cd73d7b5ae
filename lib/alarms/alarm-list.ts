import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../lambda/contract.ts';
import type { Severity } from '../../lambda/core/audit-event.ts';

type AlarmSeverity = Exclude<Severity, 'info'>;

/** One alarm that every exchange account has. */
export interface AlarmDefinition {
  /** The alarm is `rekey-<account>-<name>`; the runbook's heading is the name. */
  readonly name: string;
  readonly metric: string;
  readonly statistic: 'Sum' | 'Maximum';
  readonly severity: AlarmSeverity;
  /** A bound, or how many standard deviations from the usual are still usual. */
  readonly threshold: number | { readonly standardDeviations: number };
  readonly comparison: ComparisonOperator;
  readonly periodMinutes: number;
  /** So many of the last so many periods must be bad. */
  readonly bad: readonly [count: number, of: number];
  readonly missingData: TreatMissingData;
  /** What is wrong, in one sentence for people. */
  readonly wrong: string;
  /** Whose log tells more. */
  readonly lookAt: 'rotate' | 'reconcile' | 'watch-reads';
}

/** Reconcile writes a gauge with each pass. While it is silent the last state stands; ReconcileSilent tells. */
const GAUGE = {
  statistic: 'Maximum',
  threshold: 1,
  comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  periodMinutes: 5,
  missingData: TreatMissingData.IGNORE,
  lookAt: 'reconcile',
} as const;

/** Written only when something happens, so silence is good. */
const COUNT = {
  statistic: 'Sum',
  threshold: 1,
  comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  periodMinutes: 5,
  bad: [1, 1],
  missingData: TreatMissingData.NOT_BREACHING,
} as const;

/**
 * Every alarm on Rekey's own metrics. `critical` wants somebody now: a key may be in the wrong hands, or bots
 * will stop. `warning` wants somebody today. docs/runbook.md has an article for each.
 */
export const ALARMS: readonly AlarmDefinition[] = [
  {
    name: 'RotationFailed',
    metric: METRICS.rotationFailures,
    ...COUNT,
    severity: 'warning',
    wrong:
      'A step of a rotation failed. The current key works on; Secrets Manager tries again while the window is open.',
    lookAt: 'rotate',
  },
  {
    name: 'RotationOverdue',
    metric: METRICS.rotationsOverdue,
    ...GAUGE,
    bad: [3, 3],
    severity: 'warning',
    wrong: 'The date by which a key should have been rotated has passed. The current key works on.',
  },
  {
    name: 'RevocationOverdue',
    metric: METRICS.revocationsOverdue,
    ...GAUGE,
    bad: [1, 1],
    severity: 'critical',
    wrong: 'A key that should be dead is still alive at the exchange after the tolerated delay.',
  },
  {
    name: 'OrphanKeys',
    metric: METRICS.orphanKeys,
    ...GAUGE,
    bad: [6, 6],
    severity: 'warning',
    wrong: 'For half an hour there has been a key with our label that belongs to no version of a secret.',
  },
  {
    name: 'ForeignKey',
    metric: METRICS.foreignKeys,
    ...GAUGE,
    bad: [1, 1],
    severity: 'critical',
    wrong: 'A key that Rekey did not make is on a watched sub-account. Rekey never touches it.',
  },
  {
    name: 'Drift',
    metric: METRICS.driftedKeys,
    ...GAUGE,
    bad: [2, 3],
    severity: 'critical',
    wrong: 'The permissions or the allow-list of a key at the exchange differ from the declaration.',
  },
  {
    name: 'KeyExpiring',
    metric: METRICS.keysExpiring,
    ...GAUGE,
    bad: [1, 1],
    severity: 'warning',
    wrong: 'The exchange will soon end a key by itself.',
  },
  {
    name: 'KeyMissing',
    metric: METRICS.keysMissing,
    ...GAUGE,
    bad: [1, 1],
    severity: 'critical',
    wrong:
      'The exchange does not list the key that bots are using: it was deleted there, and they have no working key.',
  },
  {
    name: 'UndeclaredReader',
    metric: METRICS.undeclaredReads,
    ...COUNT,
    severity: 'critical',
    wrong: 'Somebody who is not a declared reader has read a key.',
    lookAt: 'watch-reads',
  },
  {
    name: 'DeniedReads',
    metric: METRICS.deniedReads,
    ...COUNT,
    severity: 'warning',
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
    wrong:
      'For a quarter of an hour no reconcile has seen all of the account: what it did not see is neither revoked nor noticed.',
    lookAt: 'reconcile',
  },
];

/** The one alarm that each queue has, in the accounts and in the shared stack. */
export const DEAD_LETTERS: Omit<AlarmDefinition, 'metric' | 'lookAt'> = {
  name: 'DeadLetters',
  ...COUNT,
  statistic: 'Maximum',
  severity: 'warning',
  wrong: 'An event could not be delivered or handled and waits in the dead-letter queue.',
};
