import { readGivenValue, requireGivenValue } from '../given-value.ts';
import { type Call, namedSecret, operation, type ServiceContext } from '../operation.ts';
import { requireToken } from '../request-parsing.ts';
import { putSecretValueRequest, updateSecretRequest } from '../requests.ts';
import type { Secret } from '../secret.ts';
import { invalidRequest, ServiceError } from '../service-error.ts';
import { CURRENT, labelsOf, PENDING, PREVIOUS } from '../staging-labels.ts';
import { writeVersion } from '../version-writing.ts';

/** Versions with one of these labels are encrypted anew when the secret's key changes. */
const REENCRYPTED_LABELS = [CURRENT, PENDING, PREVIOUS];

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export const putSecretValue = operation({
  request: putSecretValueRequest,
  target: namedSecret,
  answer(context, request, call) {
    const secret = context.table.getUsable(request.SecretId);
    const id = requireToken(request.ClientRequestToken);
    const value = requireGivenValue(request);
    const existing = secret.versions.get(id)?.value;
    if (existing && !existing.equals(value)) throw tokenInUse(secret, id);
    if (!existing) {
      const labels = labelsToAttach(context, secret, { id, asked: request.VersionStages });
      const writtenByFunction = isFunctionsWrite(context, secret, {
        id,
        call,
        rotationToken: request.RotationToken,
      });
      writeVersion(context, secret, { id, value, labels, writtenByFunction });
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: labelsOf(secret, id) };
  },
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html */
export const updateSecret = operation({
  request: updateSecretRequest,
  target: namedSecret,
  answer(context, request) {
    const secret = context.table.getUsable(request.SecretId);
    const id = requireToken(request.ClientRequestToken);
    if (request.Type !== undefined) throw invalidRequest('The local cloud has no managed external secrets.');
    const value = readGivenValue(request);
    if (value && secret.versions.has(id)) throw tokenInUse(secret, id);
    if (value) writeVersion(context, secret, { id, value, labels: [CURRENT], writtenByFunction: false });
    context.table.change(secret, () => {
      if (request.Description !== undefined) secret.description = request.Description;
      if (request.KmsKeyId !== undefined) changeKey(secret, request.KmsKeyId || undefined);
    });
    const answer = { ARN: secret.arn, Name: secret.name };
    return value ? { ...answer, VersionId: id } : answer;
  },
});

/** The first value of a secret becomes the current one, whatever labels were asked for. */
function labelsToAttach(
  { options }: ServiceContext,
  secret: Secret,
  { id, asked }: { id: string; asked: readonly string[] | undefined },
): string[] {
  const labels = new Set(asked ?? [CURRENT]);
  const isFirst = ![...secret.versions.values()].some((version) => version.value);
  const asAsked = secret.versions.has(id) && options.choices?.firstValueInRotation === 'asAsked';
  if (isFirst && !asAsked) labels.add(CURRENT);
  return [...labels];
}

function isFunctionsWrite(
  { rotation }: ServiceContext,
  secret: Secret,
  { id, call, rotationToken }: { id: string; call: Call; rotationToken: string | undefined },
): boolean {
  return rotation.isFunctionsWrite(secret, id, { caller: call.caller, rotationToken });
}

/** Other versions stay under the key they were written with. @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
function changeKey(secret: Secret, kmsKeyId: string | undefined): void {
  secret.kmsKeyId = kmsKeyId;
  for (const label of REENCRYPTED_LABELS) {
    const version = secret.versions.get(secret.labels.get(label) ?? '');
    if (version) version.kmsKeyId = kmsKeyId;
  }
}

function tokenInUse(secret: Secret, token: string): ServiceError {
  const reason = `that value is already in use for a version of secret ${secret.arn}.`;
  return new ServiceError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because ${reason}`,
  );
}
