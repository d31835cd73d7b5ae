import { parseKey } from './monitor.ts';
import { SECRET } from './setting.ts';
import type { World } from './world.ts';

/** What is counted of every system in the same way, whatever it promises. */
export interface Tally {
  /** Living keys at rest that were made by the system and that no reader ever got. */
  readonly liveOrphans: number;
  /** Moments at which readers got a key that did not work. */
  readonly momentsWithoutKey: number;
  /** Keys that were revoked while they were current, or while a reader could still hold them. */
  readonly revokedInUse: number;
  /** Living keys at rest that were replaced and that nothing will ever revoke. */
  readonly revocationsForgotten: number;
}

export const NO_TALLY: Tally = {
  liveOrphans: 0,
  momentsWithoutKey: 0,
  revokedInUse: 0,
  revocationsForgotten: 0,
};

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    liveOrphans: a.liveOrphans + b.liveOrphans,
    momentsWithoutKey: a.momentsWithoutKey + b.momentsWithoutKey,
    revokedInUse: a.revokedInUse + b.revokedInUse,
    revocationsForgotten: a.revocationsForgotten + b.revocationsForgotten,
  };
}

/** Counts at rest. @param keepsPrevious whether the system means to let the key before the current one live */
export function tallyOf({ monitor, secrets, key }: World, keepsPrevious: boolean): Tally {
  const { labels, textOf } = secrets.inspect(SECRET);
  const holder = (label: string) => parseKey(textOf(labels.get(label) ?? ''))?.apiKey;
  const meant = ['AWSCURRENT', 'AWSPENDING', ...(keepsPrevious ? ['AWSPREVIOUS'] : [])].map(holder);
  const retiring = [...labels.keys()].filter((label) => label.startsWith('rekey-retire-')).map(holder);
  const stray = monitor.records
    .filter(({ deletedAt, subAccount }) => deletedAt === null && subAccount === key.subAccount)
    .map(({ apiKey }) => apiKey)
    .filter((apiKey) => ![...monitor.foreign.keys(), ...meant, ...retiring].includes(apiKey));
  return {
    liveOrphans: stray.filter((apiKey) => !monitor.hasReigned(apiKey)).length,
    momentsWithoutKey: monitor.momentsWithoutKey,
    revokedInUse: monitor.keysRevokedInUse,
    revocationsForgotten: stray.filter((apiKey) => monitor.hasReigned(apiKey)).length,
  };
}
