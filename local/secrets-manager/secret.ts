import type { RotationSchedule } from './rotation-schedule.ts';
import type { SecretValue } from './secret-value.ts';

/** One version; without a value it is the placeholder that a rotation starts from. */
export interface SecretVersion {
  readonly id: string;
  readonly createdAtMs: number;
  value: SecretValue | undefined;
  kmsKeyId: string | undefined;
  /** UTC midnight of the day of the last read. */
  accessedDayMs: number | undefined;
  /** Written by the rotation function itself, or with its RotationToken. */
  writtenByFunction: boolean;
}

/** What RotateSecret has set up. */
export interface RotationSettings {
  enabled: boolean;
  functionArn: string;
  schedule: RotationSchedule;
  /** Instant from which a rate counts: set-up, last good rotation, manual change or failed window. */
  anchorMs: number;
  nextRotationAtMs: number;
  lastRotatedAtMs: number | undefined;
}

/** A secret as the service keeps it. A label is on one version only, since `labels` maps it to one. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAtMs: number;
  description: string | undefined;
  kmsKeyId: string | undefined;
  tags: Map<string, string>;
  resourcePolicy: string | undefined;
  versions: Map<string, SecretVersion>;
  labels: Map<string, string>;
  changedAtMs: number;
  accessedDayMs: number | undefined;
  deletion: { requestedAtMs: number; dueAtMs: number } | undefined;
  rotation: RotationSettings | undefined;
}

export function newSecret(identity: { arn: string; name: string; createdAtMs: number }): Secret {
  return {
    ...identity,
    description: undefined,
    kmsKeyId: undefined,
    tags: new Map(),
    resourcePolicy: undefined,
    versions: new Map(),
    labels: new Map(),
    changedAtMs: identity.createdAtMs,
    accessedDayMs: undefined,
    deletion: undefined,
    rotation: undefined,
  };
}

/** A copy that later changes of the secret do not touch. */
export function copySecret(secret: Secret): Secret {
  return {
    ...secret,
    tags: new Map(secret.tags),
    versions: new Map([...secret.versions].map(([id, version]) => [id, { ...version }])),
    labels: new Map(secret.labels),
    rotation: secret.rotation && { ...secret.rotation },
  };
}

export function newVersion(id: string, createdAtMs: number, kmsKeyId: string | undefined): SecretVersion {
  return { id, createdAtMs, kmsKeyId, value: undefined, accessedDayMs: undefined, writtenByFunction: false };
}
