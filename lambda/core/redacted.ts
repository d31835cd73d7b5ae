const HIDDEN = '[redacted]';

/**
 * A string that must not leave the process except on purpose: printing, JSON, templates and inspection
 * all show `[redacted]`. Only `reveal()` gives the value, so every place that does can be searched for.
 */
export class Redacted {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Only for signing, sending to the exchange and storing in Secrets Manager. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}
