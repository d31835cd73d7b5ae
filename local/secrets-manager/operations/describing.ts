import { namedSecret, operation } from '../operation.ts';
import { paginate } from '../pagination.ts';
import { listSecretsRequest, listSecretVersionIdsRequest, secretRequest } from '../requests.ts';
import type { Secret, SecretVersion } from '../secret.ts';
import { dateOf, describeSecret as describe, versionIdsToStages, withValues } from '../secret-description.ts';
import { matchesFilters } from '../secret-filter.ts';
import { labelsOf } from '../staging-labels.ts';

const PAGE_SIZE = 100;

/** Works on secrets scheduled for deletion too. @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
export const describeSecret = operation({
  request: secretRequest,
  readOnly: true,
  target: namedSecret,
  answer(context, request) {
    const secret = context.table.view(request.SecretId);
    return withValues({ ...describe(secret), VersionIdsToStages: versionIdsToStages(secret) });
  },
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html */
export const listSecretVersionIds = operation({
  request: listSecretVersionIdsRequest,
  readOnly: true,
  target: namedSecret,
  answer(context, request) {
    const secret = context.table.view(request.SecretId);
    const versions = [...secret.versions.values()]
      .map((version) => describeVersion(secret, version))
      .filter((entry) => request.IncludeDeprecated === true || entry.VersionStages !== undefined);
    const { items, ...more } = paginate(versions, request, PAGE_SIZE);
    return { ARN: secret.arn, Name: secret.name, Versions: items, ...more };
  },
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export const listSecrets = operation({
  request: listSecretsRequest,
  readOnly: true,
  answer(context, request) {
    const direction = request.SortOrder === 'desc' ? -1 : 1;
    const key: (secret: Secret) => string | number = sortKeys[request.SortBy ?? 'created-date'];
    const secrets = context.table
      .viewAll()
      .filter((secret) => request.IncludePlannedDeletion === true || !secret.deletion)
      .filter((secret) => matchesFilters(secret, request.Filters ?? []))
      .sort((a, b) => direction * compare(key(a), key(b)));
    const { items, ...more } = paginate(secrets, request, PAGE_SIZE);
    const entry = (secret: Secret): object =>
      withValues({ ...describe(secret), SecretVersionsToStages: versionIdsToStages(secret) });
    return { SecretList: items.map(entry), ...more };
  },
});

const sortKeys = {
  'created-date': ({ createdAtMs }: Secret) => createdAtMs,
  'last-accessed-date': ({ accessedDayMs }: Secret) => accessedDayMs ?? 0,
  'last-changed-date': ({ changedAtMs }: Secret) => changedAtMs,
  name: ({ name }: Secret) => name,
};

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function describeVersion(secret: Secret, version: SecretVersion): Record<string, unknown> {
  const labels = labelsOf(secret, version.id);
  return withValues({
    VersionId: version.id,
    VersionStages: labels.length > 0 ? labels : undefined,
    LastAccessedDate: dateOf(version.accessedDayMs),
    CreatedDate: new Date(version.createdAtMs),
    KmsKeyIds: [version.kmsKeyId ?? 'DefaultEncryptionKey'],
  });
}
