import type { AlarmRule, AlarmState } from './alarm-evaluation.ts';
import type { CompositeRule } from './composite-rule.ts';
import type { MetricIdentity } from './metric-store.ts';

/** Which targets hear of which state. */
type AlarmActions = Readonly<Record<AlarmState, readonly string[]>>;

/** An alarm as the template describes it. */
export interface AlarmDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  readonly actions: AlarmActions;
  readonly watched: Watched;
}

/** Metric math, anomaly bands and percentiles are listed and never evaluated: `why` says so. */
export type Watched =
  | {
      readonly kind: 'metric';
      readonly metric: MetricIdentity;
      readonly periodMs: number;
      readonly rule: AlarmRule;
    }
  | { readonly kind: 'composite'; readonly rule: CompositeRule }
  | { readonly kind: 'not evaluated locally'; readonly why: string };

/** An alarm as `list` shows it. */
export interface AlarmSummary {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly state: AlarmState;
  readonly reason: string;
  readonly since: string;
  /** False for metric math, anomaly bands and percentiles; the reason then says why. */
  readonly evaluated: boolean;
}

/** One change of one alarm. */
export interface AlarmChange {
  readonly name: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  readonly at: string;
}
