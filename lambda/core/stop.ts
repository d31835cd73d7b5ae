import { secretName } from '../contract.ts';
import type { KeyDeclaration } from '../declaration.ts';
import { type ManagerKey, shortKeyId } from './api-key.ts';
import { chooseKey, isChosen } from './choice.ts';
import { OutcomeUnknownError, RateLimitedError } from './errors.ts';
import { type OperationPorts, type Order, recordOrder, requireKey } from './operations.ts';
import type { Exchange, SecretState, SecretStore, Time } from './ports.ts';
import {
  CURRENT,
  findRetirement,
  findStop,
  findVersion,
  PENDING,
  restartLabels,
  retireLabel,
  stoppedLabel,
} from './staging.ts';
import { findStoredKey } from './stored-key.ts';

/** What stopping a key works with. */
export interface StopPorts extends OperationPorts {
  readonly exchange: Exchange;
  /** @throws InvalidInputError `ManagerMissing` */
  readonly manager: () => Promise<ManagerKey>;
}

/** Why a key is stopped. */
export type StopReason = 'Asked' | 'Drill' | 'Suspicion' | 'UndeclaredRead';

/** What stopping a key has come to. */
export interface StopResult {
  /** Keys that the exchange has been told to delete, and that it has said are deleted. */
  readonly revoked: number;
  /** Keys that may still live: another order, or the next reconcile pass, tries again. */
  readonly left: number;
  /** Shortened IDs of stored keys that Rekey did not make: a person has to delete them. */
  readonly foreign: readonly string[];
}

/** A call that may be sent again is sent again after this, where the exchange says nothing else. */
const AGAIN_MS = 1_000;
/** A call that may or may not have had an effect is sent so often. */
const MOST_TRIES = 5;

/**
 * Ends a key without a new one. It is marked as stopped first, so that nothing rotates it from now on, whatever
 * happens; then every key that a version holds is revoked, without asking the exchange anything. Proof and the rest
 * is reconcile's. Called again, it does what was left.
 * @param until after this no further key is begun
 */
export async function stopKey(
  order: Order,
  ports: StopPorts,
  { reason, until }: { reason: StopReason; until: Date },
): Promise<StopResult> {
  const { store } = ports;
  const declared = requireKey(order);
  const state = await store.describe(secretName(order.declaration.account, declared.name));
  if (!findStop(state)) await mark(order, ports, { state, reason });
  const { due, ...result } = await revokeStored({ declared, state, until }, ports);
  for (const versionId of due) await makeDueNow({ state, versionId }, ports);
  await holdStopped(store, state.arn);
  return result;
}

/** Told before it is done: that it was ordered must be known even if nothing of it succeeds. */
async function mark(
  order: Order,
  ports: StopPorts,
  { state, reason }: { state: SecretState; reason: StopReason },
): Promise<void> {
  const current = findVersion(state, CURRENT);
  await recordOrder(order, ports, {
    event: 'StopOrdered',
    versionId: current,
    reason,
    message:
      current === undefined
        ? 'the key is stopped before it has ever been issued'
        : 'every key of it is revoked, and no new one is issued until it is resumed',
  });
  const holder = current ?? findVersion(state, PENDING);
  if (holder !== undefined) await ports.store.attachLabel(state.arn, stoppedLabel(holder), holder);
}

interface Stopping {
  readonly declared: KeyDeclaration;
  readonly state: SecretState;
  readonly until: Date;
}

/** Whose a stored key is shows in what was chosen for its version; where it does not, reconcile finds it by its label. */
async function revokeStored(
  stopping: Stopping,
  ports: StopPorts,
): Promise<StopResult & { readonly due: readonly string[] }> {
  const { declared, state } = stopping;
  const { salt } = await ports.manager();
  const foreign: string[] = [];
  const due: string[] = [];
  let revoked = 0;
  let left = 0;
  for (const versionId of currentFirst(state)) {
    const stored = await findStoredKey(ports.store, state.arn, versionId);
    if (!stored) continue;
    const isOurs = isChosen(chooseKey(salt, { secretArn: state.arn, versionId }, ports.exchange), stored);
    if (isOurs === false && stored.keyId !== declared.replaces) {
      foreign.push(shortKeyId(stored.keyId));
      continue;
    }
    await noteDebt({ state, versionId }, ports);
    due.push(versionId);
    if (isOurs !== undefined && (await revokeInTime(stored.keyId, stopping, ports))) revoked += 1;
    else left += 1;
  }
  return { revoked, left, foreign, due };
}

interface Holder {
  readonly state: SecretState;
  readonly versionId: string;
}

/** Before a key is revoked: that its death has to be proven and told must be known even if this is cut off here. */
async function noteDebt(holder: Holder, { store, time }: StopPorts): Promise<void> {
  const { state, versionId } = holder;
  if (findRetirement(state.versions.get(versionId) ?? []) || isSettled(holder)) return;
  await store.attachLabel(state.arn, retireLabel(versionId, time.now()), versionId);
}

/** The key was stopped before, to the end, which is that its rotation is off; and its debt was settled since. */
function isSettled({ state, versionId }: Holder): boolean {
  return !state.rotationEnabled && findStop(state)?.versionId === versionId;
}

/** No grace period counts any more. After the keys are revoked, as that is in a hurry and this is not. */
async function makeDueNow({ state, versionId }: Holder, { store, time }: StopPorts): Promise<void> {
  const due = findRetirement(state.versions.get(versionId) ?? []);
  const now = time.now();
  if (due && due.dueAt > now) await store.attachLabel(state.arn, retireLabel(versionId, now), versionId);
}

/** What is used most dies first. */
function currentFirst({ versions }: SecretState): string[] {
  const isCurrent = (versionId: string) => (versions.get(versionId)?.includes(CURRENT) ? 0 : 1);
  return [...versions.keys()].sort((a, b) => isCurrent(a) - isCurrent(b));
}

/** To revoke a key again is harmless, so what is not known to have happened is simply repeated. */
async function revokeInTime(
  keyId: string,
  { declared: { subAccount }, until }: Stopping,
  { exchange, time }: StopPorts,
): Promise<boolean> {
  for (let attempt = 1; time.now() < until; attempt += 1) {
    try {
      await exchange.revokeKey({ subAccount, keyId });
      return true;
    } catch (error) {
      const pause = pauseAfter(error);
      if (pause === undefined || attempt === MOST_TRIES) return false;
      await time.wait(pause);
    }
  }
  return false;
}

function pauseAfter(error: unknown): number | undefined {
  if (error instanceof RateLimitedError) return error.retryAfterMs ?? AGAIN_MS;
  return error instanceof OutcomeUnknownError ? AGAIN_MS : undefined;
}

/** Turns rotation off and drops what is pending: a rotation that is under way ends with its next step. */
export async function holdStopped(store: SecretStore, secretArn: string): Promise<void> {
  const secret = await store.describe(secretArn);
  if (secret.rotationEnabled) await store.cancelRotation(secretArn);
  const pending = findVersion(secret, PENDING);
  if (pending !== undefined) await store.removeLabel(secretArn, PENDING, pending);
  for (const [versionId, labels] of secret.versions) {
    for (const label of restartLabels(labels)) await store.removeLabel(secretArn, label, versionId);
  }
}

/** What is left of the time that an order may take. */
export function untilAfter(time: Time, ms: number): Date {
  return new Date(time.now().getTime() + ms);
}
