import { POWER_TAG } from '../contract.ts';
import { type ListedKey, shortKeyId } from './api-key.ts';
import { type Fault, findDrift, findWidening } from './checks.ts';
import { factId } from './derivation.ts';
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
  const key = observed.declared.name;
  const reason = 'CurrentKeyNotListed';
  return {
    findings: [
      {
        ...({ event: 'KeyMissing', key, reason } as const),
        versionId: current,
        keyId: observed.keyIds.get(current),
        message: 'the exchange does not list the key that is AWSCURRENT; rotate it now',
        occurrence: dayOf(now),
      },
    ],
    gauges: { keysMissing: 1 },
    // There is nothing left to stop.
    signs: [{ reason, keys: [key], lastSeen: now, admits: ['rotate'], declaredBy: 'key' }],
  };
}

/**
 * The current key is not as declared. More power than declared is a sign of misuse, unless the key was noted to be
 * just so when it was still as declared: then it is the declaration that was changed.
 */
export function findDrifted({ observed, currentKey, now }: Subject): Contribution {
  const { declared, secret } = observed;
  const drift = currentKey && findDrift(currentKey, declared);
  if (!drift) return notePower(observed, currentKey);
  const noted = secret.tags.get(POWER_TAG);
  const widening = noted === powerMark(currentKey) ? undefined : findWidening(currentKey, declared);
  const about = { key: declared.name, keyId: currentKey.keyId, occurrence: dayOf(now) };
  if (!widening)
    return { findings: [{ event: 'DriftFound', ...about, ...drift }], gauges: { driftedKeys: 1 } };
  return {
    findings: [{ event: 'PowerWidened', ...about, ...widening }],
    gauges: { widenedKeys: 1 },
    signs: isNotedFor(currentKey, noted) ? [widened(declared.name, widening, now)] : [],
  };
}

/** What the key itself says that it may do, where the list of keys leaves rights out. */
export function widened(
  key: string,
  { reason }: Fault,
  now: Date,
): NonNullable<Contribution['signs']>[number] {
  return { reason, keys: [key], lastSeen: now, admits: ['rotate', 'stop'], declaredBy: 'key' };
}

function notePower({ declared, secret }: Subject['observed'], key: ListedKey | undefined): Contribution {
  const value = key && powerMark(key);
  if (value === undefined || secret.tags.get(POWER_TAG) === value) return {};
  return { notes: [{ key: declared.name, tag: POWER_TAG, value }] };
}

/** A mark of the key and of what it may do. */
function powerMark({ keyId, permission, products, allowList }: ListedKey): string {
  const addresses = allowList === 'untold' ? [allowList] : [...allowList].sort();
  return `${keyMark(keyId)} ${factId(permission, ...[...products].sort(), '', ...addresses).slice(0, 8)}`;
}

function isNotedFor({ keyId }: ListedKey, noted: string | undefined): boolean {
  return noted?.startsWith(`${keyMark(keyId)} `) === true;
}

function keyMark(keyId: string): string {
  return factId(keyId).slice(0, 8);
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

/** How old the current key is, in days and against the time between two rotations. */
export function measureAge({ observed, currentKey, now }: Subject): Contribution {
  const createdAt = currentKey?.createdAt;
  if (!createdAt) return {};
  const ageMs = Math.max(0, now.getTime() - createdAt.getTime());
  const policyMs = observed.declared.intervalMinutes * 60_000;
  return { gauges: { oldestKeyDays: ageMs / DAY_MS, keyAgeOfPolicy: (100 * ageMs) / policyMs } };
}

/** In which state the key is; what is missing or stopped is counted where it is found. */
export function countState({ observed, current, currentKey }: Subject): Contribution {
  if (observed.pending) return { gauges: { rotatingKeys: 1 } };
  if (current === undefined) return { gauges: { emptyKeys: 1 } };
  return currentKey ? { gauges: { currentKeys: 1 } } : {};
}

export function findForeign(observation: Observation, now: Date): Contribution {
  const foreign = foreignKeys(observation);
  const findings = foreign.map(
    ({ key, subAccount }): Fact => ({
      event: 'ForeignKeyFound',
      keyId: key.keyId,
      subAccount,
      since: key.createdAt,
      reason: 'NotMadeByRekey',
      message: `sub-account ${subAccount} holds key ${shortKeyId(key.keyId)}, which Rekey did not make`,
      occurrence: dayOf(now),
    }),
  );
  const signs = foreign.map(({ key, subAccount }) => ({
    reason: 'NotMadeByRekey',
    keys: keysOn(observation, subAccount),
    lastSeen: key.createdAt ?? now,
    // A new key of ours would change nothing about a key that is not ours.
    admits: ['stop'] as const,
    declaredBy: 'key' as const,
  }));
  return { findings, gauges: { foreignKeys: findings.length }, signs };
}

function keysOn({ keys }: Observation, subAccount: string): string[] {
  return keys
    .filter(({ declared }) => declared.subAccount === subAccount)
    .map(({ declared }) => declared.name);
}
