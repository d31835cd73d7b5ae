const SUFFIX_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Choices that AWS leaves open, made the same way in every run with the same seed (mulberry32). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  coin(): boolean {
    return this.next() < 0.5;
  }

  /** The six characters that end a secret's ARN. */
  arnSuffix(): string {
    const letter = (): string => SUFFIX_LETTERS.charAt(Math.floor(this.next() * SUFFIX_LETTERS.length));
    return Array.from({ length: 6 }, letter).join('');
  }
}
