import type {
  Credentials,
  IssuedKey,
  KeyDescription,
  ListedKey,
  ManagerDescription,
  Power,
} from './api-key.ts';
import type { AuditEvent } from './audit-event.ts';
import type { Redacted } from './redacted.ts';

/** What a new key shall be. Every value is sent; nothing is left to an exchange's default. */
export interface IssueOrder extends Power {
  readonly subAccount: string;
  readonly label: string;
  /** Only where the exchange wants one. */
  readonly passphrase?: Redacted;
  /** Only where the exchange takes one: PEM, SubjectPublicKeyInfo. */
  readonly publicKey?: string;
}

/** A key that shall die. */
export interface RevokeOrder {
  readonly subAccount: string;
  readonly keyId: string;
}

/**
 * An exchange, seen through the manager key of one account. Reads are retried inside; calls that change
 * something are sent once.
 */
export interface Exchange {
  readonly name: string;
  readonly keysPerSubAccount: number;
  /** Length of the passphrase that a new key needs; absent if the exchange wants none. */
  readonly passphraseLength?: number;
  /** Whether the exchange takes a public Ed25519 key of ours. Then no secret is shown, and none can be lost. */
  readonly takesPublicKey: boolean;

  /** All keys of a sub-account. */
  listKeys(subAccount: string): Promise<readonly ListedKey[]>;
  /** The same key with what the list leaves out. Asks only if it leaves something out. */
  completeKey(subAccount: string, listed: ListedKey): Promise<ListedKey>;
  /** Makes a key. Not idempotent. @throws OutcomeUnknownError if a key may have been made all the same. */
  issueKey(order: IssueOrder): Promise<IssuedKey>;
  /** Deletes a key. Repeatable: a key that is already gone is no error. @throws OutcomeUnknownError */
  revokeKey(order: RevokeOrder): Promise<void>;
  /** Signs one read-only call with the key itself. @throws ExchangeRefusedError if the exchange refuses the key. */
  describeKey(credentials: Credentials): Promise<KeyDescription>;
  /** What the manager key itself may do. */
  describeManager(): Promise<ManagerDescription>;
}

/** A secret without its values. */
export interface SecretState {
  readonly arn: string;
  readonly name: string;
  readonly rotationEnabled: boolean;
  /** Staging labels by version id; only versions that have one. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly createdAt?: Date;
  readonly nextRotationAt?: Date;
}

/** Secrets Manager. Reads that meet "not found" for something just written wait a moment for it. */
export interface SecretStore {
  describe(secretId: string): Promise<SecretState>;
  /** The value of a version, or undefined if it has none. @throws InvalidInputError if it is not a key. */
  findValue(secretId: string, versionId: string): Promise<Credentials | undefined>;
  /** When each version was made, unlabelled ones included. */
  versionTimes(secretId: string): Promise<ReadonlyMap<string, Date>>;
  /** Stores the value of the pending version. The same value again changes nothing. */
  putPending(secretId: string, version: PendingVersion, value: Credentials): Promise<void>;
  attachLabel(secretId: string, label: string, versionId: string): Promise<void>;
  removeLabel(secretId: string, label: string, versionId: string): Promise<void>;
  /** Moves AWSCURRENT; AWSPREVIOUS follows by itself. */
  promote(secretId: string, move: { from: string | undefined; to: string }): Promise<void>;
  /** Starts a rotation. @returns the new version's id. @throws CheckFailedError `RotationInProgress` */
  rotate(secretId: string): Promise<string>;
}

/** A version that Secrets Manager registered for a rotation. */
export interface PendingVersion {
  readonly versionId: string;
  /** Proves to Secrets Manager that this rotation's function writes; a secret itself. */
  readonly rotationToken: Redacted | undefined;
}

/** The audit trail. */
export interface AuditLog {
  /** Returns when the bus has accepted every event. @throws if it has not: then the act is not done. */
  record(events: readonly AuditEvent[]): Promise<void>;
}

/** Time: core has no clock of its own. */
export interface Time {
  now(): Date;
  wait(ms: number): Promise<void>;
}
