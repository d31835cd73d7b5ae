import { dayOf, type Fact } from './facts.ts';
import type { Action, RevokeAction } from './plan.ts';
import { findRetirement, findStop, restartLabels, retirementLabels, settledLabels } from './staging.ts';
import { type Contribution, findKeyOf, type Subject } from './subject.ts';

/** A key that is not dead this long after it was stopped is overdue. */
const STOP_TOLERANCE_MS = 15 * 60_000;

/**
 * A stopped key stays stopped: nothing rotates it, and every key of it dies, the current one too. Which labels say
 * that a death has still to be proven and told is as everywhere: the due time.
 */
export function planStopped(subject: Subject): Contribution {
  const stop = findStop(subject.observed.secret);
  if (!stop) return {};
  const alive = livingKeys(subject);
  const findings = alive.filter(({ debt }) => isOverdue(debt?.dueAt, subject.now));
  return {
    actions: [...hold(subject), ...alive.map(({ action }) => action), ...goneKeys(subject)],
    findings: findings.map(({ action }) => overdue(action, subject.now)),
    gauges: { stoppedKeys: 1, revocationsOverdue: findings.length, retiringKeys: alive.length },
  };
}

function hold({ observed }: Subject): Action[] {
  const { secret, declared, pending } = observed;
  const isToRestart = [...secret.versions.values()].some((labels) => restartLabels(labels).length > 0);
  if (!secret.rotationEnabled && !pending && !isToRestart) return [];
  return [{ act: 'holdStopped', key: declared.name, versionId: pending?.versionId }];
}

interface Living {
  readonly action: RevokeAction;
  readonly debt: { readonly dueAt: Date } | undefined;
}

/** Ours, and the hand-made one that is declared as ours to retire. */
function livingKeys(subject: Subject): Living[] {
  const { observed, own } = subject;
  const { name: key, replaces } = observed.declared;
  const ours = own.map(({ listed, versionId }): Living => {
    const labels = observed.secret.versions.get(versionId ?? '') ?? [];
    return {
      action: {
        ...({ act: 'revoke', key, keyId: listed.keyId, reason: 'Stopped' } as const),
        ...(versionId === undefined ? {} : { versionId }),
        ...debtOf(versionId, labels),
      },
      debt: findRetirement(labels),
    };
  });
  const handMade = observed.listed.filter(({ keyId }) => keyId === replaces);
  return [
    ...ours,
    ...handMade.map(
      ({ keyId }): Living => ({
        action: { act: 'revoke', key, keyId, reason: 'Stopped' },
        debt: undefined,
      }),
    ),
  ];
}

/** Keys that are gone already, and whose end has still to be told. */
function goneKeys(subject: Subject): RevokeAction[] {
  const { observed, own } = subject;
  return [...observed.secret.versions].flatMap(([versionId, labels]): RevokeAction[] => {
    const isOwn = own.some((key) => key.versionId === versionId);
    const keyId = observed.keyIds.get(versionId);
    if (isOwn || retirementLabels(labels).length === 0 || findKeyOf(subject, versionId)) return [];
    return [
      {
        ...({ act: 'revoke', key: observed.declared.name, reason: 'AlreadyGone', versionId } as const),
        keyId: keyId ?? 'unknown',
        ...debtOf(versionId, labels),
      },
    ];
  });
}

function debtOf(versionId: string | undefined, labels: readonly string[]): Pick<RevokeAction, 'debt'> {
  if (versionId === undefined || retirementLabels(labels).length === 0) return {};
  return { debt: { versionId, stagingLabels: settledLabels(labels) } };
}

function isOverdue(dueAt: Date | undefined, now: Date): boolean {
  return dueAt !== undefined && now.getTime() - dueAt.getTime() > STOP_TOLERANCE_MS;
}

function overdue({ key, keyId, versionId }: RevokeAction, now: Date): Fact {
  return {
    ...({ event: 'RevocationOverdue', key, keyId, versionId, reason: 'StillAlive' } as const),
    message: 'the key was stopped, and the exchange has not let go of it; delete it by hand',
    occurrence: dayOf(now),
  };
}
