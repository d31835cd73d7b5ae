import { inspect } from 'node:util';
import type { z } from 'zod';

/** One wrong value: which field, what was got, what is allowed. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly got: unknown;
  readonly allowed: string;
}

/** The configuration is refused. The message has one line for each wrong value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(problems: readonly Problem[]) {
    super(problems.map(sentence).join('\n'));
  }
}

/** Stands for a value that is not repeated in an error: it may be a secret that does not belong here. */
const WITHHELD = Symbol('withheld');

function sentence({ path, got, allowed }: Problem): string {
  return `${fieldOf(path)}: got ${show(got)}, allowed: ${allowed}`;
}

function fieldOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return steps.join('').replace(/^\./, '') || 'configuration';
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === WITHHELD) return 'a field that does not exist';
  if (typeof value === 'string') return `'${value}'`;
  return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY });
}

/** Turns what zod found in a configuration into problems that name the field as the adopter wrote it. */
export function problemsOf(error: z.ZodError, config: unknown): Problem[] {
  return error.issues
    .flatMap((issue) => fromIssue(issue, []))
    .map(({ got, ...problem }) => ({
      ...problem,
      got: got ?? valueAt(config, problem.path),
    }));
}

function fromIssue(issue: z.core.$ZodIssue, parent: readonly PropertyKey[]): Problem[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const allowed = 'the fields in docs/configuration.md';
    return issue.keys.map((key) => ({ path: [...path, key], got: WITHHELD, allowed }));
  }
  const closest = issue.code === 'invalid_union' ? closestBranch(issue.errors) : undefined;
  if (closest) return closest.flatMap((inner) => fromIssue(inner, path));
  return [{ path, got: undefined, allowed: issue.message }];
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], config);
}

/** The variant of a union that was most likely meant is the one with the fewest faults. */
function closestBranch(branches: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  return branches.toSorted((a, b) => a.length - b.length)[0];
}
