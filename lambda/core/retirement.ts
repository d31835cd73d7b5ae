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
  replacementLabels,
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
  const now = ports.time.now();
  const graceOver = new Date(now.getTime() + rotation.key.gracePeriodMinutes * 60_000);
  await noteHandMadeKey({ rotation, ports, state }, graceOver);
  const from = findVersion(state, CURRENT);
  if (from === undefined) return undefined;
  if (from === rotation.version.versionId) return earlierRetirement(state);
  await noteForgotten({ rotation, ports, state }, graceOver);
  const labels = state.versions.get(from) ?? [];
  const dueAt = isLeaked(labels) ? now : graceOver;
  await renew(ports, retireLabel(from, dueAt), {
    secretArn: rotation.secretArn,
    versionId: from,
    stale: retirementLabels(labels),
  });
  return { versionId: from, dueAt };
}

interface Note {
  readonly rotation: Rotation;
  readonly ports: RotationPorts;
  readonly state: SecretState;
}

/** AWSPREVIOUS is about to leave its version. One that is not settled yet, after somebody put a value by hand, must not be lost by that. */
async function noteForgotten({ rotation, ports, state }: Note, graceOver: Date): Promise<void> {
  const previous = findVersion(state, PREVIOUS);
  const labels = previous === undefined ? undefined : state.versions.get(previous);
  if (previous === undefined || !labels || findRetirement(labels)) return;
  await ports.store.attachLabel(rotation.secretArn, retireLabel(previous, graceOver), previous);
}

/** A label of an attempt that was never promoted is renewed; one of a promoted version stands. */
async function noteHandMadeKey({ rotation, ports, state }: Note, graceOver: Date): Promise<void> {
  const { key, version, secretArn } = rotation;
  if (key.replaces === undefined || isNoted(state, key.replaces, version.versionId)) return;
  const listed = await ports.exchange.listKeys(key.subAccount);
  if (!listed.some((candidate) => candidate.keyId === key.replaces)) return;
  const stale = replacementLabels(state.versions.get(version.versionId) ?? [], key.replaces);
  await renew(ports, replaceLabel(key.replaces, graceOver), {
    secretArn,
    versionId: version.versionId,
    stale,
  });
}

function isNoted({ versions }: SecretState, keyId: string, pending: string): boolean {
  return [...versions].some(
    ([versionId, labels]) =>
      findReplacement(labels, keyId) !== undefined && (versionId !== pending || labels.includes(CURRENT)),
  );
}

/** Attaches the new label before the stale ones go, so that at no moment there is none. */
async function renew(
  { store }: RotationPorts,
  label: string,
  { secretArn, versionId, stale }: { secretArn: string; versionId: string; stale: readonly string[] },
): Promise<void> {
  await store.attachLabel(secretArn, label, versionId);
  for (const old of stale) if (old !== label) await store.removeLabel(secretArn, old, versionId);
}

/** What an earlier run of the finish step has written down already. */
function earlierRetirement(state: SecretState): Retirement | undefined {
  const versionId = findVersion(state, PREVIOUS);
  const due = versionId === undefined ? undefined : findRetirement(state.versions.get(versionId) ?? []);
  return due && versionId !== undefined ? { versionId, dueAt: due.dueAt } : undefined;
}
