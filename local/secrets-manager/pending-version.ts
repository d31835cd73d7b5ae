import { newVersion, type Secret } from './secret.ts';
import { CURRENT, labelsOf, PENDING } from './staging-labels.ts';

/**
 * Adds the version without a value that a rotation starts from. Part of a change of the secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
export function addPendingVersion(secret: Secret, token: string, nowMs: number): void {
  secret.versions.set(token, newVersion(token, nowMs, secret.kmsKeyId));
  secret.labels.set(PENDING, token);
}

/** Adds the pending version of a test, which holds what is current; empty for a secret without a value. */
export function addTestVersion(secret: Secret, token: string, nowMs: number): void {
  addPendingVersion(secret, token, nowMs);
  const current = secret.versions.get(secret.labels.get(CURRENT) ?? '');
  const test = secret.versions.get(token);
  if (test) test.value = current?.value;
}

/** Takes AWSPENDING off a version, if it is there. */
export function removePendingLabel(secret: Secret, token: string): void {
  if (secret.labels.get(PENDING) === token) secret.labels.delete(PENDING);
}

/** Removes the version of a test, unless something has given it another label meanwhile. */
export function removeTestVersion(secret: Secret, token: string): void {
  removePendingLabel(secret, token);
  if (labelsOf(secret, token).length === 0) secret.versions.delete(token);
}
