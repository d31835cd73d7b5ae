import { secretName } from '../contract.ts';
import type { KeyDeclaration } from '../declaration.ts';
import { type ManagerKey, shortKeyId } from './api-key.ts';
import { chooseKey, isChosen } from './choice.ts';
import { InvalidInputError, OutcomeUnknownError, RateLimitedError } from './errors.ts';
import { type OperationPorts, type Order, recordOrder, requireKey } from './operations.ts';
import type { Exchange, SecretState, SecretStore, Time } from './ports.ts';
import {
  CURRENT,
  findRetirement,
  findStop,
  findVersion,
  frozenLabel,
  isLeaked,
  leakedLabel,
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
  const { store, time } = ports;
  const declared = requireKey(order);
  const state = await store.describe(secretName(order.declaration.account, declared.name));
  const current = findVersion(state, CURRENT);
  if (!findStop(state)) await mark(order, ports, { state, current, reason });
  const { holders, ...result } = await revokeStored({ declared, state, until }, ports);
  const now = time.now();
  for (const versionId of holders) {
    const due = findRetirement(state.versions.get(versionId) ?? []);
    // Of a key that was stopped before, the death of the current key may have been told already.
    const isTold = findStop(state) !== undefined && !due;
    if (isTold || (due && due.dueAt <= now)) continue;
    await store.attachLabel(state.arn, retireLabel(versionId, now), versionId);
  }
  await holdStopped(store, state.arn);
  return result;
}

/** Told before it is done: that it was ordered must be known even if nothing of it succeeds. */
async function mark(
  order: Order,
  ports: StopPorts,
  { state, current, reason }: { state: SecretState; current: string | undefined; reason: StopReason },
): Promise<void> {
  await recordOrder(order, ports, {
    event: 'StopOrdered',
    versionId: current,
    reason,
    message:
      current === undefined
        ? 'the key is stopped before it has ever been issued'
        : 'every key of it is revoked, and no new one is issued until it is resumed',
  });
  if (current !== undefined) await ports.store.attachLabel(state.arn, stoppedLabel(current), current);
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
): Promise<StopResult & { readonly holders: readonly string[] }> {
  const { declared, state } = stopping;
  const { salt } = await ports.manager();
  const foreign: string[] = [];
  const holders: string[] = [];
  let revoked = 0;
  let left = 0;
  for (const versionId of currentFirst(state)) {
    const stored = await findStoredKey(ports.store, state.arn, versionId);
    if (!stored) continue;
    holders.push(versionId);
    const isOurs = isChosen(chooseKey(salt, { secretArn: state.arn, versionId }, ports.exchange), stored);
    if (isOurs === false && stored.keyId !== declared.replaces) foreign.push(shortKeyId(stored.keyId));
    else if (isOurs === undefined) left += 1;
    else if (await revokeInTime(stored.keyId, stopping, ports)) revoked += 1;
    else left += 1;
  }
  return { revoked, left, foreign, holders };
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

/** How many keys are stopped side by side: the calls to AWS of one overlap with those to the exchange of another. */
const SIDE_BY_SIDE = 8;

/** What stopping several keys has come to. */
export interface StopAllResult {
  readonly stopped: ReadonlyMap<string, StopResult>;
  /** Keys that there was no time for. */
  readonly notBegun: readonly string[];
  /** Why a key could not be stopped, for the log. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/** Stops several keys. One that fails does not keep the others from being stopped, and counts as one that may live. */
export async function stopKeys(
  keys: readonly string[],
  order: Omit<Order, 'key'>,
  { ports, ...how }: { ports: StopPorts; reason: StopReason; until: Date },
): Promise<StopAllResult> {
  const stopped = new Map<string, StopResult>();
  const failures = new Map<string, unknown>();
  const queue = [...keys];
  const work = async () => {
    while (ports.time.now() < how.until) {
      const key = queue.shift();
      if (key === undefined) return;
      try {
        stopped.set(key, await stopKey({ ...order, key }, ports, how));
      } catch (error) {
        failures.set(key, error);
        stopped.set(key, { revoked: 0, left: 1, foreign: [] });
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return { stopped, notBegun: queue, failures };
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

/**
 * A sub-account all of whose keys are stopped is frozen, where that is declared and the exchange can. One that is
 * frozen already was frozen by somebody else, who will unfreeze it. @returns those that were frozen
 */
export async function freezeStopped(order: Omit<Order, 'key'>, ports: StopPorts): Promise<string[]> {
  const { setFrozen, activity } = ports.exchange;
  if (!setFrozen) return [];
  const frozen: string[] = [];
  for (const [subAccount, keys] of bySubAccount(order.declaration.keys)) {
    if (!keys.some(({ freezeOnStop }) => freezeOnStop)) continue;
    const names = keys.map(({ name }) => secretName(order.declaration.account, name));
    const stops = await findStops(names, ports.store);
    if (!stops || (await activity.listFrozen?.())?.includes(subAccount)) continue;
    await setFrozen(subAccount, true);
    frozen.push(subAccount);
    for (const { arn, versionId } of stops)
      await ports.store.attachLabel(arn, frozenLabel(versionId), versionId);
    await recordOrder({ ...order, key: undefined }, ports, {
      ...({ event: 'SubAccountFrozen', subAccount, reason: 'Stopped' } as const),
      message: `sub-account ${subAccount} is frozen, as all its keys are stopped`,
    });
  }
  return frozen;
}

interface StoppedSecret {
  readonly arn: string;
  readonly versionId: string;
}

/** What marks these secrets as stopped; undefined unless all of them are. */
async function findStops(names: readonly string[], store: SecretStore): Promise<StoppedSecret[] | undefined> {
  const stops: StoppedSecret[] = [];
  for (const name of names) {
    const secret = await store.describe(name);
    const stop = findStop(secret);
    if (!stop) return undefined;
    stops.push({ arn: secret.arn, versionId: stop.versionId });
  }
  return stops;
}

function bySubAccount(keys: readonly KeyDeclaration[]): Map<string, KeyDeclaration[]> {
  const groups = new Map<string, KeyDeclaration[]>();
  for (const key of keys) groups.set(key.subAccount, [...(groups.get(key.subAccount) ?? []), key]);
  return groups;
}

/**
 * Rotates a stopped key again, and issues a new one at once. A sub-account that was frozen with it is unfrozen. What
 * the key was before gets no grace period: it is dead, or should be.
 * @returns the version rotated to @throws InvalidInputError `NotStopped`
 */
export async function resumeKey(order: Order, ports: StopPorts): Promise<string> {
  const { store } = ports;
  const declared = requireKey(order);
  const state = await store.describe(secretName(order.declaration.account, declared.name));
  const stop = findStop(state);
  if (!stop && state.rotationEnabled)
    throw new InvalidInputError('NotStopped', `${declared.name} is not stopped; there is nothing to resume`);
  if (stop) await unfreeze({ order, state, subAccount: declared.subAccount }, ports, stop.versionId);
  await recordOrder(order, ports, {
    ...({ event: 'KeyResumed', reason: 'Asked' } as const),
    message: 'the key is rotated again; a new one is issued now',
  });
  const current = findVersion(state, CURRENT);
  if (current !== undefined && !isLeaked(state.versions.get(current) ?? []))
    await store.attachLabel(state.arn, leakedLabel(current), current);
  if (stop) await store.removeLabel(state.arn, stop.stagingLabel, stop.versionId);
  return await store.rotate(state.arn);
}

/** Only what was frozen with the stop: who else has frozen it has reasons of his own. */
async function unfreeze(
  { order, state, subAccount }: { order: Order; state: SecretState; subAccount: string },
  ports: StopPorts,
  versionId: string,
): Promise<void> {
  const label = frozenLabel(versionId);
  if (!state.versions.get(versionId)?.includes(label)) return;
  await ports.exchange.setFrozen?.(subAccount, false);
  await recordOrder({ ...order, key: undefined }, ports, {
    ...({ event: 'SubAccountUnfrozen', subAccount, reason: 'Resumed' } as const),
    message: `sub-account ${subAccount} may trade again`,
  });
  await ports.store.removeLabel(state.arn, label, versionId);
}

/** What is left of the time that an order may take. */
export function untilAfter(time: Time, ms: number): Date {
  return new Date(time.now().getTime() + ms);
}
