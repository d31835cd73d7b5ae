import { READER_TAG } from '../contract.ts';
import type { KeyDeclaration, ReaderDeclaration } from '../declaration.ts';
import { factId } from './derivation.ts';
import type { SecretState } from './ports.ts';
import { CURRENT, findRetirement, findVersion, isLeaked, PREVIOUS } from './staging.ts';

/** CloudTrail tells a read within a quarter of an hour, as a rule. */
const TELLING_MS = 15 * 60_000;

/** The tag that says when a reader read a secret last. A hash: a role's ARN holds what a tag's name may not. */
export function readerTag({ role }: Pick<ReaderDeclaration, 'role'>): string {
  return `${READER_TAG}${factId(role).slice(0, 8)}`;
}

/** When a reader read the secret last, as far as CloudTrail has told; undefined if it never did. */
export function lastReadOf(secret: Pick<SecretState, 'tags'>, reader: ReaderDeclaration): Date | undefined {
  const at = new Date(secret.tags.get(readerTag(reader)) ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/**
 * When the current version became current, as its predecessor's due time tells; undefined if there is none, or if
 * its key is dead already.
 */
export function promotionTime(
  secret: Pick<SecretState, 'versions'>,
  { gracePeriodMinutes }: Pick<KeyDeclaration, 'gracePeriodMinutes'>,
): Date | undefined {
  const previous = findVersion(secret, PREVIOUS);
  const labels = previous === undefined ? [] : (secret.versions.get(previous) ?? []);
  const dueAt = findRetirement(labels)?.dueAt;
  if (!dueAt || isLeaked(labels)) return dueAt; // without a grace period it was due at once
  return new Date(dueAt.getTime() - gracePeriodMinutes * 60_000);
}

/**
 * Readers that should have read the current version by now and have not: those that run always. One that never read
 * the secret at all does not use it yet.
 */
export function laggingReaders(
  secret: Pick<SecretState, 'versions' | 'tags'>,
  declared: KeyDeclaration,
  now: Date,
): ReaderDeclaration[] {
  const promotedAt = promotionTime(secret, declared);
  if (!promotedAt) return [];
  return declared.readers.filter((reader) => {
    const mayLateMs = reader.cacheMinutes * 60_000 + TELLING_MS;
    const lastRead = lastReadOf(secret, reader);
    if (reader.runs === 'sometimes' || lastRead === undefined) return false;
    return lastRead < promotedAt && now.getTime() - promotedAt.getTime() > mayLateMs;
  });
}

/** Whether a reader asked for another version than the current one, longer after the promotion than its cache time. */
export function readsReplacedVersion(
  read: { readonly at: Date; readonly id?: string | undefined; readonly stagingLabel?: string | undefined },
  secret: Pick<SecretState, 'versions'>,
  { declared, reader }: { declared: KeyDeclaration; reader: ReaderDeclaration },
): boolean {
  const asked = read.id ?? findVersion(secret, read.stagingLabel ?? CURRENT);
  if (asked === undefined || asked === findVersion(secret, CURRENT)) return false;
  const promotedAt = promotionTime(secret, declared)?.getTime() ?? Number.NEGATIVE_INFINITY;
  return read.at.getTime() - promotedAt > reader.cacheMinutes * 60_000;
}
