import type { IncomingRequest } from './traffic.ts';

/** A request that is stuck in the network while its client has given up. */
interface LateRequest {
  readonly request: IncomingRequest;
  readonly arrivedAt: number;
  readonly dueAt: number;
}

/** Requests that take effect later (`late-effect`). */
export class LateEffects {
  #waiting: LateRequest[] = [];

  add(late: LateRequest): void {
    this.#waiting.push(late);
  }

  /** Hands out what is due, in the order in which it takes effect; each request once. */
  takeDue(now: number): LateRequest[] {
    if (this.#waiting.length === 0) return [];
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= now);
    this.#waiting = this.#waiting.filter(({ dueAt }) => dueAt > now);
    return due.sort((left, right) => left.dueAt - right.dueAt);
  }
}
