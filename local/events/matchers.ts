import { isRecord } from '../json.ts';
import { parseAddressBlock } from './address-block.ts';
import { parseNumericRange } from './numeric-range.ts';
import { parseWildcard } from './wildcard.ts';

/** A single value of an event. */
export type Scalar = string | number | boolean | null;

/** A test of one value; `absent` ones hold where the event has no such value. */
export type Matcher = { readonly kind: 'value'; fits(value: Scalar): boolean } | { readonly kind: 'absent' };

type TextTest = (value: string) => boolean;

/**
 * Reads one entry of a field's list: a plain value or `{ "prefix": ... }` and the like.
 *
 * @throws Error for an operator that EventBridge does not have.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parseMatcher(entry: unknown): Matcher {
  if (isScalar(entry)) return value((actual) => actual === entry);
  const [operator, argument] = soleMember(entry);
  if (operator === 'exists') return exists(argument);
  if (operator === 'numeric') {
    const inRange = parseNumericRange(argument);
    return value((actual) => typeof actual === 'number' && inRange(actual));
  }
  if (operator === 'anything-but') return anythingBut(argument);
  return ofText(parseTextTest(operator, argument));
}

function exists(argument: unknown): Matcher {
  if (typeof argument !== 'boolean') throw new Error('exists needs true or false');
  return argument ? value(() => true) : { kind: 'absent' };
}

function anythingBut(argument: unknown): Matcher {
  if (isRecord(argument)) {
    const [operator, inner] = soleMember(argument);
    const tests = listOf(inner).map((one) => parseTextTest(operator, one));
    return value((actual) => typeof actual !== 'string' || !tests.some((test) => test(actual)));
  }
  const excluded = listOf(argument);
  if (!excluded.every((one) => typeof one === 'string' || typeof one === 'number')) {
    throw new Error('anything-but needs texts or numbers');
  }
  return value((actual) => !excluded.some((one) => one === actual));
}

function parseTextTest(operator: string, argument: unknown): TextTest {
  if (operator === 'prefix' || operator === 'suffix') return edgeTest(operator, argument);
  const wanted = textArgument(operator, argument);
  switch (operator) {
    case 'equals-ignore-case':
      return (actual) => actual.toLowerCase() === wanted.toLowerCase();
    case 'wildcard': {
      const expression = parseWildcard(wanted);
      return (actual) => expression.test(actual);
    }
    case 'cidr':
      return parseAddressBlock(wanted);
    default:
      throw new Error(`event patterns have no operator '${operator}'`);
  }
}

/** A prefix or suffix, plain or as `{ "equals-ignore-case": ... }`. */
function edgeTest(operator: 'prefix' | 'suffix', argument: unknown): TextTest {
  const method = operator === 'prefix' ? 'startsWith' : 'endsWith';
  if (!isRecord(argument)) {
    // An empty one is allowed and fits every text: a usual way to say 'whatever'.
    const wanted = argument === '' ? '' : textArgument(operator, argument);
    return (actual) => actual[method](wanted);
  }
  const [inner, text] = soleMember(argument);
  if (inner !== 'equals-ignore-case') throw new Error(`${operator} knows only equals-ignore-case inside`);
  const wanted = textArgument(inner, text).toLowerCase();
  return (actual) => actual.toLowerCase()[method](wanted);
}

function ofText(test: TextTest): Matcher {
  return value((actual) => typeof actual === 'string' && test(actual));
}

function value(fits: (actual: Scalar) => boolean): Matcher {
  return { kind: 'value', fits };
}

function soleMember(entry: unknown): [string, unknown] {
  const members = isRecord(entry) ? Object.entries(entry) : [];
  const [only] = members;
  if (!only || members.length !== 1) throw new Error(`a pattern cannot hold ${JSON.stringify(entry)}`);
  return only;
}

function textArgument(operator: string, argument: unknown): string {
  if (typeof argument === 'string' && argument !== '') return argument;
  throw new Error(`${operator} needs text, got ${JSON.stringify(argument)}`);
}

function listOf(argument: unknown): unknown[] {
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length === 0) throw new Error('anything-but needs at least one value');
  return list;
}

export function isScalar(entry: unknown): entry is Scalar {
  return entry === null || ['string', 'number', 'boolean'].includes(typeof entry);
}
