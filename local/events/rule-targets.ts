import type { MovableClock } from '../clock.ts';
import { type Deliver, DeliveryError } from '../delivery.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import type { BusEvent } from './event.ts';
import { DEFAULT_BUS, type Rule, type RuleTarget } from './rule.ts';

interface TargetDependencies {
  readonly clock: MovableClock;
  readonly metrics: MetricStore;
  readonly deliver: Deliver;
}

const SERVICE = 'events.amazonaws.com';

/** Hands events to the targets of rules. A target that refuses is not tried again: it would refuse again. */
export class RuleTargets {
  readonly #dependencies: TargetDependencies;

  constructor(dependencies: TargetDependencies) {
    this.#dependencies = dependencies;
  }

  /** Hands the event to each target of the rule; never throws. */
  trigger(rule: Rule, event: BusEvent): void {
    this.#count(rule, 'TriggeredRules');
    for (const target of rule.targets) this.#deliver(rule, target, event);
  }

  #deliver(rule: Rule, target: RuleTarget, event: BusEvent): void {
    const { deliver } = this.#dependencies;
    try {
      const sender = target.roleArn
        ? ({ kind: 'role', service: SERVICE, roleArn: target.roleArn } as const)
        : ({ kind: 'service', service: SERVICE, sourceArn: rule.arn } as const);
      const failed = (error: DeliveryError) => this.#failed(rule, target, { event, error });
      deliver(target.arn, { body: target.input(event), failed }, sender);
      this.#count(rule, 'Invocations');
    } catch (error) {
      this.#failed(rule, target, { event, error });
    }
  }

  #failed(rule: Rule, target: RuleTarget, { event, error }: { event: BusEvent; error: unknown }): void {
    this.#count(rule, 'FailedInvocations');
    this.#dependencies.clock.report(error, `rule ${rule.name} to ${target.arn}`);
    if (error instanceof DeliveryError) this.#toDeadLetters(rule, target, { event, error });
  }

  /** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  #toDeadLetters(rule: Rule, target: RuleTarget, failure: { event: BusEvent; error: DeliveryError }): void {
    if (target.deadLetterArn === undefined) return;
    const { deliver, clock } = this.#dependencies;
    const { error, event } = failure;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
    };
    const sender = { kind: 'service', service: SERVICE, sourceArn: rule.arn } as const;
    try {
      deliver(target.deadLetterArn, { body: JSON.stringify(event), attributes }, sender);
      this.#count(rule, 'InvocationsSentToDlq');
    } catch (failed) {
      this.#count(rule, 'InvocationsFailedToBeSentToDlq');
      clock.report(failed, `dead letter of rule ${rule.name}`);
    }
  }

  #count(rule: Rule, name: string): void {
    const { metrics, clock } = this.#dependencies;
    const ofBus: Record<string, string> = rule.busName === DEFAULT_BUS ? {} : { EventBusName: rule.busName };
    const dimensions = { ...ofBus, RuleName: rule.name };
    metrics.record({ namespace: 'AWS/Events', name, dimensions, values: [1], timestampMs: clock.nowMs() });
  }
}
