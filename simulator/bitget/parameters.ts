import type { Fields } from '../fields.ts';
import { Refusal } from './refusal.ts';

/**
 * A text that must be there and not be empty. @throws Refusal 40019 when it is not, 40017 when it is no text.
 */
export function requiredText(fields: Fields, name: string): string {
  const value = fields[name];
  if (value === undefined || value === null || value === '') throw new Refusal('40019', name);
  if (typeof value !== 'string') throw new Refusal('40017', name);
  return value;
}

/** A text, or undefined when it is absent or empty. @throws Refusal 40017 when it is no text. */
export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Refusal('40017', name);
  return value;
}

/** One of the given values. @throws Refusal 40019 when it is absent, 40017 when it is another. */
export function requiredChoice<T extends string>(fields: Fields, name: string, choices: readonly T[]): T {
  const value = requiredText(fields, name);
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new Refusal('40017', name);
  return choice;
}

/** One of the given values, or undefined when it is absent. @throws Refusal 40017 when it is another. */
export function optionalChoice<T extends string>(
  fields: Fields,
  name: string,
  choices: readonly T[],
): T | undefined {
  return optionalText(fields, name) === undefined ? undefined : requiredChoice(fields, name, choices);
}

/** A list of texts, or undefined when it is absent. @throws Refusal 40017 when it is something else. */
export function optionalTexts(fields: Fields, name: string): string[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw new Refusal('40017', name);
}

/** The size of a page. @throws Refusal 40053 when it is not a whole number from 1 to 100. */
export function pageLimit(fields: Fields, otherwise: number): number {
  const text = optionalText(fields, 'limit') ?? String(otherwise);
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 100) return limit;
  throw new Refusal('40053', 'limit', '1-100');
}

/** A moment in milliseconds, or undefined when it is absent. @throws Refusal 40017 for anything else. */
export function optionalMoment(fields: Fields, name: string): number | undefined {
  const text = optionalText(fields, name);
  if (text === undefined) return undefined;
  if (/^\d{13}$/.test(text)) return Number(text);
  throw new Refusal('40017', name);
}
