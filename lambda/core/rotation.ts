import { type Credentials, shortKeyId } from './api-key.ts';
import { findDrift } from './checks.ts';
import { keyLabel } from './derivation.ts';
import { CheckFailedError, InvalidInputError } from './errors.ts';
import type { Fact } from './facts.ts';
import { type Issue, issueAndStore } from './issue.ts';
import type { SecretState } from './ports.ts';
import { noteRetirements, type Retirement } from './retirement.ts';
import { askUntil, SETTLING } from './retry.ts';
import { type Rotation, type RotationPorts, recordFacts } from './rotation-job.ts';
import { CURRENT, findStop, findVersion, isLeaked, PENDING, PREVIOUS } from './staging.ts';
import { findStoredKey } from './stored-key.ts';
import { findListed, proveWorks, verifyAtOnce, verifyKey } from './verification.ts';

/*
 * The life of a key, and who moves it on:
 *
 *   declared ──createStep──▶ issued ──setStep──▶ confirmed ──testStep──▶ verified ──finishStep──▶ current
 *                              │ crash                                                               │ next finishStep
 *                              ▼                                                                     ▼
 *                            orphan ──next createStep, or reconcile──▶ dead ◀──reconcile, when due── retiring
 *
 * Secrets Manager calls the four steps in order, each in an invocation of its own, and calls all of them
 * again with the same token when one fails. So every step first asks whether its work is already done, and
 * reads what it needs from the world, never from memory.
 */

/**
 * Issues the key and stores it as the pending version. Called again, it keeps a stored key. If an earlier
 * attempt was cut off between the exchange and Secrets Manager, the key it made is found by its label, and adopted
 * if its key pair is ours; if the exchange showed its secret once, nobody has that, and the key is revoked first.
 */
export async function createStep(rotation: Rotation, ports: RotationPorts): Promise<void> {
  const state = await requirePending(rotation, ports);
  const { secretArn, version } = rotation;
  // A current version has a value, readable or not: what carries its label is no orphan.
  const isCurrent = findVersion(state, CURRENT) === version.versionId;
  const stored = isCurrent
    ? await requireValue(rotation, ports)
    : await ports.store.findValue(secretArn, version.versionId);
  const { credentials, reason }: Issue = stored
    ? { credentials: stored, reason: 'AlreadyIssued' }
    : await issueAndStore(rotation, ports);
  await recordFacts(rotation, ports, [
    {
      event: 'KeyIssued',
      keyId: credentials.keyId,
      reason,
      message: `the exchange made key ${shortKeyId(credentials.keyId)}; its secret is the pending version`,
    },
  ]);
}

/** Confirms through the manager key that the exchange made what was declared. Changes nothing. */
export async function setStep(rotation: Rotation, ports: RotationPorts): Promise<void> {
  const credentials = await requireValue(rotation, ports);
  const { subAccount } = rotation.key;
  const listed = await findListed(ports, subAccount, credentials.keyId);
  if (!listed) throw new CheckFailedError('KeyNotListed', 'the sub-account does not list the pending key');
  const drift = findDrift(await ports.exchange.completeKey(subAccount, listed), rotation.key);
  if (drift) throw new CheckFailedError(drift.reason, drift.message);
}

/**
 * Verifies the pending key by a call that it signs itself. Also called at deploy time, on a version that
 * holds a copy of the current key or nothing at all; then it only asks whether the current key still works.
 */
export async function testStep(rotation: Rotation, ports: RotationPorts): Promise<void> {
  const pending = await ports.store.findValue(rotation.secretArn, rotation.version.versionId);
  if (!pending && (await wasIssued(rotation, ports))) throw nothingStored();
  const proof = pending && (await verifyAtOnce(pending, rotation.key, ports));
  const current = proof ? undefined : await findTestedCurrent(rotation, ports, pending);
  if (current) return await proveWorks(current, rotation.key, ports);
  if (!pending) return;
  const { reason, message } = proof ?? (await verifyKey(pending, rotation.key, ports));
  await recordFacts(rotation, ports, [{ event: 'KeyVerified', keyId: pending.keyId, reason, message }]);
}

/** The current key, if the version is not a rotation's but one that a deploy-time test made: a copy, or empty. */
async function findTestedCurrent(
  { secretArn, version: { versionId } }: Rotation,
  { store }: RotationPorts,
  pending: Credentials | undefined,
): Promise<Credentials | undefined> {
  const current = findVersion(await store.describe(secretArn), CURRENT);
  if (current === undefined || current === versionId) return undefined;
  const currentKey = await findStoredKey(store, secretArn, current);
  return !pending || pending.keyId === currentKey?.keyId ? currentKey : undefined;
}

/**
 * Promotes the verified key. The replaced key's due time is written down before the promotion, so there is
 * no moment in which it could be forgotten. Called again after the promotion, it only tells it once more.
 */
export async function finishStep(rotation: Rotation, ports: RotationPorts): Promise<void> {
  const state = await requirePending(rotation, ports);
  const to = rotation.version.versionId;
  const { keyId } = await requireValue(rotation, ports);
  const from = findVersion(state, CURRENT);
  const due = await noteRetirements(rotation, ports, state);
  if (from !== to) await ports.store.promote(rotation.secretArn, { from, to });
  const replaced = from === to ? findVersion(state, PREVIOUS) : from;
  const emergency = replaced !== undefined && isLeaked(state.versions.get(replaced) ?? []);
  const promoted: Fact = {
    event: 'KeyPromoted',
    keyId,
    reason: emergency ? 'EmergencyRotation' : 'Verified',
    message: `key ${shortKeyId(keyId)} is current; readers get it from now on`,
    emergency,
  };
  await recordFacts(rotation, ports, [promoted, ...retiring(due, emergency)]);
}

function retiring(due: Retirement | undefined, emergency: boolean): Fact[] {
  if (!due) return [];
  const about = { event: 'KeyRetiring', versionId: due.versionId } as const;
  if (emergency)
    return [{ ...about, reason: 'EmergencyRotation', message: 'the replaced key is revoked at once' }];
  const message = `the replaced key works on until ${due.dueAt.toISOString()}`;
  return [{ ...about, reason: 'GracePeriodRunning', message }];
}

async function requirePending(
  { secretArn, version }: Rotation,
  { store }: RotationPorts,
): Promise<SecretState> {
  const state = await store.describe(secretArn);
  if (!state.rotationEnabled)
    throw new InvalidInputError('RotationDisabled', 'rotation of this secret is turned off');
  if (findStop(state))
    throw new InvalidInputError('KeyStopped', 'the key is stopped; no version is rotated to');
  const labels = state.versions.get(version.versionId) ?? [];
  if (labels.includes(PENDING) || labels.includes(CURRENT)) return state;
  throw new InvalidInputError('VersionNotPending', 'the version to rotate to is not AWSPENDING');
}

/** What an earlier step has just stored may not be readable at once. */
async function requireValue({ secretArn, version }: Rotation, ports: RotationPorts): Promise<Credentials> {
  const read = () => ports.store.findValue(secretArn, version.versionId);
  const value = await askUntil(read, ports.time, SETTLING);
  if (value) return value;
  throw nothingStored();
}

function nothingStored(): CheckFailedError {
  return new CheckFailedError(
    'NothingStored',
    'the pending version has no value; the create step has not finished',
  );
}

/** Tells a rotation whose value is not readable from a deploy-time test, which issues nothing. */
async function wasIssued({ secretArn, version, key }: Rotation, ports: RotationPorts): Promise<boolean> {
  const manager = await ports.manager().catch(ifMissing);
  if (!manager) return false;
  const label = keyLabel(manager.salt, secretArn, version.versionId);
  return (await ports.exchange.listKeys(key.subAccount)).some((listed) => listed.label === label);
}

function ifMissing(error: unknown): undefined {
  if (error instanceof InvalidInputError && error.reason === 'ManagerMissing') return undefined;
  throw error;
}
