import type { PolicyDocument } from '../iam/policy-document.ts';
import { type BusEvent, isReadOnlyManagementEvent } from './event.ts';
import type { EventPattern } from './event-pattern.ts';
import type { TargetInput } from './target-input.ts';

/** The bus that every account has, where the events of AWS services come. */
export const DEFAULT_BUS = 'default';

export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly roleArn: string | undefined;
  readonly deadLetterArn: string | undefined;
  readonly input: TargetInput;
}

/** `ENABLED` leaves out CloudTrail's records of reads. */
type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** A rule has a pattern, a schedule, or both. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly state: RuleState;
  readonly pattern: EventPattern | undefined;
  readonly scheduleExpression: string | undefined;
  readonly targets: readonly RuleTarget[];
}

/** Counts the events that a bus took and its pattern matched. */
export interface Archive {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly pattern: EventPattern | undefined;
  events: number;
}

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly rules: Map<string, Rule>;
  readonly archives: Map<string, Archive>;
  /** Statements of the bus's policy, by the id of the resource that added them. */
  readonly policies: Map<string, PolicyDocument>;
}

export function ruleTakes(rule: Rule, event: BusEvent): boolean {
  if (rule.state === 'DISABLED' || !rule.pattern?.matches(event)) return false;
  return rule.state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' || !isReadOnlyManagementEvent(event);
}
