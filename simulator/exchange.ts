import type { SimulatorClock } from './clock.ts';
import type { FaultBoard } from './fault-board.ts';
import type { FaultName } from './fault-names.ts';
import type { IncomingRequest } from './traffic.ts';
import type { Website } from './website.ts';

/** What a client needs to call the exchange; the field names are those of common trading libraries. */
export interface Credentials {
  readonly apiKey: string;
  /** Empty when the key signs with a private key that its maker kept. */
  readonly secret: string;
  /** Absent at exchanges without a passphrase. */
  readonly password?: string;
}

/** An answer in the exchange's own envelope; a text is a page of HTML. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | string;
  /** Null when the answer carries no code. */
  readonly code: string | null;
}

/** A key as the management port shows it: everything but its secret and passphrase. */
export interface KeyRecord {
  readonly apiKey: string;
  /** The name that its maker gave it. */
  readonly label: string;
  /** Null for a key of the main account. */
  readonly subAccount: string | null;
  /** The exchange's own names of the rights that the key has, beyond reading. */
  readonly permissions: readonly string[];
  /** Whether the key may do more than read. */
  readonly mayWrite: boolean;
  /** Empty when the key may be used from anywhere. */
  readonly ips: readonly string[];
  readonly environment: string;
  readonly madeBy: 'api' | 'website';
  readonly createdAt: string;
  readonly deletedAt: string | null;
  readonly lastUsedAt: string | null;
  /** How many requests passed every authentication check. */
  readonly uses: number;
}

/** One exchange behind the exchange-independent parts. */
export interface SimulatedExchange {
  readonly manager: Credentials;
  /** The sub-accounts whose keys can be managed. */
  readonly subAccounts: readonly string[];
  /** Names that a fault may be limited to. */
  readonly routeNames: readonly string[];
  readonly website: Website;
  readonly keys: readonly KeyRecord[];
  routeOf(request: IncomingRequest): string | undefined;
  /** The key that the request claims to come from, right or wrong. */
  claimedKey(request: IncomingRequest): string | undefined;
  /** Carries the request out. Its timestamp is judged by when it arrived, all else by what is now. */
  answer(request: IncomingRequest, arrivedAt: number): Answer;
  /**
   * A refusal with one of the exchange's documented codes. @throws InputError for a code that is not
   * documented.
   */
  refusal(code: string): Answer;
  throttled(): Answer;
}

/** What an exchange is made from. */
export interface ExchangeSetting {
  readonly seed: number;
  readonly clock: SimulatorClock;
  readonly faults: FaultBoard;
  readonly rateLimits: boolean;
  /** How many sub-accounts with manageable keys there are. */
  readonly subAccounts: number;
}

/** An exchange that can be simulated. */
export interface ExchangeKind {
  /** The faults that make sense there. */
  readonly faults: readonly FaultName[];
  /** Every right that a key can have beyond reading. */
  readonly permissions: readonly string[];
  simulate(setting: ExchangeSetting): SimulatedExchange;
}
