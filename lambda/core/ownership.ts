import type { ListedKey } from './api-key.ts';
import { isLabelOf, keyLabel } from './derivation.ts';
import type { Observation, ObservedKey } from './observation.ts';

/** A listed key that carries our label, with the version it belongs to; without one it is an orphan. */
export interface OwnKey {
  readonly listed: ListedKey;
  readonly versionId: string | undefined;
}

/** The keys at the exchange that Rekey made for this declared key. */
export function ownKeys(observed: ObservedKey, salt: Observation['salt']): OwnKey[] {
  const { arn, versions } = observed.secret;
  const labelOf = new Map(
    [...versions.keys()].map((versionId) => [versionId, keyLabel(salt, arn, versionId)]),
  );
  return observed.listed
    .filter((listed) => isLabelOf(salt, arn, listed.label))
    .map((listed) => ({ listed, versionId: findOwner(observed, listed, labelOf) }));
}

/**
 * Keys that Rekey did not make and that no declaration names: reported, never touched. Judged only where every
 * declared key of the sub-account could be read.
 */
export function foreignKeys(observation: Observation): { key: ListedKey; subAccount: string }[] {
  const { keys, salt, unread } = observation;
  const lists = new Map(keys.map((observed) => [observed.declared.subAccount, observed.listed]));
  return [...lists].flatMap(([subAccount, listed]) => {
    if (unread.includes(subAccount)) return [];
    const neighbours = keys.filter((observed) => observed.declared.subAccount === subAccount);
    const known = (key: ListedKey) =>
      neighbours.some(
        ({ declared, secret }) => declared.replaces === key.keyId || isLabelOf(salt, secret.arn, key.label),
      );
    return listed.filter((key) => !known(key)).map((key) => ({ key, subAccount }));
  });
}

/**
 * The version that a label names or, if that one has no staging label any more, the one that holds the key: a
 * person may have stored the value again. Two keys can carry one label if an issue ran twice; then the stored
 * key ID tells which one counts.
 */
function findOwner(
  { keyIds, pending }: ObservedKey,
  listed: ListedKey,
  labelOf: ReadonlyMap<string, string>,
): string | undefined {
  for (const [versionId, label] of labelOf) {
    if (label !== listed.label) continue;
    const stored = keyIds.get(versionId) ?? (pending?.versionId === versionId ? pending.keyId : undefined);
    if (stored === undefined || stored === listed.keyId) return versionId;
  }
  if (pending?.keyId === listed.keyId) return pending.versionId;
  return [...keyIds].find(([, keyId]) => keyId === listed.keyId)?.[0];
}
