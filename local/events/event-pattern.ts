import { isRecord } from '../json.ts';
import { isScalar, type Matcher, parseMatcher, type Scalar } from './matchers.ts';

/** A pattern that was checked. */
export interface EventPattern {
  matches(event: unknown): boolean;
}

interface FieldPatterns {
  readonly fields: ReadonlyMap<string, FieldPattern>;
  /** One of each list must match. */
  readonly alternatives: readonly (readonly FieldPatterns[])[];
}

type FieldPattern =
  | { readonly kind: 'leaf'; readonly matchers: readonly Matcher[] }
  | { readonly kind: 'node'; readonly inner: FieldPatterns };

const LONGEST = 2048;

/**
 * Reads an event pattern with every operator that EventBridge has.
 *
 * @throws Error for a pattern that EventBridge would refuse.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function parseEventPattern(pattern: unknown): EventPattern {
  const length = JSON.stringify(pattern).length;
  if (length > LONGEST)
    throw new Error(`the event pattern has ${length} characters, EventBridge takes ${LONGEST}`);
  const parsed = parseFields(pattern, 'the event pattern');
  return { matches: (event) => fieldsMatch(parsed, event) };
}

function parseFields(pattern: unknown, where: string): FieldPatterns {
  if (!isRecord(pattern) || Object.keys(pattern).length === 0)
    throw new Error(`${where} must be a non-empty object`);
  const { $or: alternatives, ...fields } = pattern;
  return {
    fields: new Map(
      Object.entries(fields).map(([name, field]) => [name, parseField(field, `${where}.${name}`)]),
    ),
    alternatives: alternatives === undefined ? [] : [parseAlternatives(alternatives, where)],
  };
}

function parseAlternatives(alternatives: unknown, where: string): FieldPatterns[] {
  if (!Array.isArray(alternatives) || alternatives.length < 2)
    throw new Error(`${where}.$or needs two or more patterns`);
  return alternatives.map((one, index) => parseFields(one, `${where}.$or[${index}]`));
}

function parseField(field: unknown, where: string): FieldPattern {
  if (!Array.isArray(field)) return { kind: 'node', inner: parseFields(field, where) };
  if (field.length === 0) throw new Error(`${where} needs at least one value`);
  return { kind: 'leaf', matchers: field.map(parseMatcher) };
}

/** In a list of objects one and the same object must match all fields. */
function fieldsMatch(pattern: FieldPatterns, value: unknown): boolean {
  if (Array.isArray(value) && value.length > 0) return value.some((item) => fieldsMatch(pattern, item));
  const members = isRecord(value) ? value : {};
  for (const [name, field] of pattern.fields) if (!fieldMatches(field, members[name])) return false;
  return pattern.alternatives.every((list) => list.some((one) => fieldsMatch(one, value)));
}

function fieldMatches(field: FieldPattern, value: unknown): boolean {
  if (field.kind === 'node') return fieldsMatch(field.inner, value);
  const scalars = scalarsOf(value);
  return field.matchers.some((matcher) =>
    matcher.kind === 'absent' ? scalars.length === 0 : scalars.some((scalar) => matcher.fits(scalar)),
  );
}

/** Only plain values and plain values in lists can match; an object is not a value. */
function scalarsOf(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(scalarsOf);
  return isScalar(value) ? [value] : [];
}
