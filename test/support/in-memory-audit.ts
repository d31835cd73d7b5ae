import type { AuditEvent, AuditEventName } from '../../lambda/core/audit-event.ts';
import type { AuditLog } from '../../lambda/core/ports.ts';
import { Effects } from './effects.ts';

/** An audit bus that keeps what it accepts, and refuses what a test wants refused. */
export class InMemoryAudit implements AuditLog {
  readonly events: AuditEvent[] = [];
  readonly #effects: Effects;
  #refused: readonly AuditEventName[] | 'all' = [];

  constructor(effects = new Effects()) {
    this.#effects = effects;
  }

  /** Refuses events of these names, or all events, until `accept`. */
  refuse(...names: AuditEventName[]): void {
    this.#refused = names.length === 0 ? 'all' : names;
  }

  accept(): void {
    this.#refused = [];
  }

  async record(events: readonly AuditEvent[]): Promise<void> {
    const refused = this.#refused;
    if (events.some(({ event }) => refused === 'all' || refused.includes(event))) {
      this.#effects.requireAlive();
      throw new Error('the audit bus refused the event');
    }
    this.#effects.do(
      `tell ${events.map(({ event }) => event).join(', ')}`,
      () => void this.events.push(...events),
      () => new Error('the answer of the audit bus was lost'),
    );
  }

  /** Event and reason of everything told, in order. */
  get told(): string[] {
    return this.events.map(({ event, reason }) => `${event} ${reason}`);
  }

  /** All events of one name. */
  of(name: AuditEventName): AuditEvent[] {
    return this.events.filter(({ event }) => event === name);
  }
}
