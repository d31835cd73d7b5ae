import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AuditEventName, Severity } from '../../lambda/core/audit-event.ts';

type AlarmSeverity = Exclude<Severity, 'info'>;

/** What every alarm says of itself. */
export interface AlarmText {
  /** The alarm is `rekey-<account>-<name>`; the runbook's heading is the name. */
  readonly name: string;
  /** `critical` wants somebody now, `warning` today. */
  readonly severity: AlarmSeverity;
  /** What is wrong, in one sentence for people. */
  readonly wrong: string;
  /** Audit events that tell the same in a message of their own; empty for what only the alarm can tell. */
  readonly toldBy: readonly AuditEventName[];
}

/** When a metric is bad. */
interface AlarmBound {
  readonly statistic: 'Sum' | 'Maximum';
  /** A bound, or how many standard deviations from the usual are still usual. */
  readonly threshold: number | { readonly standardDeviations: number };
  readonly comparison: ComparisonOperator;
  readonly periodMinutes: number;
  /** So many of the last so many periods must be bad. */
  readonly bad: readonly [count: number, of: number];
  readonly missingData: TreatMissingData;
}

/** An alarm on a metric. */
export type MetricAlarm = AlarmText & AlarmBound;

/** One alarm on a metric of Rekey's own that every exchange account has. */
export interface AlarmDefinition extends MetricAlarm {
  readonly metric: string;
  /** Whose log tells more. */
  readonly lookAt: 'rotate' | 'reconcile' | 'watch-reads';
}

/**
 * Reconcile writes a gauge with each pass that saw everything. While it is silent the last state stands;
 * ReconcileSilent tells. What only happens, as an order, is seen for one to three passes: then the alarm ends by
 * itself, and has been heard.
 */
export const GAUGE = {
  statistic: 'Maximum',
  threshold: 1,
  comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  periodMinutes: 5,
  bad: [1, 1],
  missingData: TreatMissingData.IGNORE,
  lookAt: 'reconcile',
} as const;

/** Written only when something happens, so silence is good. */
export const COUNT = {
  statistic: 'Sum',
  threshold: 1,
  comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  periodMinutes: 5,
  bad: [1, 1],
  missingData: TreatMissingData.NOT_BREACHING,
} as const;
