import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { AUDIT_SOURCE } from '../contract.ts';
import type { AuditEvent } from '../core/audit-event.ts';
import type { AuditLog } from '../core/ports.ts';

/** As much of the SDK's client as is used. */
export type EventBridge = Pick<EventBridgeClient, 'send'>;

/** PutEvents takes at most ten at once. */
const BATCH = 10;

/** The audit bus. An event counts as told only when the bus has accepted it. */
export class EventBridgeAuditLog implements AuditLog {
  readonly #client: EventBridge;
  readonly #busName: string;

  constructor(client: EventBridge, busName: string) {
    this.#client = client;
    this.#busName = busName;
  }

  async record(events: readonly AuditEvent[]): Promise<void> {
    for (let start = 0; start < events.length; start += BATCH) {
      await this.#put(events.slice(start, start + BATCH));
    }
  }

  async #put(events: readonly AuditEvent[]): Promise<void> {
    const answer = await this.#client.send(
      new PutEventsCommand({ Entries: events.map((event) => this.#entry(event)) }),
    );
    if (!answer.FailedEntryCount) return;
    const code = answer.Entries?.find((entry) => entry.ErrorCode)?.ErrorCode ?? 'unknown';
    throw new Error(`the audit bus refused ${answer.FailedEntryCount} of ${events.length} events: ${code}`);
  }

  #entry(event: AuditEvent): PutEventsRequestEntry {
    return {
      EventBusName: this.#busName,
      Source: AUDIT_SOURCE,
      DetailType: event.event,
      Detail: JSON.stringify(event),
      Time: new Date(event.at),
    };
  }
}
