import type { KeyRecord } from './exchange.ts';
import type { FaultBoard } from './fault-board.ts';

/** What every exchange keeps of a key. Times are milliseconds on the simulator's clock. */
export interface KeyLife {
  readonly id: string;
  /** The account that the key belongs to, by the name that the exchange's API uses for accounts. */
  readonly owner: string;
  readonly madeBy: 'api' | 'website';
  readonly createdAt: number;
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

/** A call that a fault may strike. */
interface Strike {
  readonly faults: FaultBoard;
  readonly route: string;
}

/** A key that works and is listed from now on, also if the clock is set back later. */
export function beginLife(
  born: Pick<KeyLife, 'id' | 'owner' | 'madeBy'> & { readonly createdAt: number },
): KeyLife {
  return {
    ...born,
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

/** The faults that let the exchange learn of its new key only later. */
export function delayBirth(key: KeyLife, { faults, route }: Strike): void {
  const activation = faults.strike('slow-activation', route);
  if (activation?.ms !== undefined) key.activeFrom = key.createdAt + activation.ms;
  key.refusalsLeft = activation?.calls ?? 0;
  const stale = faults.strike('stale-list', route);
  if (stale?.ms !== undefined) key.listedFrom = key.createdAt + stale.ms;
}

/** Deletes a key: at once it neither works nor is listed, also if the clock is set back later. */
export function endLife(key: KeyLife, now: number): void {
  key.deletedAt = now;
  key.worksUntil = 0;
  key.listedUntil = 0;
}

/** The faults that let the exchange forget a key, just deleted, only later. */
export function delayDeath(key: KeyLife, { faults, route }: Strike): void {
  const deletedAt = key.deletedAt ?? 0;
  const slow = faults.strike('slow-revocation', route);
  if (slow?.ms !== undefined) key.worksUntil = deletedAt + slow.ms;
  const stale = faults.strike('stale-list', route);
  if (stale?.ms !== undefined) key.listedUntil = deletedAt + stale.ms;
}

/** Whether the exchange knows the key that calls; asking uses up one refusal of a slow activation. */
export function isKnown(key: KeyLife, now: number): boolean {
  if (now < key.activeFrom) return false;
  if (key.deletedAt !== null && now >= key.worksUntil) return false;
  if (key.refusalsLeft === 0) return true;
  key.refusalsLeft -= 1;
  return false;
}

export function isListed({ listedFrom, listedUntil }: KeyLife, now: number): boolean {
  return listedFrom <= now && now < listedUntil;
}

/** A call passed every authentication check. */
export function noteUse(key: KeyLife, now: number): void {
  key.lastUsedAt = now;
  key.uses += 1;
}

/** The part of a key's record that is alike at every exchange. */
export function recordLife(
  key: KeyLife,
): Pick<KeyRecord, 'madeBy' | 'createdAt' | 'deletedAt' | 'lastUsedAt' | 'uses'> {
  return {
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
