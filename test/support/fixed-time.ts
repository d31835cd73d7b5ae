import type { Time } from '../../lambda/core/ports.ts';

/** The moment at which tests begin. */
export const START = new Date('2026-11-21T10:00:00.000Z');

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A clock that stands still until it is moved. Waiting moves it at once, so no test ever sleeps. */
export class FixedTime implements Time {
  #nowMs = START.getTime();

  now(): Date {
    return new Date(this.#nowMs);
  }

  async wait(ms: number): Promise<void> {
    this.advance(ms);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** A moment so many milliseconds after the start; negative is before. */
export function at(ms: number): Date {
  return new Date(START.getTime() + ms);
}
