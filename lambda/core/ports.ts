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
  /** What the exchange tells of its accounts beside their keys. */
  readonly activity: Activity;
  /** Freezes a sub-account, or ends that. Repeatable. Absent where the exchange cannot. @throws OutcomeUnknownError */
  readonly setFrozen?: ((subAccount: string, frozen: boolean) => Promise<void>) | undefined;
}

/**
 * What an exchange tells of what happens on its accounts. Reads only. A method is absent where the exchange does not
 * tell, and `Sees` in its traits says so.
 */
export interface Activity {
  /** Whether every right of a key is on the list of keys. If not, the key is asked itself. */
  readonly listsEveryRight: boolean;
  /** Orders of a sub-account, asked for with one of its keys. @param query symbols: only these, where they have to be named */
  listOrders(signer: Credentials, query: OrderQuery): Promise<OrderList>;
  /** Coins that anybody may hold, as fees are paid in them. Orders are looked for in their symbols all the same. */
  readonly feeCoins?: readonly string[];
  /** Coins that a sub-account holds, asked for with one of its keys. */
  listCoins?(signer: Credentials): Promise<readonly string[]>;
  /** Withdrawals from the main account, whatever became of them. */
  listWithdrawals?(span: Span): Promise<readonly Movement[]>;
  /** Transfers out of a sub-account. */
  listTransfers?(subAccount: string, span: Span): Promise<readonly Movement[]>;
  /** Sub-accounts that are frozen. */
  listFrozen?(): Promise<readonly string[]>;
}

/** From the first instant to the last, both included. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

export interface OrderQuery {
  readonly symbols: readonly string[];
  /** Coins that no declared symbol explains. Where symbols have to be named: those in which they may have been bought. */
  readonly strangeCoins?: readonly string[];
  readonly span: Span;
}

/** An order as it was entered. */
export interface SeenOrder {
  readonly id: string;
  /** In the exchange's own spelling. */
  readonly symbol: string;
  readonly at: Date;
  /** Where the exchange tells. */
  readonly enteredBy?: 'api' | 'person';
}

export interface OrderList {
  readonly orders: readonly SeenOrder[];
  /** There were more than can be read in a pass; those that are missing are older than these. */
  readonly isCut: boolean;
}

/** Funds that went out. */
export interface Movement {
  readonly kind: 'Withdrawal' | 'Transfer';
  /** The exchange's id of it. */
  readonly id: string;
  readonly at: Date;
  readonly coin: string;
  readonly amount: string;
  /** An address, or the exchange's id of the account that received it. */
  readonly to: string;
}

/** A secret without its values. */
export interface SecretState {
  readonly arn: string;
  readonly name: string;
  readonly rotationEnabled: boolean;
  /** Staging labels by version id; only versions that have one. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, string>;
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
  /** Turns rotation off. Called again it changes nothing; `rotate` turns it on. */
  cancelRotation(secretId: string): Promise<void>;
  /** Writes a tag; one of the same name is replaced. */
  tag(secretId: string, name: string, value: string): Promise<void>;
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
