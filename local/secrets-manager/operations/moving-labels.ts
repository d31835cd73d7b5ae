import { namedSecret, operation } from '../operation.ts';
import { updateSecretVersionStageRequest } from '../requests.ts';
import type { Secret } from '../secret.ts';
import { invalidParameter, valueNotFound } from '../service-error.ts';
import { attachLabel, CURRENT, requireRoomForLabels } from '../staging-labels.ts';

interface LabelChange {
  readonly VersionStage: string;
  readonly RemoveFromVersionId?: string | undefined;
  readonly MoveToVersionId?: string | undefined;
}

/**
 * Adds, moves or removes a staging label. A repeat of a move that was done already is refused, since the label
 * is no longer where the call says.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export const updateSecretVersionStage = operation({
  request: updateSecretVersionStageRequest,
  target: namedSecret,
  answer({ events, rotation, table }, request) {
    const secret = table.getUsable(request.SecretId);
    const { VersionStage: label, MoveToVersionId: target } = request;
    requireValidChange(secret, request);
    table.change(secret, () => {
      if (target === undefined) secret.labels.delete(label);
      else if (attachLabel(secret, label, target)) events.labelMoved(secret, label, target);
      rotation.labelsMoved(secret);
    });
    return { ARN: secret.arn, Name: secret.name };
  },
});

function requireValidChange(secret: Secret, change: LabelChange): void {
  const { VersionStage: label, RemoveFromVersionId: source, MoveToVersionId: target } = change;
  for (const id of [source, target]) {
    if (id !== undefined && !secret.versions.has(id)) throw valueNotFound(`VersionId: ${id}`);
  }
  if (target === undefined) requireRemovable(secret, label, source);
  else requireMovable(secret, { label, source, target });
}

function requireRemovable(secret: Secret, label: string, source: string | undefined): void {
  if (source === undefined) {
    throw invalidParameter('You must specify MoveToVersionId, RemoveFromVersionId or both.');
  }
  if (label === CURRENT) {
    const rule = "It can't be completely removed.";
    throw invalidParameter(
      `You can only move staging label AWSCURRENT to a different secret version. ${rule}`,
    );
  }
  if (secret.labels.get(label) === source) return;
  throw invalidParameter(`Staging label ${label} is not attached to version ${source}.`);
}

function requireMovable(
  secret: Secret,
  { label, source, target }: { label: string; source: string | undefined; target: string },
): void {
  const holder = secret.labels.get(label);
  if (source !== undefined && source !== holder) {
    throw invalidParameter(
      `If you specify RemoveFromVersionId, it must be the version that has staging label ${label}.`,
    );
  }
  if (holder !== undefined && holder !== target && source === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to ` +
        `version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  requireRoomForLabels(secret, [label]);
}
