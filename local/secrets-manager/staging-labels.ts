import type { Secret } from './secret.ts';
import { ServiceError } from './service-error.ts';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_LABELS_PER_SECRET = 20;

/** The labels of one version, in alphabetical order. */
export function labelsOf(secret: Secret, versionId: string): string[] {
  return [...secret.labels].flatMap(([label, id]) => (id === versionId ? [label] : [])).sort();
}

/** Whether AWSPENDING sits on a version other than the current one, which blocks new rotations. */
export function hasUnfinishedRotation(secret: Secret): boolean {
  const pending = secret.labels.get(PENDING);
  return pending !== undefined && pending !== secret.labels.get(CURRENT);
}

/**
 * Refuses when `labels` would bring the secret above 20 labels. Labels that the service attaches by itself are
 * not refused.
 *
 * @throws ServiceError LimitExceededException.
 */
export function requireRoomForLabels(secret: Secret, labels: readonly string[]): void {
  const all = new Set([...secret.labels.keys(), ...labels]);
  if (all.size <= Math.max(MAX_LABELS_PER_SECRET, secret.labels.size)) return;
  const message = `A secret can have at most ${MAX_LABELS_PER_SECRET} staging labels.`;
  throw new ServiceError('LimitExceededException', message);
}

/**
 * Puts a label on a version and takes it off the one that had it; AWSPREVIOUS follows AWSCURRENT to the version
 * that lost it. Returns whether the label moved.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export function attachLabel(secret: Secret, label: string, versionId: string): boolean {
  const holder = secret.labels.get(label);
  if (holder === versionId) return false;
  secret.labels.set(label, versionId);
  if (label === CURRENT && holder !== undefined) secret.labels.set(PREVIOUS, holder);
  return true;
}
