import type { Fact } from './facts.ts';
import type { Observation, ObservedKey } from './observation.ts';
import { type OwnKey, ownKeys } from './ownership.ts';
import type { Action, Gauges, Note } from './plan.ts';
import type { Sign } from './sign.ts';
import { CURRENT, findVersion } from './staging.ts';

/** One declared key with what the rules need to know of it. */
export interface Subject {
  readonly observed: ObservedKey;
  readonly own: readonly OwnKey[];
  readonly current: string | undefined;
  /** The key of the current version as the exchange lists it. */
  readonly currentKey: OwnKey['listed'] | undefined;
  readonly now: Date;
}

/** What one rule contributes to the plan. */
export interface Contribution {
  readonly findings?: readonly Fact[];
  readonly actions?: readonly Action[];
  readonly gauges?: Partial<Gauges>;
  readonly signs?: readonly Sign[];
  readonly notes?: readonly Note[];
}

/** Looks at one observed key as the rules see it. */
export function subjectOf(observed: ObservedKey, { salt }: Observation, now: Date): Subject {
  const own = ownKeys(observed, salt);
  const current = findVersion(observed.secret, CURRENT);
  const currentKey = current === undefined ? undefined : findKeyOf({ observed, own }, current);
  return { observed, own, current, currentKey, now };
}

/** The listed key that a version holds: by its label or, for a hand-made value, by its key ID. */
export function findKeyOf(
  { observed, own }: Pick<Subject, 'observed' | 'own'>,
  versionId: string,
): OwnKey['listed'] | undefined {
  const stored = observed.keyIds.get(versionId);
  const byLabel = own.find((key) => key.versionId === versionId)?.listed;
  return byLabel ?? observed.listed.find((key) => stored !== undefined && key.keyId === stored);
}
