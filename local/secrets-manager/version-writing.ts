import type { ServiceContext } from './operation.ts';
import { newVersion, type Secret } from './secret.ts';
import type { SecretValue } from './secret-value.ts';
import { attachLabel, CURRENT, requireRoomForLabels } from './staging-labels.ts';
import { pruneVersions } from './version-pruning.ts';

interface WrittenVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly labels: readonly string[];
  readonly writtenByFunction: boolean;
}

/**
 * Writes a new version, or the value of one that has none yet, and attaches its labels.
 *
 * @throws ServiceError LimitExceededException when the secret would have more than 20 labels.
 */
export function writeVersion(context: ServiceContext, secret: Secret, written: WrittenVersion): void {
  requireRoomForLabels(secret, written.labels);
  const { clock, rotation, table } = context;
  table.change(secret, () => {
    const version = secret.versions.get(written.id) ?? newVersion(written.id, clock.nowMs(), secret.kmsKeyId);
    version.value = written.value;
    version.writtenByFunction = written.writtenByFunction;
    secret.versions.set(version.id, version);
    attachLabels(context, secret, written);
    rotation.versionWritten(secret, version.id);
    pruneVersions(context, secret);
  });
}

/** AWSCURRENT goes last, so that AWSPREVIOUS ends on the version that lost it, whatever else was asked for. */
function attachLabels(context: ServiceContext, secret: Secret, { id, labels }: WrittenVersion): void {
  const ordered = [...labels].sort((a, b) => Number(a === CURRENT) - Number(b === CURRENT));
  for (const label of ordered) {
    if (attachLabel(secret, label, id)) context.events.labelMoved(secret, label, id);
  }
}
