import type { Answer } from '../declaration.ts';
import { shortKeyId } from './api-key.ts';
import { type AuditEvent, type AuditEventName, SEVERITIES } from './audit-event.ts';
import { factId } from './derivation.ts';

/** Where something happened and who did it. */
export interface Scene {
  readonly account: string;
  readonly exchange: string;
  /** The function, or the person it acted for. */
  readonly who: string;
}

/** A fact before it becomes an audit event. */
export interface Fact {
  readonly event: AuditEventName;
  readonly reason: string;
  readonly message: string;
  readonly key?: string | undefined;
  /** Whole; the event holds it shortened. */
  readonly keyId?: string | undefined;
  readonly versionId?: string | undefined;
  readonly emergency?: boolean;
  readonly answer?: Answer;
  readonly sourceAddress?: string | undefined;
  readonly subAccount?: string | undefined;
  /** When it began. */
  readonly since?: Date | undefined;
  readonly evidence?: Readonly<Record<string, string | number>>;
  /** Tells occurrences of the same fact apart: a time, a day, a record's id. Absent: it happens once. */
  readonly occurrence?: string;
}

/**
 * Makes the audit event of a fact. The same fact gives the same id, whenever it is told: what happens once by
 * what it happened to, what recurs by its reason and occurrence as well.
 */
export function tell(scene: Scene, at: Date, fact: Fact): AuditEvent {
  const { occurrence, keyId, since, ...rest } = fact;
  const { event, key = '', versionId = '', reason, subAccount = '' } = fact;
  const again = occurrence === undefined ? '' : `${reason} ${occurrence}`;
  const what = subAccount === '' ? key : `${key} ${subAccount}`;
  const id = factId(scene.account, event, what, versionId, keyId ?? '', again);
  const told = {
    ...(keyId === undefined ? {} : { keyId: shortKeyId(keyId) }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
  };
  const severity = SEVERITIES[event] ?? 'info';
  return dropUndefined({ id, at: at.toISOString(), severity, ...scene, ...rest, ...told });
}

/** The UTC day, as the occurrence of a finding: a finding that stays is a new fact each day. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function dropUndefined<T extends object>(value: T): T & AuditEvent {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T & AuditEvent;
}
