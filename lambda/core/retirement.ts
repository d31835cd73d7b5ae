import type { SecretState } from './ports.ts';
import type { Rotation, RotationPorts } from './rotation-job.ts';
import {
  CURRENT,
  findReplacement,
  findRetirement,
  findVersion,
  isLeaked,
  PREVIOUS,
  replaceLabel,
  retireLabel,
  retirementLabels,
} from './staging.ts';

/** A replaced version and when its key must be dead. */
export interface Retirement {
  readonly versionId: string;
  readonly dueAt: Date;
}

/**
 * Writes down when the replaced keys must be dead, as labels on versions that stay. A version that is current
 * already (promoted before, or the first one, which Secrets Manager makes current by itself) retires no version.
 */
export async function noteRetirements(
  rotation: Rotation,
  ports: RotationPorts,
  state: SecretState,
): Promise<Retirement | undefined> {
  const { secretArn, key, version } = rotation;
  const now = ports.time.now();
  const graceOver = new Date(now.getTime() + key.gracePeriodMinutes * 60_000);
  if (await handMadeKeyIsLeft(rotation, ports, state)) {
    await ports.store.attachLabel(secretArn, replaceLabel(version.versionId, graceOver), version.versionId);
  }
  const from = findVersion(state, CURRENT);
  if (from === undefined) return undefined;
  if (from === version.versionId) return earlierRetirement(state);
  const labels = state.versions.get(from) ?? [];
  const dueAt = isLeaked(labels) ? now : graceOver;
  const label = retireLabel(from, dueAt);
  await ports.store.attachLabel(secretArn, label, from);
  const stale = retirementLabels(labels).filter((old) => old !== label);
  for (const old of stale) await ports.store.removeLabel(secretArn, old, from);
  return { versionId: from, dueAt };
}

/** What an earlier run of the finish step has written down already. */
function earlierRetirement(state: SecretState): Retirement | undefined {
  const versionId = findVersion(state, PREVIOUS);
  const due = versionId === undefined ? undefined : findRetirement(state.versions.get(versionId) ?? []);
  return due && versionId !== undefined ? { versionId, dueAt: due.dueAt } : undefined;
}

/** Whether the hand-made key that the declaration names is still alive and not yet due. */
async function handMadeKeyIsLeft(
  { key }: Rotation,
  ports: RotationPorts,
  state: SecretState,
): Promise<boolean> {
  if (key.replaces === undefined) return false;
  if ([...state.versions.values()].some((labels) => findReplacement(labels))) return false;
  const listed = await ports.exchange.listKeys(key.subAccount);
  return listed.some((candidate) => candidate.keyId === key.replaces);
}
