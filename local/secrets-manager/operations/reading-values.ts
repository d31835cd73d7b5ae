import { requestParameters } from '../audit-record.ts';
import { type Call, namedSecret, operation, type ServiceContext } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { batchGetSecretValueRequest, getSecretValueRequest } from '../requests.ts';
import type { Secret, SecretVersion } from '../secret.ts';
import { matchesFilters } from '../secret-filter.ts';
import { requireUsable } from '../secret-table.ts';
import { invalidParameter, invalidRequest, ServiceError, valueNotFound } from '../service-error.ts';
import { CURRENT, labelsOf } from '../staging-labels.ts';

interface WantedVersion {
  readonly VersionId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

const DAY_MS = 86_400_000;
const BATCH_SIZE = 20;

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export const getSecretValue = operation({
  request: getSecretValueRequest,
  readOnly: true,
  target: namedSecret,
  answer: (context, request) => readValue(context, request.SecretId, request),
});

/**
 * Reads the current version of up to 20 secrets; what goes wrong with one is an entry in `Errors`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
 */
export const batchGetSecretValue = operation({
  request: batchGetSecretValueRequest,
  readOnly: true,
  furtherActions: ({ Filters }) => (Filters ? ['ListSecrets'] : []),
  answer(context, request, call) {
    const { SecretIdList: ids, Filters: filters, MaxResults } = request;
    if ((ids === undefined) === (filters === undefined)) {
      throw invalidParameter('You must include either SecretIdList or Filters, but not both.');
    }
    if (ids && MaxResults !== undefined) throw invalidParameter('MaxResults needs Filters.');
    const matching = (secret: Secret): boolean => !secret.deletion && matchesFilters(secret, filters ?? []);
    const wanted =
      ids ??
      context.table
        .viewAll()
        .filter(matching)
        .map(({ arn }) => arn);
    const { items, ...more } = paginate(wanted, request, BATCH_SIZE);
    const results = items.map((id) => readInBatch(context, call, id));
    return {
      SecretValues: results.flatMap(({ value }) => value ?? []),
      Errors: results.flatMap(({ error }) => error ?? []),
      ...more,
    };
  },
});

/** Each secret of a batch leaves a GetSecretValue record of its own. */
function readInBatch(context: ServiceContext, call: Call, id: string): { value?: object; error?: object } {
  const record = {
    operation: 'GetSecretValue',
    readOnly: true,
    parameters: requestParameters({ SecretId: id }, ['SecretId']),
  };
  try {
    call.authorise('GetSecretValue', id);
    const value = readValue(context, id, {});
    call.record(record);
    return { value };
  } catch (failure) {
    if (!(failure instanceof ServiceError)) throw failure;
    call.record({ ...record, failure });
    return { error: { SecretId: id, ErrorCode: failure.name, Message: failure.message } };
  }
}

function readValue({ clock, table }: ServiceContext, id: string, wanted: WantedVersion): object {
  const secret = requireUsable(table.view(id));
  const version = findVersion(secret, wanted);
  if (!version.value) {
    const label = `staging label: ${wanted.VersionStage ?? CURRENT}`;
    throw valueNotFound(wanted.VersionId === undefined ? label : `VersionId: ${version.id}`);
  }
  noteAccess(table.get(id), version.id, clock.nowMs());
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.value.expose(),
    VersionStages: labelsOf(secret, version.id),
    CreatedDate: new Date(version.createdAtMs),
  };
}

function findVersion(secret: Secret, { VersionId, VersionStage }: WantedVersion): SecretVersion {
  if (VersionId === undefined) {
    const label = VersionStage ?? CURRENT;
    const version = secret.versions.get(secret.labels.get(label) ?? '');
    if (!version) throw valueNotFound(`staging label: ${label}`);
    return version;
  }
  const version = secret.versions.get(VersionId);
  if (!version) throw valueNotFound(`VersionId: ${VersionId}`);
  if (VersionStage !== undefined && secret.labels.get(VersionStage) !== VersionId) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  return version;
}

/** The date of the last access has no time of day. */
function noteAccess(secret: Secret, versionId: string, nowMs: number): void {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  secret.accessedDayMs = today;
  const version = secret.versions.get(versionId);
  if (version) version.accessedDayMs = today;
}
