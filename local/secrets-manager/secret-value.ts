import { inspect } from 'node:util';

/** A secret's value. It prints as `[redacted]` wherever it is not asked for by `expose`. */
export class SecretValue {
  readonly #bytes: Buffer;
  readonly #isText: boolean;

  private constructor(bytes: Buffer, isText: boolean) {
    this.#bytes = bytes;
    this.#isText = isText;
  }

  static ofText(text: string): SecretValue {
    return new SecretValue(Buffer.from(text, 'utf8'), true);
  }

  static ofBinary(bytes: Uint8Array): SecretValue {
    return new SecretValue(Buffer.from(bytes), false);
  }

  /** Text and binary of the same bytes are two different values. */
  equals(other: SecretValue): boolean {
    return this.#isText === other.#isText && this.#bytes.equals(other.#bytes);
  }

  /** The member of an answer that carries the value. */
  expose(): { SecretString: string } | { SecretBinary: Uint8Array } {
    if (this.#isText) return { SecretString: this.#bytes.toString('utf8') };
    return { SecretBinary: new Uint8Array(this.#bytes) };
  }

  toJSON(): string {
    return '[redacted]';
  }

  toString(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
