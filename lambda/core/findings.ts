import { shortKeyId } from './api-key.ts';
import { findDrift } from './checks.ts';
import { dayOf, type Fact } from './facts.ts';
import type { Observation } from './observation.ts';
import { foreignKeys } from './ownership.ts';
import type { Contribution, Subject } from './subject.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A rotation may be late by its retries. */
const ROTATION_TOLERANCE_MS = HOUR_MS;
/** Time to replace a key that the exchange will end. */
const EXPIRY_WARNING_MS = 7 * DAY_MS;

export function findMissing({ observed, current, currentKey, now }: Subject): Contribution {
  if (current === undefined || currentKey) return {};
  return {
    findings: [
      {
        event: 'KeyMissing',
        key: observed.declared.name,
        versionId: current,
        keyId: observed.keyIds.get(current),
        reason: 'CurrentKeyNotListed',
        message: 'the exchange does not list the key that is AWSCURRENT; rotate it now',
        occurrence: dayOf(now),
      },
    ],
    gauges: { keysMissing: 1 },
  };
}

export function findDrifted({ observed, currentKey, now }: Subject): Contribution {
  const drift = currentKey && findDrift(currentKey, observed.declared);
  if (!drift) return {};
  const subject = { event: 'DriftFound', key: observed.declared.name, keyId: currentKey.keyId } as const;
  return { findings: [{ ...subject, ...drift, occurrence: dayOf(now) }], gauges: { driftedKeys: 1 } };
}

export function findExpiring({ observed, currentKey, now }: Subject): Contribution {
  const expiresAt = currentKey?.expiresAt;
  if (!expiresAt || expiresAt.getTime() - now.getTime() > EXPIRY_WARNING_MS) return {};
  return {
    findings: [
      {
        event: 'KeyExpiring',
        key: observed.declared.name,
        keyId: currentKey.keyId,
        reason: 'ExpiresSoon',
        message: `the exchange ends the key at ${expiresAt.toISOString()}; rotate it before`,
        occurrence: dayOf(now),
      },
    ],
    gauges: { keysExpiring: 1 },
  };
}

export function findOverdue({ observed, now }: Subject): Contribution {
  const { rotationEnabled, nextRotationAt } = observed.secret;
  const late =
    nextRotationAt !== undefined && now.getTime() - nextRotationAt.getTime() > ROTATION_TOLERANCE_MS;
  if (rotationEnabled && !late) return {};
  const [reason, message] = rotationEnabled
    ? ['NextDatePassed', `the key was to be rotated by ${nextRotationAt?.toISOString()}`]
    : ['RotationDisabled', 'the rotation of the secret is turned off; deploy again to turn it on'];
  return {
    findings: [
      { event: 'RotationOverdue', key: observed.declared.name, reason, message, occurrence: dayOf(now) },
    ],
    gauges: { rotationsOverdue: 1 },
  };
}

export function measureAge({ currentKey, now }: Subject): Contribution {
  const createdAt = currentKey?.createdAt;
  if (!createdAt) return {};
  return { gauges: { oldestKeyDays: Math.max(0, (now.getTime() - createdAt.getTime()) / DAY_MS) } };
}

export function findForeign(observation: Observation, now: Date): Contribution {
  const findings = foreignKeys(observation).map(
    ({ key, subAccount }): Fact => ({
      event: 'ForeignKeyFound',
      keyId: key.keyId,
      reason: 'NotMadeByRekey',
      message: `sub-account ${subAccount} holds key ${shortKeyId(key.keyId)}, which Rekey did not make`,
      occurrence: dayOf(now),
    }),
  );
  return { findings, gauges: { foreignKeys: findings.length } };
}
