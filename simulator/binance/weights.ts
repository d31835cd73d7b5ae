import type { SimulatorClock } from '../clock.ts';
import { type RateLimit, RateLimiter } from '../rate-limiter.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './world.ts';

const minuteMs = 60_000;
const addressLimit: RateLimit = { count: 6_000, perMs: minuteMs };
const accountLimit: RateLimit = { count: 180_000, perMs: minuteMs };

/** How many refused calls within a minute ban an address; not documented. */
const callsUntilBan = 10;
const shortestBanMs = 2 * minuteMs;
const longestBanMs = 3 * 24 * 60 * minuteMs;

/** What an address did after it was told to wait. */
interface Offender {
  refusedAt: number[];
  bans: number;
  bannedUntil: number;
}

/** Headers that tell how much weight is used up. */
export type Used = Readonly<Record<string, string>>;

/**
 * The budgets of weight: of each address, on its own for /api and /sapi, and of each account. Who goes on
 * calling after a 429 is banned, each time for twice as long.
 * Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits
 */
export class Weights {
  readonly #clock: SimulatorClock;
  readonly #limiter: RateLimiter;
  readonly #enforced: boolean;
  readonly #offenders = new Map<string, Offender>();

  constructor(clock: SimulatorClock, enforced: boolean) {
    this.#clock = clock;
    this.#limiter = new RateLimiter(clock);
    this.#enforced = enforced;
  }

  /**
   * Charges the address of a call. One that costs the account instead costs the address 1, so that a flood of
   * calls without a key ends too. @throws Refusal -1003 with 429 or 418
   */
  chargeAddress(address: string, { path, weight }: Pick<Route, 'path' | 'weight'>): Used {
    const family = path.startsWith('/sapi') ? 'sapi' : 'api';
    const amount = weight.of === 'address' ? weight.amount : 1;
    this.#checkBan(address);
    const used = this.#charge(`${family} ${address}`, { limit: addressLimit, amount, address });
    if (weight.of === 'account') return {};
    return family === 'sapi'
      ? { 'x-sapi-used-ip-weight-1m': used }
      : { 'x-mbx-used-weight': used, 'x-mbx-used-weight-1m': used };
  }

  /** Charges the account of a call, if that is what the call costs. @throws Refusal -1003 with 429 */
  chargeAccount(uid: number, { weight }: Pick<Route, 'weight'>, address: string): Used {
    if (weight.of === 'address') return {};
    const used = this.#charge(`account ${uid}`, { limit: accountLimit, amount: weight.amount, address });
    return { 'x-sapi-used-uid-weight-1m': used };
  }

  #charge(caller: string, { limit, amount, address }: Charge): string {
    if (!this.#enforced) return String(amount);
    const left = this.#limiter.admit(caller, limit, amount);
    if (left >= 0) return String(limit.count - left);
    this.#noteOffence(address);
    const retryAfter = Math.ceil(this.#limiter.msUntilRoom(caller, limit) / 1_000);
    throw new Refusal('-1003', { details: [String(limit.count), '1 MINUTE'], retryAfter });
  }

  #noteOffence(address: string): void {
    const now = this.#clock.now();
    const offender = this.#offenders.get(address) ?? { refusedAt: [], bans: 0, bannedUntil: 0 };
    offender.refusedAt = [...offender.refusedAt.filter((at) => at > now - minuteMs), now];
    this.#offenders.set(address, offender);
    if (offender.refusedAt.length < callsUntilBan) return;
    offender.bannedUntil = now + Math.min(shortestBanMs * 2 ** offender.bans, longestBanMs);
    offender.bans += 1;
    offender.refusedAt = [];
  }

  #checkBan(address: string): void {
    const until = this.#offenders.get(address)?.bannedUntil ?? 0;
    const leftMs = until - this.#clock.now();
    if (leftMs <= 0) return;
    const retryAfter = Math.ceil(leftMs / 1_000);
    throw new Refusal('-1003', { wording: 'banned', details: [String(until)], status: 418, retryAfter });
  }
}

interface Charge {
  readonly limit: RateLimit;
  readonly amount: number;
  readonly address: string;
}
