import { z } from 'zod';

/**
 * Shapes and limits of the requests, as the service's API model states them.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
const secretId = z.string().min(1).max(2048);
const token = z.string().min(32).max(64);
const versionId = z.string().min(32).max(64);
const label = z.string().min(1).max(256);
const description = z.string().max(2048);
const kmsKeyId = z.string().max(2048);
const nextToken = z.string().min(1).max(4096);
const secretString = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 65_536, 'Member must have length less than or equal to 65536');
const binary = z.union([
  z.instanceof(Uint8Array),
  z.base64().transform((text) => Buffer.from(text, 'base64')),
]);
const secretBinary = binary
  .refine((bytes) => bytes.length >= 1, 'Member must have length greater than or equal to 1')
  .refine((bytes) => bytes.length <= 65_536, 'Member must have length less than or equal to 65536');
const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) });
const value = { SecretString: secretString.optional(), SecretBinary: secretBinary.optional() };
const filters = z
  .array(
    z.object({
      Key: z.enum(['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all']),
      Values: z
        .array(
          z
            .string()
            .max(512)
            .regex(/^!?[a-zA-Z0-9 :_@/+=.\-!]*$/),
        )
        .min(1)
        .max(10),
    }),
  )
  .max(10);

export type Filter = z.infer<typeof filters>[number];

export const createSecretRequest = z.object({
  Name: z.string().min(1).max(512),
  ClientRequestToken: token.optional(),
  Description: description.optional(),
  KmsKeyId: kmsKeyId.optional(),
  Tags: z.array(tag).optional(),
  AddReplicaRegions: z.array(z.unknown()).optional(),
  Type: z.string().optional(),
  ...value,
});

export const secretRequest = z.object({ SecretId: secretId });

export const getSecretValueRequest = z.object({
  SecretId: secretId,
  VersionId: versionId.optional(),
  VersionStage: label.optional(),
});

export const batchGetSecretValueRequest = z.object({
  SecretIdList: z.array(secretId).min(1).max(20).optional(),
  Filters: filters.optional(),
  MaxResults: z.int().min(1).max(20).optional(),
  NextToken: nextToken.optional(),
});

export const putSecretValueRequest = z.object({
  SecretId: secretId,
  ClientRequestToken: token.optional(),
  VersionStages: z.array(label).min(1).max(20).optional(),
  RotationToken: z
    .string()
    .min(36)
    .max(256)
    .regex(/^[a-zA-Z0-9-]+$/)
    .optional(),
  ...value,
});

export const updateSecretRequest = z.object({
  SecretId: secretId,
  ClientRequestToken: token.optional(),
  Description: description.optional(),
  KmsKeyId: kmsKeyId.optional(),
  Type: z.string().optional(),
  ...value,
});

export const updateSecretVersionStageRequest = z.object({
  SecretId: secretId,
  VersionStage: label,
  RemoveFromVersionId: versionId.optional(),
  MoveToVersionId: versionId.optional(),
});

export const listSecretVersionIdsRequest = z.object({
  SecretId: secretId,
  MaxResults: z.int().min(1).max(100).optional(),
  NextToken: nextToken.optional(),
  IncludeDeprecated: z.boolean().optional(),
});

export const listSecretsRequest = z.object({
  IncludePlannedDeletion: z.boolean().optional(),
  MaxResults: z.int().min(1).max(100).optional(),
  NextToken: nextToken.optional(),
  Filters: filters.optional(),
  SortOrder: z.enum(['asc', 'desc']).optional(),
  SortBy: z.enum(['created-date', 'last-accessed-date', 'last-changed-date', 'name']).optional(),
});

export const rotateSecretRequest = z.object({
  SecretId: secretId,
  ClientRequestToken: token.optional(),
  RotationLambdaARN: z.string().max(2048).optional(),
  RotationRules: z
    .object({
      AutomaticallyAfterDays: z.int().min(1).max(1000).optional(),
      Duration: z
        .string()
        .min(2)
        .max(3)
        .regex(/^[0-9]+h$/)
        .optional(),
      ScheduleExpression: z
        .string()
        .min(1)
        .max(256)
        .regex(/^[0-9A-Za-z()#?*\-/, ]+$/)
        .optional(),
    })
    .optional(),
  RotateImmediately: z.boolean().optional(),
  ExternalSecretRotationMetadata: z.array(z.unknown()).optional(),
  ExternalSecretRotationRoleArn: z.string().optional(),
});

export const deleteSecretRequest = z.object({
  SecretId: secretId,
  RecoveryWindowInDays: z.int().optional(),
  ForceDeleteWithoutRecovery: z.boolean().optional(),
});

export const putResourcePolicyRequest = z.object({
  SecretId: secretId,
  ResourcePolicy: z.string().min(1).max(20_480),
  BlockPublicPolicy: z.boolean().optional(),
});

export const tagResourceRequest = z.object({ SecretId: secretId, Tags: z.array(tag) });

export const untagResourceRequest = z.object({
  SecretId: secretId,
  TagKeys: z.array(z.string().min(1).max(128)),
});

export const getRandomPasswordRequest = z.object({
  PasswordLength: z.int().min(1).max(4096).optional(),
  ExcludeCharacters: z.string().max(4096).optional(),
  ExcludeNumbers: z.boolean().optional(),
  ExcludePunctuation: z.boolean().optional(),
  ExcludeUppercase: z.boolean().optional(),
  ExcludeLowercase: z.boolean().optional(),
  IncludeSpace: z.boolean().optional(),
  RequireEachIncludedType: z.boolean().optional(),
});
