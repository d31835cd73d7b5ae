import { hash } from 'node:crypto';

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Repeatable randomness: the same seed and label give the same values in the same order.
 * Two labels give independent streams, so drawing from one does not disturb the other.
 */
export class SeededRandom {
  readonly #origin: string;
  #drawn = 0;

  constructor(seed: number, label: string) {
    this.#origin = `${seed}/${label}`;
  }

  /** A number from 0 up to, but not including, 1. */
  fraction(): number {
    return Number.parseInt(this.#block().slice(0, 12), 16) / 2 ** 48;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Lower-case hexadecimal digits, at most 64. */
  hex(length: number): string {
    return this.#block().slice(0, length);
  }

  /** Letters of either case and digits. */
  alphanumeric(length: number): string {
    let text = '';
    while (text.length < length) text += [...Buffer.from(this.#block(), 'hex')].map(toAlphanumeric).join('');
    return text.slice(0, length);
  }

  /** Decimal digits of which the first is not zero, at most 15. */
  digits(length: number): string {
    const lowest = 10 ** (length - 1);
    return String(lowest + Math.floor(this.fraction() * 9 * lowest));
  }

  /** A shuffled copy. */
  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, rank: this.fraction() }))
      .sort((left, right) => left.rank - right.rank)
      .map(({ item }) => item);
  }

  #block(): string {
    this.#drawn += 1;
    return hash('sha256', `${this.#origin}/${this.#drawn}`, 'hex');
  }
}

function toAlphanumeric(byte: number): string {
  return alphanumeric.charAt(byte % alphanumeric.length);
}
