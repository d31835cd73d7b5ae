import { fitsGlob } from './glob.ts';

type Test = (actual: string, wanted: string) => boolean;

interface Operator {
  readonly test: Test;
  /** Negated operators hold when none of the values fits, and when the key is absent. */
  readonly negated: boolean;
}

const sameCaseless: Test = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const same: Test = (actual, wanted) => actual === wanted;
const like: Test = (actual, wanted) => fitsGlob(wanted, actual);

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameCaseless,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: sameCaseless,
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

interface ParsedOperator extends Operator {
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
}

/** @throws Error when the operator is not modelled, so that no condition is ignored in silence. */
export function checkOperator(name: string): void {
  if (name !== 'Null') parseOperator(name);
}

/**
 * Whether one operator of a condition holds for one key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function operatorHolds(
  name: string,
  actual: readonly string[] | undefined,
  wanted: string[],
): boolean {
  if (name === 'Null')
    return wanted.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const { test, negated, quantifier, ifExists } = parseOperator(name);
  if (actual === undefined) return ifExists || negated || quantifier === 'ForAllValues';
  const fits = (value: string): boolean => wanted.some((candidate) => test(value, candidate)) !== negated;
  return quantifier === 'ForAllValues' ? actual.every(fits) : actual.some(fits);
}

function parseOperator(name: string): ParsedOperator {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name);
  const base = match?.[2] ?? '';
  const test = TESTS[NEGATED[base] ?? base];
  if (!test) throw new Error(`the local cloud does not model the condition operator ${name}`);
  const quantifier = match?.[1] as ParsedOperator['quantifier'];
  return { test, negated: base in NEGATED, quantifier, ifExists: match?.[3] !== undefined };
}
