const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** Larger numbers EventBridge does not compare. */
const LARGEST = 5e9;

/**
 * Reads `["=", 5]`, `[">", 0]` or `[">", 0, "<=", 5]`.
 *
 * @throws Error for anything else, for numbers beyond five thousand million, and for an empty range.
 */
export function parseNumericRange(range: unknown): (value: number) => boolean {
  if (!Array.isArray(range) || (range.length !== 2 && range.length !== 4)) {
    throw new Error('numeric needs an operator and a number, once or twice');
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < range.length; at += 2) {
    const [operator, bound] = [range[at], range[at + 1]];
    const compare = COMPARISONS[String(operator)];
    if (!compare) throw new Error(`numeric does not know the operator ${JSON.stringify(operator)}`);
    if (typeof bound !== 'number' || Math.abs(bound) > LARGEST) {
      throw new Error(`numeric compares numbers from -5e9 to 5e9, not ${JSON.stringify(bound)}`);
    }
    tests.push((value) => compare(value, bound));
  }
  if (range.length === 4) requireRange(range);
  return (value) => tests.every((test) => test(value));
}

function requireRange(range: readonly unknown[]): void {
  const [lower, from, upper, to] = range;
  const isRange = String(lower).startsWith('>') && String(upper).startsWith('<') && Number(from) < Number(to);
  if (!isRange) throw new Error('a numeric range needs a lower bound first and a higher upper bound');
}
