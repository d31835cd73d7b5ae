import type { SimulatorClock } from '../clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { SeededRandom } from '../random.ts';
import type { IncomingRequest } from '../traffic.ts';
import type { Account } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import type { Ledger } from './ledger.ts';
import type { Parameters } from './parameters.ts';
import type { Right } from './rights.ts';

/** What routes work with. */
export interface World {
  readonly ledger: Ledger;
  readonly clock: SimulatorClock;
  readonly faults: FaultBoard;
  /** Order of sets and pages. */
  readonly disorder: SeededRandom;
}

/** A request, and when it reached the exchange. */
export interface Arrival {
  readonly request: IncomingRequest;
  readonly arrivedAt: number;
}

/** A moment as Binance writes it: milliseconds, as a number, by the exchange's own time. */
export function stamp({ faults }: World, ms: number): number {
  return ms + faults.clockSkewMs;
}

/** A set in the order in which it happens to come out. */
export function unordered<T>(world: World, route: string, set: readonly T[]): readonly T[] {
  return world.faults.strike('reorder', route) ? world.disorder.shuffled(set) : set;
}

/** A request that has passed authentication. */
export interface SignedCall {
  readonly world: World;
  readonly route: string;
  readonly parameters: Parameters;
  readonly key: ApiKey;
  readonly account: Account;
}

interface RouteBase {
  /** What faults and the request log call it. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Weight per address, or per account, of the budget of one minute. */
  readonly weight: { readonly of: 'address' | 'account'; readonly amount: number };
}

/** Anyone may call. */
export interface PublicRoute extends RouteBase {
  readonly access: 'public';
  handle(world: World): object;
}

/** Needs a key. */
export interface SignedRoute extends RouteBase {
  readonly access: 'signed';
  /** A right beyond reading, or null. */
  readonly needs: Right | null;
  readonly masterOnly: boolean;
  /** The names of all parameters but `timestamp`, `recvWindow` and `signature`. */
  readonly parameters: readonly string[];
  handle(call: SignedCall): object;
}

export type Route = PublicRoute | SignedRoute;

/** The weight of a call per address; most calls. */
export function perAddress(amount: number): Route['weight'] {
  return { of: 'address', amount };
}

/** The weight of a call per account, whichever of its keys calls; what is costly to Binance. */
export function perAccount(amount: number): Route['weight'] {
  return { of: 'account', amount };
}
