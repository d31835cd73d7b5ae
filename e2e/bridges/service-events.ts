import { makeEvent } from '../../local/events/event.ts';
import type { EmittedEvent } from '../../local/secrets-manager/options.ts';
import { ACCOUNT, type Emulator, REGION } from '../emulator.ts';
import { writeAuditLog } from './audit-log.ts';

interface Rule {
  readonly Name: string;
  readonly State: string;
  readonly EventPattern?: string;
}

/** Starts a function and does not wait for its end, as EventBridge does. */
export type StartFunction = (functionArn: string, payload: object) => Promise<void>;

/**
 * Delivers what Secrets Manager tells to the targets of the deployed rules. PutEvents refuses every source that
 * begins with `aws.`, as it does on AWS, so no one but the service itself can bring such an event in. Which rule
 * it fits is the emulator's judgement, by TestEventPattern.
 */
export class ServiceEvents {
  readonly #emulator: Emulator;
  readonly #startFunction: StartFunction;

  constructor(emulator: Emulator, startFunction: StartFunction) {
    this.#emulator = emulator;
    this.#startFunction = startFunction;
  }

  /** @throws Error for a target that no deployed rule had when this was written */
  async deliver(event: EmittedEvent): Promise<void> {
    await this.#onBus('default', makeEvent({ accountId: ACCOUNT, region: REGION }, event));
  }

  async #onBus(EventBusName: string, event: object): Promise<void> {
    const { Rules } = (await this.#ask('ListRules', { EventBusName })) as { Rules: Rule[] };
    for (const { Name, State, EventPattern } of Rules) {
      if (EventPattern === undefined || State === 'DISABLED') continue;
      const { Result } = await this.#ask('TestEventPattern', { EventPattern, Event: JSON.stringify(event) });
      if (Result === true) await this.#toTargets({ Rule: Name, EventBusName }, event);
    }
  }

  async #toTargets(rule: { Rule: string; EventBusName: string }, event: object): Promise<void> {
    const { Targets } = (await this.#ask('ListTargetsByRule', rule)) as {
      Targets: { Id: string; Arn: string }[];
    };
    for (const { Arn } of Targets) await this.#toTarget(Arn, event);
  }

  async #toTarget(arn: string, event: object): Promise<void> {
    const [, , service, , , kind = '', name] = arn.split(':');
    // The bridge function stands for the log group beside it, which gets the event here directly.
    if (service === 'lambda')
      return name === 'rekey-e2e-bridge' ? undefined : this.#startFunction(arn, event);
    if (service === 'logs') return await writeAuditLog(this.#emulator, event);
    if (service === 'events') return await this.#onBus(kind.replace(/^event-bus\//, ''), event);
    throw new Error(`no service event was ever delivered to ${arn}`);
  }

  async #ask(action: string, input: object): Promise<Record<string, unknown>> {
    return await this.#emulator.json('events', `AWSEvents.${action}`, input);
  }
}
