import type { SimulatorClock } from '../clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { Fields } from '../fields.ts';
import type { SeededRandom } from '../random.ts';
import type { Account } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import type { Ledger } from './ledger.ts';

/** What routes work with. */
export interface World {
  readonly ledger: Ledger;
  readonly clock: SimulatorClock;
  readonly faults: FaultBoard;
  /** Order of sets and pages. */
  readonly disorder: SeededRandom;
}

/** The exchange's own time, which `clock-skew` moves away from the simulator's. */
export function serverTime({ clock, faults }: World): number {
  return clock.now() + faults.clockSkewMs;
}

/** A moment as Bitget writes it: milliseconds, as text, by the exchange's own time. */
export function stamp({ faults }: World, ms: number): string {
  return String(ms + faults.clockSkewMs);
}

/** A set in the order in which it happens to come out. */
export function unordered<T>(world: World, route: string, set: readonly T[]): readonly T[] {
  return world.faults.strike('reorder', route) ? world.disorder.shuffled(set) : set;
}

/** A request that has passed authentication, or needs none. */
export interface PublicCall {
  readonly world: World;
  readonly route: string;
  /** The decoded query, or the parsed body of a POST. */
  readonly fields: Fields;
}

export interface SignedCall extends PublicCall {
  readonly key: ApiKey;
  readonly account: Account;
}

interface RouteBase {
  /** What faults and the request log call it. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly perSecond: number;
}

/** Anyone may call; limited per address. */
export interface PublicRoute extends RouteBase {
  readonly access: 'public';
  handle(call: PublicCall): unknown;
}

/** Needs a key; limited per UID. */
export interface SignedRoute extends RouteBase {
  readonly access: 'signed';
  readonly needs: { readonly permission: 'uta_mgt' | 'uta_trade'; readonly write: boolean } | null;
  readonly mainAccountOnly: boolean;
  handle(call: SignedCall): unknown;
}

export type Route = PublicRoute | SignedRoute;
