import type { Time } from '../core/ports.ts';

/** A limit that an exchange sets: so much weight in any such span of time. */
export interface Limit {
  /** Tells limits apart: the call and whom it is counted for. */
  readonly name: string;
  readonly weight: number;
  readonly perMs: number;
}

/** What a call uses of a limit. */
export interface Use {
  readonly limit: Limit;
  /** @default 1 */
  readonly weight?: number;
}

/** Part of a limit that one function takes for itself: the account's other functions call as well. */
const SHARE = 0.9;

interface Spent {
  readonly atMs: number;
  readonly weight: number;
}

/**
 * Keeps calls within an exchange's limits: waits before a call rather than be refused after it. Knows only its
 * own process; where several add up to too much, reads are tried again.
 */
export class Pace {
  readonly #time: Time;
  readonly #spent = new Map<string, Spent[]>();
  #queue: Promise<void> = Promise.resolve();
  #share = SHARE;
  #most = 0;

  constructor(time: Time) {
    this.#time = time;
  }

  /** Leaves nothing of a limit to the other functions: what is done now matters more than what they do. */
  takeAll(): void {
    this.#share = 1;
  }

  /** The most that was used of any limit since this was asked last, as a share of 1. */
  takeMost(): number {
    const most = this.#most;
    this.#most = 0;
    return most;
  }

  /** Resolves when the call may be sent; calls go in the order in which they asked. */
  turn(uses: readonly Use[]): Promise<void> {
    this.#queue = this.#queue.then(() => this.#wait(uses));
    return this.#queue;
  }

  async #wait(uses: readonly Use[]): Promise<void> {
    for (const { limit, weight = 1 } of uses) {
      for (let pause = this.#pause(limit, weight); pause > 0; pause = this.#pause(limit, weight)) {
        await this.#time.wait(pause);
      }
    }
    const atMs = this.#time.now().getTime();
    for (const { limit, weight = 1 } of uses) {
      const spent = this.#of(limit);
      spent.push({ atMs, weight });
      this.#most = Math.max(this.#most, spent.reduce((sum, call) => sum + call.weight, 0) / limit.weight);
    }
  }

  /** How long until the oldest calls have left the span that is counted; 0 if there is room now. */
  #pause(limit: Limit, weight: number): number {
    const nowMs = this.#time.now().getTime();
    const spent = this.#of(limit);
    while (spent[0] && nowMs - spent[0].atMs >= limit.perMs) spent.shift();
    const used = spent.reduce((sum, call) => sum + call.weight, 0);
    const first = spent[0];
    if (!first || used + weight <= limit.weight * this.#share) return 0;
    return first.atMs + limit.perMs - nowMs;
  }

  #of({ name }: Limit): Spent[] {
    const known = this.#spent.get(name) ?? [];
    this.#spent.set(name, known);
    return known;
  }
}
