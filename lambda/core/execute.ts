import { shortKeyId } from './api-key.ts';
import { CheckFailedError } from './errors.ts';
import { type Fact, type Scene, tell } from './facts.ts';
import type { Observation, ObservedKey } from './observation.ts';
import type { Action, RevokeAction } from './plan.ts';
import type { AuditLog, Exchange, SecretState, SecretStore, Time } from './ports.ts';
import { proveGone } from './revocation.ts';
import { CURRENT, findStop, findVersion, PENDING, restartLabel, retireLabel } from './staging.ts';
import { holdStopped } from './stop.ts';
import { findStoredKey } from './stored-key.ts';

/** What carrying out a plan needs. */
export interface ExecutionPorts {
  readonly store: SecretStore;
  readonly exchange: Exchange;
  readonly audit: AuditLog;
  readonly time: Time;
}

/** The pass that decided. */
export interface Pass {
  readonly scene: Scene;
  readonly observation: Observation;
}

interface Job {
  readonly pass: Pass;
  readonly observed: ObservedKey;
  readonly ports: ExecutionPorts;
}

/**
 * Carries out one action. Each may be repeated; each looks once more before it destroys anything, and counts
 * as done only when the audit bus has accepted its event. @throws if it is not done: the next pass sees that.
 */
export async function execute(action: Action, pass: Pass, ports: ExecutionPorts): Promise<void> {
  const observed = pass.observation.keys.find((key) => key.declared.name === action.key);
  if (!observed) return;
  const job = { pass, observed, ports };
  switch (action.act) {
    case 'revoke':
      return await revoke(action, job);
    case 'startGracePeriod':
      return await startGracePeriod(action, job);
    case 'keepCurrent':
      return await takeOff(action, job);
    case 'rotate':
      await ports.store.rotate(observed.secret.arn);
      return await takeOff(action, job);
    case 'abandonPending':
      return await abandonPending(action, job);
    case 'holdStopped':
      return await holdStopped(ports.store, observed.secret.arn);
  }
}

/** The debt is settled last: if anything before fails, the label stays and the next pass tries again. */
async function revoke(action: RevokeAction, job: Job): Promise<void> {
  const { observed, ports } = job;
  const { subAccount } = observed.declared;
  await confirmRevocation(action, job);
  const debt = action.debt ?? (await noteDebt(action, job));
  if (action.reason !== 'AlreadyGone') await ports.exchange.revokeKey({ subAccount, keyId: action.keyId });
  const credentials = await findSecret(action, job);
  await proveGone(ports, { subAccount, keyId: action.keyId, credentials });
  const proof = credentials
    ? 'the exchange no longer lists it and refuses it'
    : 'the exchange no longer lists it';
  await record(job, {
    event: isOrphan(action) ? 'OrphanRevoked' : 'KeyRevoked',
    keyId: action.keyId,
    versionId: action.versionId,
    reason: action.reason,
    message: `key ${shortKeyId(action.keyId)} is dead: ${proof}`,
  });
  if (debt) await takeOff(debt, job);
}

/** A stopped key that no order to stop has got to: that its death is to be told must outlast a cut after it. */
async function noteDebt(
  { reason, versionId }: RevokeAction,
  { observed, ports }: Job,
): Promise<RevokeAction['debt']> {
  if (reason !== 'Stopped' || versionId === undefined) return undefined;
  const label = retireLabel(versionId, ports.time.now());
  await ports.store.attachLabel(observed.secret.arn, label, versionId);
  return { versionId, stagingLabels: [label] };
}

async function takeOff(
  { versionId, stagingLabels }: { versionId: string; stagingLabels: readonly string[] },
  { observed, ports }: Job,
): Promise<void> {
  for (const label of stagingLabels) await ports.store.removeLabel(observed.secret.arn, label, versionId);
}

/** Told before it is done, like giving up a pending version: both leave no trace that a repeat could tell from. */
async function startGracePeriod(
  action: Extract<Action, { act: 'startGracePeriod' }>,
  job: Job,
): Promise<void> {
  await record(job, {
    event: 'KeyRetiring',
    versionId: action.versionId,
    reason: 'NoDueTime',
    message: `a replaced key had no due time; it works on until ${action.dueAt.toISOString()}`,
  });
  const label = retireLabel(action.versionId, action.dueAt);
  await job.ports.store.attachLabel(job.observed.secret.arn, label, action.versionId);
}

/** The key of the version becomes an orphan by this, and a later pass revokes it. */
async function abandonPending(action: Extract<Action, { act: 'abandonPending' }>, job: Job): Promise<void> {
  const { store } = job.ports;
  const secret = await store.describe(job.observed.secret.arn);
  const labels = secret.versions.get(action.versionId) ?? [];
  if (!labels.includes(PENDING) || labels.includes(CURRENT)) return;
  await record(job, {
    event: 'PendingAbandoned',
    versionId: action.versionId,
    reason: action.reason,
    message: 'the pending version will not do; it is given up and a new rotation is started',
  });
  const { versionId } = action;
  const restart = restartLabel(versionId);
  if (secret.rotationEnabled) await store.attachLabel(secret.arn, restart, versionId);
  await store.removeLabel(secret.arn, PENDING, versionId);
  if (!secret.rotationEnabled) return; // somebody has turned it off, and RotateSecret would turn it on
  await store.rotate(secret.arn);
  await store.removeLabel(secret.arn, restart, versionId);
}

/**
 * Reads once more what readers get and what is pending: between the observation and now somebody may have put
 * the key to use, or something else in place of the key that was found alive.
 */
async function confirmRevocation({ keyId, reason }: RevokeAction, { observed, ports }: Job): Promise<void> {
  const secret = await ports.store.describe(observed.secret.arn);
  if (findStop(observed.secret)) return confirmStop(secret, reason);
  if (findVersion(secret, CURRENT) !== findVersion(observed.secret, CURRENT)) throw currentMoved();
  for (const label of [CURRENT, PENDING]) {
    const versionId = findVersion(secret, label);
    if (versionId === undefined) continue;
    const stored = await findStoredKey(ports.store, secret.arn, versionId);
    if (stored?.keyId === keyId) throw inUse();
  }
}

/** Of a stopped key everything dies, what readers get as well; but only as long as it is stopped. */
function confirmStop(secret: SecretState, reason: RevokeAction['reason']): void {
  if (reason === 'AlreadyGone' || findStop(secret)) return;
  throw new CheckFailedError('NotStopped', 'the key was resumed since it was looked at; nothing is revoked');
}

async function findSecret({ versionId, keyId }: RevokeAction, { observed, ports }: Job) {
  if (versionId === undefined) return undefined;
  const stored = await findStoredKey(ports.store, observed.secret.arn, versionId);
  return stored?.keyId === keyId ? stored : undefined;
}

function currentMoved(): CheckFailedError {
  return new CheckFailedError(
    'CurrentMoved',
    'another version became current since it was looked at; nothing is revoked before the next look',
  );
}

function inUse(): CheckFailedError {
  return new CheckFailedError('KeyInUse', 'the key was put to use since it was looked at; it is not revoked');
}

/** Whether the action revokes a key that no version holds. */
export function isOrphan({ reason }: Pick<Action, 'act'> & { reason?: string }): boolean {
  return reason === 'Orphan' || reason === 'SecretNeverStored';
}

async function record({ pass, observed, ports }: Job, fact: Fact): Promise<void> {
  await ports.audit.record([tell(pass.scene, ports.time.now(), { key: observed.declared.name, ...fact })]);
}
