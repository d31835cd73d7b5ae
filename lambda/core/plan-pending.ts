import type { ListedKey } from './api-key.ts';
import { shortKeyId } from './api-key.ts';
import { findDrift } from './checks.ts';
import { dayOf, type Fact } from './facts.ts';
import type { ObservedPending } from './observation.ts';
import type { OwnKey } from './ownership.ts';
import type { Action } from './plan.ts';
import { IN_FLIGHT_MS } from './rotation-job.ts';
import { isLeaked } from './staging.ts';
import type { Contribution, Subject } from './subject.ts';

/** A rotation that fails is tried again while its window is open, at most a day. */
const LONGEST_WINDOW_MS = 25 * 3_600_000;

/** How long an emergency rotation may take, with what Secrets Manager tries again, before it is begun anew. */
const EMERGENCY_PATIENCE_MS = 30 * 60_000;

/**
 * Keys that are not in use yet: a pending version that can never be promoted is given up, and keys with our
 * label that no version holds are revoked once no rotation can be holding them in its hands.
 */
export function planPending(subject: Subject): Contribution {
  const { observed, own, now } = subject;
  const old = (key: ListedKey) => isOld(key.createdAt, now);
  const orphans = own.filter((key) => key.versionId === undefined).map((key) => key.listed);
  const unstored = own
    .filter((key) => isUnstored(key, observed.pending))
    .map((key) => key.listed)
    .filter((key) => isOld(key.createdAt ?? later(observed.pending?.createdAt), now));
  return {
    findings: [...orphans, ...unstored].map((key) => orphanFound(key, subject)),
    actions: [
      ...orphans.filter(old).map((key) => revokeOrphan(key, subject, 'Orphan')),
      ...unstored.map((key) => revokeOrphan(key, subject, 'SecretNeverStored')),
      ...abandon(subject),
    ],
    gauges: { orphanKeys: orphans.length + unstored.length },
  };
}

/** The key was issued for the pending version, and its secret never arrived there. */
function isUnstored({ versionId }: OwnKey, pending: ObservedPending | undefined): boolean {
  return pending !== undefined && pending.versionId === versionId && pending.keyId === undefined;
}

function abandon(subject: Subject): Action[] {
  const { pending, declared } = subject.observed;
  if (!pending) return [];
  const reason = whyHopeless(pending, subject) ?? whyTooSlow(pending, subject);
  return reason ? [{ act: 'abandonPending', key: declared.name, versionId: pending.versionId, reason }] : [];
}

/** The key of the pending version is not what was declared, or not there any more. */
function whyHopeless(
  pending: ObservedPending,
  { observed, own, currentKey, now }: Subject,
): string | undefined {
  if (pending.keyId === undefined || pending.keyId === currentKey?.keyId) return undefined; // a deploy-time test
  const listed = own.find((key) => key.listed.keyId === pending.keyId)?.listed;
  const reason = listed ? findDrift(listed, observed.declared)?.reason : 'PendingKeyGone';
  return isOld(listed?.createdAt ?? pending.createdAt, now) ? reason : undefined;
}

/** The window of a rotation may have closed, and the next one is far: a leaked key cannot wait for it. */
function whyTooSlow({ createdAt }: ObservedPending, { observed, current, now }: Subject): string | undefined {
  const isLeak = current !== undefined && isLeaked(observed.secret.versions.get(current) ?? []);
  if (!isLeak || createdAt === undefined) return undefined;
  return now.getTime() - createdAt.getTime() >= EMERGENCY_PATIENCE_MS ? 'EmergencyUnfinished' : undefined;
}

function revokeOrphan(key: ListedKey, { observed }: Subject, reason: 'Orphan' | 'SecretNeverStored'): Action {
  return { act: 'revoke', key: observed.declared.name, keyId: key.keyId, reason };
}

function orphanFound(key: ListedKey, { observed, now }: Subject): Fact {
  return {
    event: 'OrphanFound',
    key: observed.declared.name,
    keyId: key.keyId,
    reason: 'NoVersionHoldsIt',
    message: `key ${shortKeyId(key.keyId)} carries our label and no version of the secret holds it`,
    occurrence: dayOf(now),
  };
}

/** Where the exchange does not tell a key's age, a late try may have just made it: wait until no window is open. */
function later(since: Date | undefined): Date | undefined {
  return since && new Date(since.getTime() + LONGEST_WINDOW_MS);
}

/** Where nobody tells the age, a key counts as old: no version that is pending could hold it. */
function isOld(since: ObservedPending['createdAt'], now: Date): boolean {
  return since === undefined || now.getTime() - since.getTime() >= IN_FLIGHT_MS;
}
