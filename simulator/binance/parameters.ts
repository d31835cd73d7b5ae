import { Refusal } from './refusal.ts';
import type { RequestText } from './request-text.ts';

/** The parameters of one request. Every method throws a Refusal that names the parameter. */
export class Parameters {
  readonly #text: RequestText;

  constructor(text: RequestText) {
    this.#text = text;
  }

  get names(): string[] {
    return [...this.#text.values.keys()];
  }

  isInQuery(name: string): boolean {
    return this.#text.inQuery.has(name);
  }

  /** A text, or undefined when it is absent. @throws Refusal -1105 when it is empty */
  optional(name: string): string | undefined {
    const value = this.#text.values.get(name);
    if (value === '') throw new Refusal('-1105', { details: [name] });
    return value;
  }

  /** @throws Refusal -1102 when it is absent or empty */
  required(name: string): string {
    const value = this.#text.values.get(name);
    if (value === undefined || value === '') throw new Refusal('-1102', { details: [name] });
    return value;
  }

  /** A text of a legal form, or undefined. @throws Refusal -1100 for any other */
  optionalLegal(name: string, range: RegExp): string | undefined {
    const value = this.optional(name);
    if (value === undefined || range.test(value)) return value;
    throw new Refusal('-1100', { details: [name, range.source] });
  }

  requiredLegal(name: string, range: RegExp): string {
    this.required(name);
    return this.optionalLegal(name, range) ?? '';
  }

  /** `true` or `false`, in small letters, or undefined. @throws Refusal -1100 for anything else */
  flag(name: string): boolean | undefined {
    const value = this.optionalLegal(name, /^(true|false)$/);
    return value === undefined ? undefined : value === 'true';
  }

  /** A whole number. @throws Refusal -1100 when it is none, -1102 when it is too great, -1130 too small */
  whole(
    name: string,
    { otherwise, least, most }: { otherwise: number; least: number; most: number },
  ): number {
    const value = Number(this.optionalLegal(name, /^[0-9]{1,20}$/) ?? otherwise);
    if (value > most) throw new Refusal('-1102', { wording: 'tooGreat', details: [name, String(most)] });
    if (value < least) throw new Refusal('-1130', { details: [name] });
    return value;
  }

  /** A moment in milliseconds, sent as milliseconds or microseconds, or undefined. */
  moment(name: string): number | undefined {
    const value = this.optionalLegal(name, /^[0-9]{1,20}$/);
    return value === undefined ? undefined : toMilliseconds(Number(value));
  }
}

/** Milliseconds reach 10^15 in the year 33658. */
export function toMilliseconds(moment: number): number {
  return moment >= 1e15 ? moment / 1_000 : moment;
}
