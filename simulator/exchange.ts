import type { SimulatorClock } from './clock.ts';
import type { FaultBoard } from './fault-board.ts';
import type { IncomingRequest } from './loopback-server.ts';

/** What a client needs to call the exchange; the field names are those of common trading libraries. */
export interface Credentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly password: string;
}

/** An answer in the exchange's own envelope. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  readonly code: string;
}

/** A key as the management port shows it: everything but its secret and passphrase. */
export interface KeyRecord {
  readonly apiKey: string;
  readonly note: string;
  /** Null for a key of the main account. */
  readonly subUid: string | null;
  readonly type: string;
  readonly permissions: readonly string[];
  readonly ips: readonly string[];
  readonly environment: string;
  readonly madeBy: 'api' | 'website';
  readonly createdAt: string;
  readonly deletedAt: string | null;
  readonly lastUsedAt: string | null;
  /** How many requests passed every authentication check. */
  readonly uses: number;
}

/**
 * What a person does while signed in at the exchange's website. None of it is part of the exchange's API.
 * Every method throws `InputError` for fields that make no sense, and `NotFoundError` for an unknown key.
 */
export interface Website {
  createKey(fields: unknown): Credentials & KeyRecord;
  changeKey(apiKey: string, fields: unknown): KeyRecord;
  deleteKey(apiKey: string): KeyRecord;
  withdraw(fields: unknown): object;
}

/** One exchange behind the exchange-independent parts. */
export interface SimulatedExchange {
  readonly manager: Credentials;
  readonly subAccounts: readonly string[];
  /** Names that a fault may be limited to. */
  readonly routeNames: readonly string[];
  readonly website: Website;
  readonly keys: readonly KeyRecord[];
  routeOf(request: IncomingRequest): string | undefined;
  /** The key that the request claims to come from, right or wrong. */
  claimedKey(request: IncomingRequest): string | undefined;
  /** Carries the request out. */
  answer(request: IncomingRequest): Answer;
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
}
