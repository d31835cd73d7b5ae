/**
 * Every audit event, with what it tells. Acts and findings are facts in the past tense. The name is the
 * `detail-type` on the audit bus; `docs/audit-trail.md` has a section for each.
 */
export const AUDIT_EVENTS = {
  // acts
  KeyIssued: 'a new key was made at the exchange and its secret stored as the pending version',
  KeyVerified: 'the pending key signed a call and the exchange described it as declared',
  KeyPromoted: 'the pending version became AWSCURRENT; readers get the new key from now on',
  KeyRetiring: 'the replaced key works on until its grace period is over',
  KeyRevoked: 'the exchange no longer lists the key and, where its secret is known, refuses it',
  OrphanRevoked: 'a key with our label that belongs to no version was revoked',
  PendingAbandoned: 'a pending version that can never be promoted, or not soon enough, was given up',
  EmergencyRotationStarted: 'a rotation without grace period was asked for',
  RotationRequested: 'a rotation outside the schedule was asked for',
  ManagerAccepted: 'a manager key passed its checks at the exchange and is in use from now on',
  // failures and findings
  RotationFailed: 'a step of a rotation failed; Secrets Manager tries again while the window is open',
  RevocationFailed: 'a key that should be dead could not be proven dead; the next reconcile tries again',
  ManagerRefused: 'a manager key was not accepted, and the reason why',
  RotationOverdue: 'the date of the next rotation has passed',
  RevocationOverdue: 'a key that should be dead is still alive after the tolerated delay',
  OrphanFound: 'a key with our label belongs to no version; it is revoked when it is old enough',
  ForeignKeyFound: 'a key that Rekey did not make is on a watched sub-account; it is never touched',
  DriftFound: 'a key differs from its declaration at the exchange',
  KeyExpiring: 'the exchange will end the key soon',
  KeyMissing: 'the exchange does not list the key that is AWSCURRENT',
  UndeclaredRead: 'somebody who is not a declared reader read a secret',
  DeniedRead: 'a read of a secret was refused by IAM',
} as const;

/** Name of an audit event. */
export type AuditEventName = keyof typeof AUDIT_EVENTS;

/** How soon somebody should look: `critical` now, `warning` today, `info` never. */
export type Severity = 'info' | 'warning' | 'critical';

/** Severity of what is not `info`. */
export const SEVERITIES: Partial<Readonly<Record<AuditEventName, Severity>>> = {
  PendingAbandoned: 'warning',
  OrphanRevoked: 'warning',
  EmergencyRotationStarted: 'critical',
  RotationFailed: 'warning',
  RevocationFailed: 'warning',
  ManagerRefused: 'warning',
  RotationOverdue: 'warning',
  RevocationOverdue: 'critical',
  OrphanFound: 'warning',
  ForeignKeyFound: 'critical',
  DriftFound: 'critical',
  KeyExpiring: 'warning',
  KeyMissing: 'critical',
  UndeclaredRead: 'critical',
  DeniedRead: 'warning',
};

/** One audit event. Never holds a key secret, a passphrase or a whole key ID. */
export interface AuditEvent {
  /** The same fact has the same id, however often it is written. */
  readonly id: string;
  readonly event: AuditEventName;
  /** ISO instant of the fact. */
  readonly at: string;
  readonly severity: Severity;
  readonly account: string;
  readonly exchange?: string;
  /** Name of the declared key; absent for what concerns no declared key. */
  readonly key?: string;
  /** Shortened. */
  readonly keyId?: string;
  readonly versionId?: string;
  /** Who acted or was seen: a function's name, a person's ARN. */
  readonly who: string;
  /** One CamelCase word for machines. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** KeyPromoted: the replaced key is revoked at once. */
  readonly emergency?: boolean;
  /** UndeclaredRead: what the declaration wants done. */
  readonly answer?: 'tell' | 'rotate';
  /** UndeclaredRead, DeniedRead: from where. */
  readonly sourceAddress?: string;
}
