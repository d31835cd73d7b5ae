import type { KeyRecord } from '../exchange.ts';
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
  readonly uid: string;
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

/** A key as the exchange keeps it. Times are milliseconds on the simulator's clock. */
export interface ApiKey extends Readonly<Omit<KeyWish, 'id' | 'note' | 'type' | 'permissions' | 'ips'>> {
  readonly id: string;
  readonly secret: string;
  /** Grows with each key; pages of a list end at one. */
  readonly serial: number;
  readonly createdAt: number;
  note: string;
  type: KeyType;
  permissions: readonly string[];
  ips: readonly string[];
  deletedAt: number | null;
  lastUsedAt: number | null;
  uses: number;
  /** Unknown until then, and for so many calls (`slow-activation`). */
  activeFrom: number;
  refusalsLeft: number;
  /** A deleted key goes on working until then (`slow-revocation`). */
  worksUntil: number;
  /** The list shows the key only between these times (`stale-list`). */
  listedFrom: number;
  listedUntil: number;
}

/** Makes a key at one moment; id and secret come from the seed. */
export function makeKey(wish: KeyWish, random: SeededRandom, made: { serial: number; now: number }): ApiKey {
  const { id, ...chosen } = wish;
  const drawn = { id: `bg_${random.hex(32)}`, secret: random.hex(64) };
  return {
    ...chosen,
    id: id ?? drawn.id,
    secret: drawn.secret,
    serial: made.serial,
    createdAt: made.now,
    deletedAt: null,
    lastUsedAt: null,
    uses: 0,
    activeFrom: 0,
    refusalsLeft: 0,
    worksUntil: 0,
    listedFrom: 0,
    listedUntil: Number.POSITIVE_INFINITY,
  };
}

/** Deletes a key: at once it neither works nor is listed, also if the clock is set back later. */
export function deleteKey(key: ApiKey, now: number): void {
  key.deletedAt = now;
  key.worksUntil = 0;
  key.listedUntil = 0;
}

/** The key without its secret and passphrase. */
export function toKeyRecord(key: ApiKey, mainUid: string): KeyRecord {
  return {
    apiKey: key.id,
    note: key.note,
    subUid: key.uid === mainUid ? null : key.uid,
    type: key.type,
    permissions: key.permissions,
    ips: key.ips,
    environment: key.environment,
    madeBy: key.madeBy,
    createdAt: toIso(key.createdAt),
    deletedAt: key.deletedAt === null ? null : toIso(key.deletedAt),
    lastUsedAt: key.lastUsedAt === null ? null : toIso(key.lastUsedAt),
    uses: key.uses,
  };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
