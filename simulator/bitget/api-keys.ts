import type { KeyRecord } from '../exchange.ts';
import { beginLife, type KeyLife, recordLife } from '../key-life.ts';
import type { SeededRandom } from '../random.ts';

export const keyTypes = ['read_write', 'read_only'] as const;
type KeyType = (typeof keyTypes)[number];

export const environments = ['live', 'demo'] as const;
type Environment = (typeof environments)[number];

/** The permissions that a key made by the API may have. */
export const subKeyPermissions = ['uta_mgt', 'uta_trade'] as const;

/** The permissions that a key made on the website may have. Source: the Get-Account-Info page. */
export const websitePermissions = [
  ...subKeyPermissions,
  'withdraw',
  'copy_futures_position',
  'copy_futures_order',
] as const;

/** How many keys each UID can have. Source: https://www.bitget.com/api-doc/uta/guide */
export const keysPerAccount = 10;

/** What is chosen when a key is made. */
export interface KeyWish {
  /** The UID of the account that the key is for. */
  readonly owner: string;
  readonly note: string;
  readonly passphrase: string;
  readonly type: KeyType;
  readonly permissions: readonly string[];
  readonly ips: readonly string[];
  readonly environment: Environment;
  readonly madeBy: 'api' | 'website';
  /** Absent: the exchange makes one up, as it always does for the API. */
  readonly id?: string | undefined;
}

/** A key as the exchange keeps it. */
export interface ApiKey extends KeyLife {
  readonly secret: string;
  readonly passphrase: string;
  readonly environment: Environment;
  /** Grows with each key; pages of a list end at one. */
  readonly serial: number;
  note: string;
  type: KeyType;
  permissions: readonly string[];
  ips: readonly string[];
}

/** Makes a key at one moment; id and secret come from the seed. */
export function makeKey(wish: KeyWish, random: SeededRandom, made: { serial: number; now: number }): ApiKey {
  const { id, owner, madeBy, ...chosen } = wish;
  const drawn = { id: `bg_${random.hex(32)}`, secret: random.hex(64) };
  return {
    ...beginLife({ id: id ?? drawn.id, owner, madeBy, createdAt: made.now }),
    ...chosen,
    secret: drawn.secret,
    serial: made.serial,
  };
}

/** The key without its secret and passphrase. */
export function toKeyRecord(key: ApiKey, mainUid: string): KeyRecord {
  return {
    apiKey: key.id,
    label: key.note,
    subAccount: key.owner === mainUid ? null : key.owner,
    permissions: key.permissions,
    mayWrite: key.type === 'read_write',
    ips: key.ips,
    environment: key.environment,
    ...recordLife(key),
  };
}
