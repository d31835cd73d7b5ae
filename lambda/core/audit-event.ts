import type { Answer } from '../declaration.ts';

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
  StopOrdered: 'a key is to die without being replaced, and nothing rotates it any more',
  KeyResumed: 'a stopped key is rotated again',
  SubAccountUnfrozen: 'a sub-account that was frozen with its keys may trade again',
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
  PowerWidened: 'a key may do more, or be used from more addresses, than declared',
  UnexpectedMovement: 'funds were withdrawn or transferred in a way that no declaration allows',
  UndeclaredOrder: 'an order was entered in a symbol that is not declared, or not through the API',
  UndeclaredCoin: 'a sub-account holds a coin that belongs to no declared symbol',
  OrderBurst: 'a sub-account entered far more orders than it ever did',
  SubAccountFrozen: 'a sub-account is frozen: its keys can do nothing',
  LaggingReader: 'a reader still holds a key that was replaced',
  WatchBlind: 'something that should be watched at the exchange could not be read',
  AnswerWithheld: 'an answer that is configured was not given, and why',
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
  DriftFound: 'warning',
  KeyExpiring: 'warning',
  KeyMissing: 'critical',
  UndeclaredRead: 'critical',
  StopOrdered: 'critical',
  KeyResumed: 'warning',
  SubAccountUnfrozen: 'warning',
  PowerWidened: 'critical',
  UnexpectedMovement: 'critical',
  UndeclaredOrder: 'critical',
  UndeclaredCoin: 'warning',
  OrderBurst: 'warning',
  SubAccountFrozen: 'critical',
  LaggingReader: 'warning',
  WatchBlind: 'warning',
  AnswerWithheld: 'critical',
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
  /** What the declaration wants done about it. */
  readonly answer?: Answer;
  /** The exchange's id of the sub-account, for what concerns no single key. */
  readonly subAccount?: string;
  /** ISO instant: when what was found began, where that is known and is not the time of the event. */
  readonly since?: string;
  /** What was seen, as names and values for machines. Never a secret. */
  readonly evidence?: Readonly<Record<string, string | number>>;
  /** UndeclaredRead, DeniedRead: from where. */
  readonly sourceAddress?: string;
}
