import { InputError } from './input-error.ts';

/** A JSON object whose values have not been looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The fields of a management request. @throws InputError for anything but an object, and for unknown names.
 */
export function parseFields(value: unknown, known: readonly string[]): Fields {
  if (!isFields(value)) throw new InputError('the body must be a JSON object');
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InputError(`unknown field "${unknown}", known: ${known.join(', ')}`);
  return value;
}

/** A text field, or undefined when it is absent. @throws InputError for any other type. */
export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new InputError(`"${name}" must be text`);
}

/** A list of texts, or undefined when it is absent. @throws InputError for any other type. */
export function optionalTexts(fields: Fields, name: string): string[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw new InputError(`"${name}" must be a list of texts`);
}

/** One of the named values, or undefined when it is absent. @throws InputError for any other value. */
export function optionalChoice<T extends string>(
  fields: Fields,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = optionalText(fields, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new InputError(`"${name}" must be one of ${choices.join(', ')}`);
  return choice;
}

/** A finite number, or undefined when it is absent. @throws InputError for any other type. */
export function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new InputError(`"${name}" must be a number`);
}

/** True or false, or undefined when it is absent. @throws InputError for any other type. */
export function optionalFlag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new InputError(`"${name}" must be true or false`);
}
