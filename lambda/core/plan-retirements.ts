import type { Fact } from './facts.ts';
import { dayOf } from './facts.ts';
import { isWaitedFor } from './lagging.ts';
import type { Action, RevokeAction } from './plan.ts';
import {
  CURRENT,
  type DueLabel,
  findReplacement,
  findRetirement,
  isLeaked,
  PENDING,
  replacementLabels,
  retirementLabels,
  settledLabels,
} from './staging.ts';
import { type Contribution, findKeyOf, type Subject } from './subject.ts';

/** A key that is not dead this long after it was due is overdue: somebody is woken. */
const REVOCATION_TOLERANCE_MS = 3_600_000;

/** Key ID of a retiring version that has no value: nothing at the exchange carries its label either. */
const UNKNOWN = 'unknown';

/** A key that was replaced: due or not, alive or not. */
interface Retirement {
  readonly due: DueLabel;
  readonly revoke: RevokeAction;
  readonly alive: boolean;
  /** Alive, and not made by Rekey nor named in the declaration. */
  readonly foreign: boolean;
  /** In doubt: no grace period counts. */
  readonly leaked: boolean;
  /** Kept beyond its grace period for a reader that has not read the new key. */
  readonly waitedFor: boolean;
}

/** Keys on their way out: replaced versions' keys, and the hand-made key that a version replaced. */
export function planRetirements(subject: Subject): Contribution {
  const retirements = [...retiringVersions(subject), ...replacedByHand(subject)];
  return {
    actions: [
      ...startGracePeriods(subject),
      ...keepCurrent(subject),
      ...retirements.filter((item) => mayAct(item, subject)).map((item) => item.revoke),
    ],
    findings: retirements
      .filter((item) => isOverdue(item, subject.now))
      .map((item) => overdue(item, subject)),
    gauges: {
      retiringKeys: retirements.length,
      revocationsOverdue: retirements.filter((item) => isOverdue(item, subject.now)).length,
    },
  };
}

/**
 * A dead key is settled at once. A live one is revoked when it is due, ours or declared as ours, and only
 * while the current key is alive: the last working key is never revoked.
 */
function mayAct(retirement: Retirement, subject: Subject): boolean {
  if (isInUse(retirement.revoke.keyId, subject)) return false;
  if (!retirement.alive) return true;
  if (retirement.foreign || subject.currentKey === undefined) return false;
  if (retirement.waitedFor) return false;
  return retirement.leaked || retirement.due.dueAt <= subject.now;
}

/** A person may have stored a replaced key again: what readers get, or will get, is not revoked. */
function isInUse(keyId: string, { observed, current, currentKey }: Subject): boolean {
  return [currentKey?.keyId, observed.keyIds.get(current ?? ''), observed.pending?.keyId].includes(keyId);
}

function retiringVersions(subject: Subject): Retirement[] {
  return [...subject.observed.secret.versions].flatMap(([versionId, labels]) => {
    if (labels.includes(CURRENT)) return [];
    const due = findRetirement(labels) ?? dueAtOnce(labels, subject.now);
    return due ? [retirementOf(subject, versionId, { due, labels })] : [];
  });
}

/** A mark without a due time: the emergency order was cut off, or came when the key was just being revoked. */
function dueAtOnce(labels: readonly string[], now: Date): DueLabel | undefined {
  const stagingLabel = labels.find((label) => isLeaked([label]));
  return stagingLabel === undefined ? undefined : { stagingLabel, dueAt: now };
}

function retirementOf(
  subject: Subject,
  versionId: string,
  { due, labels }: { due: DueLabel; labels: readonly string[] },
): Retirement {
  const listed = findKeyOf(subject, versionId);
  const keyId = listed?.keyId ?? subject.observed.keyIds.get(versionId) ?? UNKNOWN;
  const ours = subject.own.some((key) => key.listed.keyId === keyId);
  const leaked = isLeaked(labels);
  const { name: key, replaces } = subject.observed.declared;
  const revoke: RevokeAction = {
    act: 'revoke',
    key,
    keyId,
    reason: !listed ? 'AlreadyGone' : leaked ? 'EmergencyRotation' : 'GracePeriodOver',
    versionId,
    debt: { versionId, stagingLabels: settledLabels(labels) },
  };
  const waitedFor = isWaitedFor(subject, versionId, due.dueAt);
  return {
    due,
    revoke,
    alive: listed !== undefined,
    foreign: !ours && keyId !== replaces,
    leaked,
    waitedFor,
  };
}

function replacedByHand({ observed }: Subject): Retirement[] {
  const { replaces: keyId, name: key } = observed.declared;
  if (keyId === undefined) return [];
  const alive = observed.listed.some((listed) => listed.keyId === keyId);
  return [...observed.secret.versions].flatMap(([versionId, labels]) => {
    const due = findReplacement(labels, keyId);
    if (!due || isOnlyPending(labels)) return []; // noted, and then not promoted
    const debt = { versionId, stagingLabels: replacementLabels(labels, keyId) };
    return [
      {
        due,
        alive,
        foreign: false,
        leaked: false,
        waitedFor: false,
        revoke: { act: 'revoke', key, keyId, reason: 'ReplacedByHand', debt } as const,
      },
    ];
  });
}

/** A version that was rolled back to is in use again: its old due time must not wait for it to be replaced. */
function keepCurrent({ observed, current }: Subject): Action[] {
  const labels = retirementLabels(observed.secret.versions.get(current ?? '') ?? []);
  if (current === undefined || observed.pending || labels.length === 0) return [];
  return [{ act: 'keepCurrent', key: observed.declared.name, versionId: current, stagingLabels: labels }];
}

/** A replaced version without a due time, for example after somebody put a value by hand, gets one. */
function startGracePeriods({ observed, own, now }: Subject): Action[] {
  const graceOver = new Date(now.getTime() + observed.declared.gracePeriodMinutes * 60_000);
  return own.flatMap(({ versionId }): Action[] => {
    const labels = versionId === undefined ? undefined : observed.secret.versions.get(versionId);
    if (versionId === undefined || !labels || findRetirement(labels)) return [];
    if (labels.includes(CURRENT) || labels.includes(PENDING) || isLeaked(labels)) return [];
    return [{ act: 'startGracePeriod', key: observed.declared.name, versionId, dueAt: graceOver }];
  });
}

function isOnlyPending(labels: readonly string[]): boolean {
  return labels.includes(PENDING) && !labels.includes(CURRENT);
}

function isOverdue({ due, waitedFor }: Retirement, now: Date): boolean {
  return !waitedFor && now.getTime() - due.dueAt.getTime() > REVOCATION_TOLERANCE_MS;
}

function overdue({ due, revoke, foreign }: Retirement, { now, currentKey }: Subject): Fact {
  const why = foreign
    ? ['NotMadeByRekey', 'Rekey did not make it: name it under `replaces`, or delete it by hand']
    : currentKey
      ? ['StillAlive', 'the exchange has not let go of it']
      : ['CurrentKeyMissing', 'it is kept because the current key is not alive'];
  return {
    event: 'RevocationOverdue',
    key: revoke.key,
    keyId: revoke.keyId,
    versionId: revoke.versionId,
    reason: why[0] ?? '',
    message: `the replaced key was to be dead by ${due.dueAt.toISOString()}; ${why[1]}`,
    occurrence: dayOf(now),
  };
}
