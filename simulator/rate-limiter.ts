import type { SimulatorClock } from './clock.ts';

/** At most `count` calls, or so much weight of calls, within any `perMs` milliseconds. */
export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
  /** How long everything is refused once the limit is passed; absent: until the window has room again. */
  readonly recoveryMs?: number;
}

interface Call {
  readonly at: number;
  readonly weight: number;
}

/** Counts calls in sliding windows on the simulator's clock. Refused calls do not count. */
export class RateLimiter {
  readonly #clock: SimulatorClock;
  readonly #windows = new Map<string, Window>();
  readonly #shutUntil = new Map<string, number>();

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  /** Admits one call and answers how much more the window has room for; -1 when the call is refused. */
  admit(caller: string, limit: RateLimit, weight = 1): number {
    const now = this.#clock.now();
    if (now < (this.#shutUntil.get(caller) ?? 0)) return -1;
    const window = this.#window(caller);
    window.keep(now - limit.perMs, now);
    if (window.weight + weight > limit.count) {
      if (limit.recoveryMs !== undefined) this.#shutUntil.set(caller, now + limit.recoveryMs);
      return -1;
    }
    window.add({ at: now, weight });
    return limit.count - window.weight;
  }

  /** How long until the oldest call of the window no longer counts; 0 when there is none. */
  msUntilRoom(caller: string, limit: RateLimit): number {
    const oldest = this.#window(caller).oldest;
    return oldest === undefined ? 0 : Math.max(0, oldest.at + limit.perMs - this.#clock.now());
  }

  #window(caller: string): Window {
    const window = this.#windows.get(caller) ?? new Window();
    this.#windows.set(caller, window);
    return window;
  }
}

/** Calls in the order of their times, with the sum of their weights. */
class Window {
  #calls: Call[] = [];
  #first = 0;
  weight = 0;

  get oldest(): Call | undefined {
    return this.#calls[this.#first];
  }

  add(call: Call): void {
    this.#calls.push(call);
    this.weight += call.weight;
  }

  /** Forgets all calls but those after `from` and until `to`. */
  keep(from: number, to: number): void {
    // A clock that was set back must not leave calls "in the future" that never age.
    while (this.#calls.length > this.#first && (this.#calls.at(-1)?.at ?? 0) > to)
      this.weight -= this.#calls.pop()?.weight ?? 0;
    for (let call = this.oldest; call !== undefined && call.at <= from; call = this.oldest) {
      this.weight -= call.weight;
      this.#first += 1;
    }
    if (this.#first < 1_000) return;
    this.#calls = this.#calls.slice(this.#first);
    this.#first = 0;
  }
}
