import type { ReaderDeclaration } from '../declaration.ts';
import { dayOf, type Fact } from './facts.ts';
import { laggingReaders, lastReadOf, promotionTime } from './readers.ts';
import { CURRENT, findVersion, isLeaked, PREVIOUS } from './staging.ts';
import { type Contribution, findKeyOf, type Subject } from './subject.ts';

/** Readers that run always and have not read the current version, and a replaced key that is still used. */
export function findLagging(subject: Subject): Contribution {
  const { observed, now } = subject;
  const { secret, declared } = observed;
  const findings = [
    ...laggingReaders(secret, declared, now).map((reader) => notRead(subject, reader)),
    ...(isStillUsed(subject) ? [stillUsed(subject)] : []),
  ];
  return { findings, gauges: { laggingReaders: findings.length } };
}

/** Whether the key that was replaced last is kept beyond its grace period: somebody still needs it, and may. */
export function isWaitedFor(subject: Subject, versionId: string, dueAt: Date): boolean {
  const { secret, declared } = subject.observed;
  const waitMs = declared.waitForReadersMinutes * 60_000;
  const labels = secret.versions.get(versionId) ?? [];
  if (waitMs === 0 || versionId !== findVersion(secret, PREVIOUS) || isLeaked(labels)) return false;
  if (subject.now.getTime() >= dueAt.getTime() + waitMs) return false;
  return laggingReaders(secret, declared, subject.now).length > 0 || isStillUsed(subject);
}

/** Where the exchange tells when a key was used last. */
function isStillUsed(subject: Subject): boolean {
  const { secret, declared } = subject.observed;
  const promotedAt = promotionTime(secret, declared);
  const lastUsedAt = previousKey(subject)?.lastUsedAt;
  if (!promotedAt || !lastUsedAt) return false;
  const cacheMinutes = Math.max(0, ...declared.readers.map((reader) => reader.cacheMinutes));
  return lastUsedAt.getTime() > promotedAt.getTime() + cacheMinutes * 60_000;
}

function previousKey(subject: Subject) {
  const previous = findVersion(subject.observed.secret, PREVIOUS);
  return previous === undefined ? undefined : findKeyOf(subject, previous);
}

function notRead({ observed, now }: Subject, reader: ReaderDeclaration): Fact {
  const { secret, declared } = observed;
  return {
    ...({ event: 'LaggingReader', key: declared.name, reason: 'NotRead' } as const),
    versionId: findVersion(secret, CURRENT),
    since: promotionTime(secret, declared),
    evidence: { reader: reader.role, lastRead: lastReadOf(secret, reader)?.toISOString() ?? 'never' },
    message: `${reader.role} has not read the new key; it may still use the replaced one`,
    occurrence: `${reader.role} ${dayOf(now)}`,
  };
}

function stillUsed(subject: Subject): Fact {
  const key = previousKey(subject);
  return {
    ...({ event: 'LaggingReader', key: subject.observed.declared.name, reason: 'StillUsed' } as const),
    keyId: key?.keyId,
    since: key?.lastUsedAt,
    message: `the replaced key was used at ${key?.lastUsedAt?.toISOString()}, after every reader's cache time`,
    occurrence: dayOf(subject.now),
  };
}
