import { namedSecret, operation, type ServiceContext } from '../operation.ts';
import { deleteSecretRequest, secretRequest } from '../requests.ts';
import type { Secret } from '../secret.ts';
import { requireUsable } from '../secret-table.ts';
import { invalidParameter, secretNotFound } from '../service-error.ts';

const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;

/**
 * Schedules a secret for deletion in 7 to 30 days, its name staying taken, or deletes it at once.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
export const deleteSecret = operation({
  request: deleteSecretRequest,
  target: namedSecret,
  answer(context, request) {
    const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false } = request;
    if (force && days !== undefined) {
      throw invalidParameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    if (days !== undefined && (days < 7 || days > 30)) {
      throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
    }
    const secret = context.table.find(request.SecretId);
    if (force) return deleteNow(context, secret, request.SecretId);
    if (!secret) throw secretNotFound();
    return scheduleDeletion(context, requireUsable(secret), days ?? DEFAULT_WINDOW_DAYS);
  },
});

/** A secret that is not scheduled for deletion stays as it is. @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html */
export const restoreSecret = operation({
  request: secretRequest,
  target: namedSecret,
  answer({ events, rotation, table }, request) {
    const secret = table.get(request.SecretId);
    if (secret.deletion) {
      table.change(secret, () => {
        secret.deletion = undefined;
        rotation.resume(secret);
      });
      events.deletion(secret, 'CancelSecretVersionDelete');
    }
    return { ARN: secret.arn, Name: secret.name };
  },
});

function scheduleDeletion(context: ServiceContext, secret: Secret, days: number): object {
  const { clock, events, rotation, table } = context;
  const dueAtMs = clock.nowMs() + days * DAY_MS;
  rotation.forget(secret);
  table.change(secret, () => {
    secret.deletion = { requestedAtMs: clock.nowMs(), dueAtMs };
  });
  events.deletion(secret, 'StartSecretVersionDelete');
  clock.at(dueAtMs, `deletion of ${secret.name}`, async () => {
    const isStillDue = table.find(secret.arn) === secret && secret.deletion?.dueAtMs === dueAtMs;
    if (isStillDue) remove(context, secret);
  });
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(dueAtMs) };
}

/** A secret that does not exist is reported as deleted all the same. */
function deleteNow(context: ServiceContext, secret: Secret | undefined, id: string): object {
  const DeletionDate = context.clock.now();
  if (!secret)
    return { ARN: id.startsWith('arn:') ? id : context.table.partialArn(id), Name: id, DeletionDate };
  context.events.deletion(secret, 'StartSecretVersionDelete');
  remove(context, secret);
  return { ARN: secret.arn, Name: secret.name, DeletionDate };
}

function remove({ events, rotation, table }: ServiceContext, secret: Secret): void {
  rotation.forget(secret);
  table.remove(secret);
  events.deletion(secret, 'EndSecretVersionDelete');
}
