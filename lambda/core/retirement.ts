import type { SecretState } from './ports.ts';
import type { Rotation, RotationPorts } from './rotation-job.ts';
import {
  CURRENT,
  findReplacement,
  findVersion,
  isLeaked,
  replaceLabel,
  retireLabel,
  retirementLabels,
} from './staging.ts';

/** Writes down when the replaced keys must be dead, as labels on versions that stay. */
export async function noteRetirements(
  rotation: Rotation,
  ports: RotationPorts,
  state: SecretState,
): Promise<void> {
  const { secretArn, key, version } = rotation;
  const from = findVersion(state, CURRENT);
  const now = ports.time.now();
  const graceOver = new Date(now.getTime() + key.gracePeriodMinutes * 60_000);
  if (from !== undefined) {
    const labels = state.versions.get(from) ?? [];
    const label = retireLabel(from, isLeaked(labels) ? now : graceOver);
    await ports.store.attachLabel(secretArn, label, from);
    const stale = retirementLabels(labels).filter((old) => old !== label);
    for (const old of stale) await ports.store.removeLabel(secretArn, old, from);
  }
  if (await handMadeKeyIsLeft(rotation, ports, state)) {
    await ports.store.attachLabel(secretArn, replaceLabel(version.versionId, graceOver), version.versionId);
  }
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
