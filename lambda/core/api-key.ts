import type { Redacted } from './redacted.ts';

/** What an exchange lets a key do. Withdrawal does not exist here on purpose. */
export type Permission = 'read' | 'trade';

/** An API key with everything that is needed to sign with it. */
export interface Credentials {
  /** The public half. Not secret, but shown shortened. */
  readonly keyId: string;
  readonly secret: Redacted;
  /** Only where the exchange wants one. */
  readonly passphrase?: Redacted;
}

/** The manager key of an exchange account, and the salt from which labels and passphrases are derived. */
export interface ManagerKey {
  readonly credentials: Credentials;
  /** Made once per account and kept when the manager key is replaced: without it our labels are strangers. */
  readonly salt: Redacted;
}

/** What a key may do and from where, as declared or as the exchange tells it. Sets: order means nothing. */
export interface Power {
  readonly permission: Permission;
  readonly products: readonly string[];
  /** Empty = any address. */
  readonly allowList: readonly string[];
}

/**
 * What a key may do as the exchange tells it. Where it tells that there is an allow-list and not what is on it,
 * the list is `untold`.
 */
export interface ToldPower extends Omit<Power, 'allowList'> {
  readonly allowList: Power['allowList'] | 'untold';
}

/** A key as the exchange lists it to the manager key. */
export interface ListedKey extends ToldPower {
  readonly keyId: string;
  readonly label: string;
  /** Where the exchange tells. */
  readonly createdAt?: Date;
  /** Where the exchange ends keys by itself. */
  readonly expiresAt?: Date;
  /** Where the exchange tells. */
  readonly lastUsedAt?: Date;
}

/** A key that the exchange has just made. */
export interface IssuedKey {
  readonly keyId: string;
  /** Shown this once. Absent if the key pair is ours: the exchange never knew the private half. */
  readonly secret?: Redacted;
}

/** A key pair of ours: the exchange is given the public half, and signatures are made with the private one. */
export interface KeyPair {
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** PEM, PKCS #8. */
  readonly privateKey: Redacted;
}

/** A key as the exchange describes it to itself. */
export interface KeyDescription extends ToldPower {
  /** The account that the key belongs to: the sub-account's id. Where the exchange tells. */
  readonly accountId?: string;
  readonly mayWithdraw: boolean;
}

/** A manager key as the exchange describes it to itself. What it does not tell shows when it lists keys. */
export interface ManagerDescription {
  readonly isSubAccount?: boolean;
  /** May make, list and revoke keys of sub-accounts. */
  readonly mayManageKeys: boolean;
  readonly mayWithdraw: boolean;
  readonly allowList: ToldPower['allowList'];
}

/** A key ID short enough for logs and events: its first seven and last four characters. */
export function shortKeyId(keyId: string): string {
  return keyId.length <= 11 ? `${keyId.slice(0, 3)}…` : `${keyId.slice(0, 7)}…${keyId.slice(-4)}`;
}
