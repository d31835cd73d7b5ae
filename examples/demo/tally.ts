import type { AuditEvent } from '../../lambda/core/audit-event.ts';

/** One key's life as the audit trail tells it. */
export interface Life {
  readonly keyId: string;
  readonly issuedAt: string;
  promotedAt?: string;
  diedAt?: string;
}

/** Events that tell of a rotated key's life. */
const LIFE = { KeyIssued: 1, KeyVerified: 1, KeyPromoted: 1, KeyRevoked: 1, OrphanRevoked: 1 };

/** Counts what the audit trail says. An event that is told twice has the same id and counts once. */
export class Tally {
  readonly #ids = new Set<string>();
  readonly lives = new Map<string, Life>();
  readonly alarms = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** @returns whether the event is new */
  add(event: AuditEvent): boolean {
    if (this.#ids.has(event.id)) return false;
    this.#ids.add(event.id);
    this.#counts.set(event.event, this.count(event.event) + 1);
    if (event.event in LIFE && event.keyId !== undefined) this.#live(event, event.keyId);
    return true;
  }

  count(name: AuditEvent['event']): number {
    return this.#counts.get(name) ?? 0;
  }

  get auditEvents(): number {
    return this.#ids.size;
  }

  #live({ event, at }: AuditEvent, keyId: string): void {
    const life = this.lives.get(keyId) ?? { keyId, issuedAt: at };
    this.lives.set(keyId, life);
    if (event === 'KeyPromoted') life.promotedAt = at;
    if (event === 'KeyRevoked' || event === 'OrphanRevoked') life.diedAt = at;
  }
}
