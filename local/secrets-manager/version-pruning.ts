import type { ServiceContext } from './operation.ts';
import type { Secret } from './secret.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_VERSIONS = 100;
const KEPT_FOR_MS = 24 * 3_600_000;

/**
 * Removes the oldest versions without labels while the secret has more than 100, but none younger than 24 hours;
 * those are looked at again when they are old enough. Part of a change of the secret.
 */
export function pruneVersions(context: ServiceContext, secret: Secret): void {
  if (secret.versions.size <= MAX_VERSIONS) return;
  const { clock, events, table } = context;
  const labelled = new Set(secret.labels.values());
  const removable = [...secret.versions.values()].filter(
    ({ id, createdAtMs }) => !labelled.has(id) && createdAtMs + KEPT_FOR_MS <= clock.nowMs(),
  );
  for (const { id } of removable.slice(0, secret.versions.size - MAX_VERSIONS)) {
    secret.versions.delete(id);
    events.deletion(secret, 'SecretVersionDeletion');
  }
  if (secret.versions.size <= MAX_VERSIONS) return;
  clock.at(clock.nowMs() + KEPT_FOR_MS, `pruning of the versions of ${secret.name}`, async () => {
    if (table.find(secret.arn)) pruneVersions(context, secret);
  });
}
