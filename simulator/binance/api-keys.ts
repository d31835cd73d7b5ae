import type { KeyRecord } from '../exchange.ts';
import { beginLife, type KeyLife, recordLife } from '../key-life.ts';
import type { SeededRandom } from '../random.ts';
import type { PublicKey } from './public-key.ts';
import { mayWrite, type Right } from './rights.ts';
import type { Signer } from './signature.ts';

/** How many keys each account can have: often quoted, documented nowhere. */
export const keysPerAccount = 30;

/** What is chosen when a key is made. */
export interface KeyWish {
  /** The e-mail address of the account that the key is for. */
  readonly owner: string;
  readonly label: string;
  readonly rights: readonly Right[];
  /** Empty: the key may be used from anywhere. */
  readonly ips: readonly string[];
  /** Absent: Binance makes up a secret. */
  readonly publicKey: PublicKey | undefined;
  readonly madeBy: 'api' | 'website';
  /** Absent: Binance makes one up, as it always does for the API. */
  readonly id?: string | undefined;
}

/** A key as Binance keeps it. */
export interface ApiKey extends KeyLife, Signer {
  label: string;
  rights: readonly Right[];
  ips: readonly string[];
  /** When anything about the key was changed last, and when its list of addresses was. */
  updatedAt: number;
  ipsUpdatedAt: number;
}

/** Makes a key at one moment; id and secret come from the seed. */
export function makeKey(wish: KeyWish, random: SeededRandom, now: number): ApiKey {
  const drawn = { id: random.alphanumeric(64), secret: random.alphanumeric(64) };
  return {
    ...beginLife({ id: wish.id ?? drawn.id, owner: wish.owner, madeBy: wish.madeBy, createdAt: now }),
    secret: wish.publicKey === undefined ? drawn.secret : '',
    publicKey: wish.publicKey,
    label: wish.label,
    rights: wish.rights,
    ips: wish.ips,
    updatedAt: now,
    ipsUpdatedAt: now,
  };
}

export function changeRights(key: ApiKey, rights: readonly Right[], now: number): void {
  key.rights = rights;
  key.updatedAt = now;
}

export function changeIps(key: ApiKey, ips: readonly string[], now: number): void {
  key.ips = ips;
  key.ipsUpdatedAt = now;
  key.updatedAt = now;
}

/** The key without its secret. */
export function toKeyRecord(key: ApiKey, masterEmail: string): KeyRecord {
  return {
    apiKey: key.id,
    label: key.label,
    subAccount: key.owner === masterEmail ? null : key.owner,
    permissions: key.rights,
    mayWrite: mayWrite(key.rights),
    ips: key.ips,
    environment: 'live',
    ...recordLife(key),
  };
}
