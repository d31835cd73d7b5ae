import { secretName } from '../contract.ts';
import type { AccountStatus, KeyStatus } from '../operate-protocol.ts';
import { shortKeyId } from './api-key.ts';
import type { Observation } from './observation.ts';
import { foreignKeys } from './ownership.ts';
import { lastReadOf } from './readers.ts';
import { planReconcile } from './reconcile.ts';
import { findReplacement, findRetirement, findStop } from './staging.ts';
import { findKeyOf, type Subject, subjectOf } from './subject.ts';

/** The state of one account's keys, from the same observation and the same rules as a reconcile pass. */
export function accountStatus(
  observation: Observation,
  account: Pick<AccountStatus, 'account' | 'exchange' | 'environment' | 'manager' | 'unseen'>,
  now: Date,
): AccountStatus {
  const { findings } = planReconcile(observation, now);
  const keys = observation.keys.map((observed) => {
    const subject = subjectOf(observed, observation, now);
    const { name } = observed.declared;
    const reasons = findings.filter((finding) => finding.key === name).map((finding) => finding.reason);
    return keyStatus(subject, {
      secretName: secretName(account.account, name),
      findings: [...new Set(reasons)],
    });
  });
  return { ...account, keys, foreignKeys: foreignKeys(observation).map(({ key }) => shortKeyId(key.keyId)) };
}

function keyStatus(subject: Subject, known: Pick<KeyStatus, 'secretName' | 'findings'>): KeyStatus {
  const { observed, currentKey } = subject;
  const { nextRotationAt } = observed.secret;
  return {
    key: observed.declared.name,
    ...known,
    state: stateOf(subject, known.findings),
    ...(currentKey ? { keyId: shortKeyId(currentKey.keyId) } : {}),
    ...(currentKey?.createdAt ? { issuedAt: currentKey.createdAt.toISOString() } : {}),
    ...(nextRotationAt ? { nextRotationAt: nextRotationAt.toISOString() } : {}),
    retiring: retiringKeys(subject),
    readers: observed.declared.readers.map((reader) => {
      const lastReadAt = lastReadOf(observed.secret, reader)?.toISOString();
      return { role: reader.role, ...(lastReadAt === undefined ? {} : { lastReadAt }) };
    }),
  };
}

function stateOf(
  { observed, current, currentKey }: Subject,
  findings: readonly string[],
): KeyStatus['state'] {
  if (findStop(observed.secret)) return 'Stopped';
  if (observed.pending) return 'Rotating';
  if (current === undefined) return 'Empty';
  if (!currentKey) return 'Missing';
  return findings.includes('NextDatePassed') ? 'Overdue' : 'Current';
}

function retiringKeys(subject: Subject): KeyStatus['retiring'] {
  const { observed, current, now } = subject;
  const { replaces } = observed.declared;
  const isStopped = findStop(observed.secret) !== undefined;
  return [...observed.secret.versions].flatMap(([versionId, labels]) => {
    const retirement = versionId === current && !isStopped ? undefined : findRetirement(labels);
    const replacement = replaces === undefined ? undefined : findReplacement(labels, replaces);
    return [
      ...(retirement ? [{ due: retirement, keyId: findKeyOf(subject, versionId)?.keyId }] : []),
      ...(replacement ? [{ due: replacement, keyId: replaces }] : []),
    ].map(({ due, keyId }) => ({
      keyId: keyId === undefined ? 'gone' : shortKeyId(keyId),
      dueAt: due.dueAt.toISOString(),
      overdue: due.dueAt < now,
    }));
  });
}
