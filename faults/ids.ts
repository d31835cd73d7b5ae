import { createHash } from 'node:crypto';

/** IDs that look random and are the same in every run with the same seed. */
export class SeededIds {
  readonly #seed: number;
  #made = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A UUID. */
  next(): string {
    const [a, b, c, d, e] = [0, 8, 12, 16, 20].map((from, index, all) =>
      this.#digits().slice(from, all[index + 1] ?? 32),
    );
    this.#made += 1;
    return `${a}-${b}-4${c?.slice(1)}-8${d?.slice(1)}-${e}`;
  }

  hex(length: number): string {
    const digits = this.#digits().slice(0, length);
    this.#made += 1;
    return digits;
  }

  #digits(): string {
    return createHash('sha256').update(`${this.#seed}/${this.#made}`).digest('hex');
  }
}
