import { readGivenValue } from '../given-value.ts';
import { operation, type ServiceContext } from '../operation.ts';
import { requireToken, requireValidName } from '../request-parsing.ts';
import { createSecretRequest } from '../requests.ts';
import type { Secret } from '../secret.ts';
import type { SecretValue } from '../secret-value.ts';
import { invalidRequest, ServiceError } from '../service-error.ts';
import { CURRENT } from '../staging-labels.ts';
import { withTags } from '../tag-set.ts';
import { writeVersion } from '../version-writing.ts';

interface InitialVersion {
  readonly id: string;
  readonly value: SecretValue | undefined;
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
export const createSecret = operation({
  request: createSecretRequest,
  target: ({ Name }) => Name,
  furtherActions: ({ Tags }) => (Tags?.length ? ['TagResource'] : []),
  tagKeys: ({ Tags }) => Tags?.map(({ Key }) => Key),
  answer(context, request) {
    requireValidName(request.Name);
    if (request.AddReplicaRegions || request.Type)
      throw invalidRequest('The local cloud has no such secret.');
    const initial: InitialVersion = {
      id: requireToken(request.ClientRequestToken),
      value: readGivenValue(request),
    };
    const existing = context.table.find(request.Name);
    if (existing) return answerForExisting(existing, initial);
    const tags = withTags(new Map(), request.Tags ?? []);
    const secret = context.table.create(request.Name);
    context.table.change(secret, () => {
      secret.description = request.Description;
      secret.kmsKeyId = request.KmsKeyId || undefined;
      secret.tags = tags;
    });
    return addInitialVersion(context, secret, initial);
  },
});

function addInitialVersion(context: ServiceContext, secret: Secret, { id, value }: InitialVersion): object {
  const answer = { ARN: secret.arn, Name: secret.name };
  if (!value) return answer;
  writeVersion(context, secret, { id, value, labels: [CURRENT], writtenByFunction: false });
  return { ...answer, VersionId: id };
}

/** A repeat of the call that made the secret gets the same answer again. */
function answerForExisting(existing: Secret, { id, value }: InitialVersion): object {
  if (existing.deletion) {
    const reason = 'a secret with this name is already scheduled for deletion.';
    throw invalidRequest(`You can't create this secret because ${reason}`);
  }
  const version = existing.versions.get(id);
  if (value && version?.value?.equals(value)) {
    return { ARN: existing.arn, Name: existing.name, VersionId: id };
  }
  const message = `The operation failed because the secret ${existing.name} already exists.`;
  throw new ServiceError('ResourceExistsException', message);
}
