import type { SimulatorClock } from './clock.ts';

/** At most `count` calls within any `perMs` milliseconds. */
export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
  /** How long everything is refused once the limit is passed; absent: until the window has room again. */
  readonly recoveryMs?: number;
}

/** Counts calls in sliding windows on the simulator's clock. Refused calls do not count. */
export class RateLimiter {
  readonly #clock: SimulatorClock;
  readonly #calls = new Map<string, number[]>();
  readonly #shutUntil = new Map<string, number>();

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  /** Admits one call and answers how many more the window has room for; -1 when the call is refused. */
  admit(caller: string, limit: RateLimit): number {
    const now = this.#clock.now();
    if (now < (this.#shutUntil.get(caller) ?? 0)) return -1;
    // A clock that was set back must not leave calls "in the future" that never age.
    const recent = (this.#calls.get(caller) ?? []).filter((at) => at > now - limit.perMs && at <= now);
    this.#calls.set(caller, recent);
    if (recent.length >= limit.count) {
      if (limit.recoveryMs !== undefined) this.#shutUntil.set(caller, now + limit.recoveryMs);
      return -1;
    }
    recent.push(now);
    return limit.count - recent.length;
  }
}
