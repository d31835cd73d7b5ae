import { secretName } from '../contract.ts';
import type { AccountDeclaration, KeyDeclaration } from '../declaration.ts';
import type { Fault } from './checks.ts';
import { findManagerFault } from './checks.ts';
import { CheckFailedError, InvalidInputError } from './errors.ts';
import { type Fact, type Scene, tell } from './facts.ts';
import type { AuditLog, Exchange, SecretState, SecretStore, Time } from './ports.ts';
import { IN_FLIGHT_MS } from './rotation-job.ts';
import {
  CURRENT,
  findRetirement,
  findStop,
  findVersion,
  isLeaked,
  leakedLabel,
  PENDING,
  retireLabel,
} from './staging.ts';

/** What a person's or an alarm's order works with. */
export interface OperationPorts {
  readonly store: SecretStore;
  readonly audit: AuditLog;
  readonly time: Time;
}

/** An order about one declared key. */
export interface Order {
  readonly scene: Scene;
  readonly declaration: AccountDeclaration;
  readonly key: string;
}

/** Starts a rotation outside the schedule; the replaced key keeps its grace period. */
export async function rotateNow(order: Order, ports: OperationPorts): Promise<string> {
  const { name } = requireKey(order);
  const secret = secretName(order.declaration.account, name);
  requireNotStopped(name, await ports.store.describe(secret));
  await recordOrder(order, ports, {
    event: 'RotationRequested',
    reason: 'Asked',
    message: 'a rotation outside the schedule was asked for',
  });
  return await ports.store.rotate(secret);
}

/** To rotate is to make a key, which is what a stop forbids. */
function requireNotStopped(name: string, state: SecretState): void {
  if (!findStop(state)) return;
  throw new InvalidInputError('KeyStopped', `${name} is stopped; resume it, which issues a new key`);
}

/**
 * Answers a leak: the current key is replaced, and it and every key still in its grace period are revoked
 * without waiting. Keys made after `leakedAt` are not in doubt, so an event that is told twice or late does
 * nothing more. @returns the version rotated to, or undefined if no current key was in doubt
 */
export async function rotateEmergency(
  order: Order,
  leakedAt: Date,
  ports: OperationPorts,
): Promise<string | undefined> {
  const { store, time } = ports;
  const { name } = requireKey(order);
  const state = await store.describe(secretName(order.declaration.account, name));
  requireNotStopped(name, state);
  const times = await store.versionTimes(state.arn);
  const doubtful = versionsInDoubt(state, times, leakedAt);
  if (doubtful.length === 0) return undefined;
  await recordOrder(order, ports, {
    event: 'EmergencyRotationStarted',
    reason: 'KeyInDoubt',
    message: `${doubtful.length} key(s) made before ${leakedAt.toISOString()} are replaced and revoked at once`,
    occurrence: leakedAt.toISOString(),
  });
  const now = time.now();
  for (const versionId of doubtful) await endGracePeriod(state, versionId, { store, now });
  if (!doubtful.includes(findVersion(state, CURRENT) ?? '')) return undefined;
  const pending = findVersion(state, PENDING);
  const mayServe =
    pending !== undefined &&
    (await isSound({ store, leakedAt, now }, state.arn, {
      versionId: pending,
      startedAt: times.get(pending),
    }));
  return await rotateOrJoin(state, store, mayServe);
}

/** Checks a manager key by what the exchange says of it. @returns the fault, or undefined if it will do */
export async function checkManager(
  exchange: Exchange,
  declaration: AccountDeclaration,
): Promise<Fault | undefined> {
  const fault = findManagerFault(await exchange.describeManager());
  if (fault) return fault;
  for (const subAccount of new Set(declaration.keys.map((key) => key.subAccount))) {
    await exchange.listKeys(subAccount);
  }
  return undefined;
}

/** Versions that readers get or got and that were made before; of one that is only pending, see `rotateOrJoin`. */
export function versionsInDoubt(
  state: SecretState,
  times: ReadonlyMap<string, Date>,
  leakedAt: Date,
): string[] {
  return [...state.versions]
    .filter(([, labels]) => labels.includes(CURRENT) || !labels.includes(PENDING))
    .map(([versionId]) => versionId)
    .filter((versionId) => (times.get(versionId)?.getTime() ?? 0) <= leakedAt.getTime());
}

/**
 * Marks the version, so that whichever rotation replaces it grants no grace period; if it is replaced already,
 * it becomes due now. Of several due times the earliest counts.
 */
async function endGracePeriod(
  state: SecretState,
  versionId: string,
  { store, now }: { store: SecretStore; now: Date },
): Promise<void> {
  const labels = state.versions.get(versionId) ?? [];
  if (!isLeaked(labels)) await store.attachLabel(state.arn, leakedLabel(versionId), versionId);
  const due = findRetirement(labels);
  if (labels.includes(CURRENT) || (due && due.dueAt <= now)) return;
  await store.attachLabel(state.arn, retireLabel(versionId, now), versionId);
}

/**
 * A rotation that is under way already will find the mark and serve as well, if its key is sound. Otherwise its
 * pending version is given up, and reconcile revokes the key that it may have made.
 */
async function rotateOrJoin(
  state: SecretState,
  store: SecretStore,
  mayServe: boolean,
): Promise<string | undefined> {
  const pending = findVersion(state, PENDING);
  try {
    return await store.rotate(state.arn);
  } catch (error) {
    if (!(error instanceof CheckFailedError) || error.reason !== 'RotationInProgress') throw error;
    if (pending === undefined) return findVersion(await store.describe(state.arn), PENDING);
    if (mayServe) return pending;
    await store.removeLabel(state.arn, PENDING, pending);
    return await store.rotate(state.arn);
  }
}

/** Whether a pending rotation may serve: it is not stuck, and holds no key that was made before the leak. */
async function isSound(
  { store, leakedAt, now }: { store: SecretStore; leakedAt: Date; now: Date },
  secretArn: string,
  { versionId, startedAt }: { versionId: string; startedAt: Date | undefined },
): Promise<boolean> {
  if (startedAt === undefined) return true;
  if (now.getTime() - startedAt.getTime() > IN_FLIGHT_MS) return false;
  if (startedAt >= leakedAt) return true;
  return (await store.findValue(secretArn, versionId)) === undefined;
}

/** The declared key of an order. @throws InvalidInputError `KeyNotDeclared` */
export function requireKey({ declaration, key }: Order): KeyDeclaration {
  const declared = declaration.keys.find((candidate) => candidate.name === key);
  if (declared) return declared;
  const names = declaration.keys.map((candidate) => candidate.name).join(', ');
  throw new InvalidInputError(
    'KeyNotDeclared',
    `account ${declaration.account} has no key ${key}; it has ${names}`,
  );
}

/** Records a fact about an order. Unless it says otherwise, it is one of its own each time. */
export async function recordOrder(
  { scene, key }: Pick<Order, 'scene'> & { readonly key: string | undefined },
  { audit, time }: Pick<OperationPorts, 'audit' | 'time'>,
  fact: Fact,
): Promise<void> {
  const now = time.now();
  await audit.record([tell(scene, now, { key, occurrence: now.toISOString(), ...fact })]);
}
