import { setImmediate as pending } from 'node:timers/promises';
import type { Time } from '../lambda/core/ports.ts';

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

/**
 * Time that passes only while everybody waits: whatever takes an hour takes as long as its computing. Many may wait
 * at once, and each wakes at its own instant.
 */
export class VirtualTime implements Time {
  #nowMs: number;
  #sleepers: Sleeper[] = [];

  constructor(start: Date) {
    this.#nowMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  async wait(ms: number): Promise<void> {
    await new Promise<void>((wake) => {
      const wakesAtMs = this.#nowMs + ms;
      const later = this.#sleepers.findIndex((other) => other.wakesAtMs > wakesAtMs);
      this.#sleepers.splice(later === -1 ? this.#sleepers.length : later, 0, { wakesAtMs, wake });
    });
  }

  /** Lets time pass until the work is done. @throws what the work throws; Error if it waits for something else */
  async until<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = work.finally(() => {
      isSettled = true;
    });
    settled.catch(() => undefined); // it is thrown below
    while (!isSettled) {
      await pending();
      if (isSettled) break;
      const next = this.#sleepers.shift();
      if (!next) {
        await pending();
        if (!isSettled && this.#sleepers.length === 0) throw new Error('the work waits for what never comes');
        continue;
      }
      this.#nowMs = Math.max(this.#nowMs, next.wakesAtMs);
      next.wake();
    }
    return await settled;
  }
}
