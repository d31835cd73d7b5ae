import type { Problem } from './problem.ts';

/** A value that must be used once only, with its place in the configuration. */
export interface Entry {
  readonly value: string;
  readonly path: readonly PropertyKey[];
}

/** A problem for each entry whose value was already used by an earlier one. */
export function duplicates(entries: readonly Entry[]): Problem[] {
  const seen = new Set<string>();
  return entries.flatMap(({ value, path }) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ path, got: value, allowed: 'each only once; this one is there already' }];
  });
}
