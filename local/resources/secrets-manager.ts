import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { iamArn, type Place } from '../arn.ts';
import type { Caller } from '../secrets-manager/options.ts';
import type { Services } from '../services.ts';
import { flag, number, policyDocument, text } from './property-shapes.ts';
import { effective, type ResourceContext, type ResourceTypes } from './resource-type.ts';

const generateSecretString = z.strictObject({
  SecretStringTemplate: text.optional(),
  GenerateStringKey: text.optional(),
  PasswordLength: number.optional(),
  ExcludeCharacters: text.optional(),
  ExcludeLowercase: flag.optional(),
  ExcludeNumbers: flag.optional(),
  ExcludePunctuation: flag.optional(),
  ExcludeUppercase: flag.optional(),
  IncludeSpace: flag.optional(),
  RequireEachIncludedType: flag.optional(),
});

const secret = z.strictObject({
  Name: text.optional(),
  Description: text.optional(),
  KmsKeyId: text.optional(),
  SecretString: text.optional(),
  GenerateSecretString: generateSecretString.optional(),
  Tags: z.array(z.strictObject({ Key: text, Value: text })).optional(),
});

const rotationSchedule = z.strictObject({
  SecretId: text,
  RotationLambdaARN: text,
  RotateImmediatelyOnUpdate: flag.default(true),
  RotationRules: z.strictObject({
    AutomaticallyAfterDays: number.optional(),
    Duration: text.optional(),
    ScheduleExpression: text.optional(),
  }),
});

const resourcePolicy = z.strictObject({
  SecretId: text,
  ResourcePolicy: policyDocument,
  BlockPublicPolicy: flag.optional(),
});

export const secretsManagerTypes: ResourceTypes = {
  'AWS::SecretsManager::Secret': effective({ properties: secret, apply: putSecret, remove: deleteSecret }),
  'AWS::SecretsManager::RotationSchedule': effective({
    properties: rotationSchedule,
    async apply({ RotateImmediatelyOnUpdate, ...schedule }, { services }) {
      const request = { ...schedule, ClientRequestToken: randomUUID() };
      await call(services, 'RotateSecret', { ...request, RotateImmediately: RotateImmediatelyOnUpdate });
      return { ref: schedule.SecretId, attributes: {} };
    },
    remove: async (SecretId, services) => void (await call(services, 'CancelRotateSecret', { SecretId })),
  }),
  'AWS::SecretsManager::ResourcePolicy': effective({
    properties: resourcePolicy,
    async apply({ ResourcePolicy, ...request }, { services }) {
      const json = typeof ResourcePolicy === 'string' ? ResourcePolicy : JSON.stringify(ResourcePolicy);
      await call(services, 'PutResourcePolicy', { ...request, ResourcePolicy: json });
      return { ref: request.SecretId, attributes: {} };
    },
    remove: async (SecretId, services) => void (await call(services, 'DeleteResourcePolicy', { SecretId })),
  }),
};

type SecretProperties = z.output<typeof secret>;

/** A secret that exists keeps its value: only a new secret gets one from the template. */
async function putSecret(properties: SecretProperties, context: ResourceContext) {
  const { services, existing } = context;
  const { Name, Description, KmsKeyId, Tags } = properties;
  if (existing !== undefined) {
    const request = { SecretId: existing, ClientRequestToken: randomUUID(), Description, KmsKeyId };
    await call(services, 'UpdateSecret', request);
    if (Tags) await call(services, 'TagResource', { SecretId: existing, Tags });
    return { ref: existing, attributes: { Id: existing } };
  }
  const created = await call(services, 'CreateSecret', {
    Name: Name ?? context.generatedName(),
    Description,
    KmsKeyId,
    Tags,
    SecretString: await firstValue(properties, services),
    ClientRequestToken: randomUUID(),
  });
  const { ARN } = z.object({ ARN: z.string() }).parse(created);
  return { ref: ARN, attributes: { Id: ARN } };
}

/** Undefined for a secret that starts empty, without any version. */
async function firstValue(properties: SecretProperties, services: Services): Promise<string | undefined> {
  const { SecretString, GenerateSecretString: generate } = properties;
  if (!generate) return SecretString;
  const { SecretStringTemplate, GenerateStringKey, ...request } = generate;
  const answer = await call(services, 'GetRandomPassword', request);
  const { RandomPassword } = z.object({ RandomPassword: z.string() }).parse(answer);
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return RandomPassword;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: RandomPassword });
}

async function deleteSecret(SecretId: string, services: Services): Promise<void> {
  await call(services, 'DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
}

async function call(
  { secretsManager, place }: Services,
  operation: string,
  request: object,
): Promise<unknown> {
  const given = Object.entries(request).filter(([, value]) => value !== undefined);
  return await secretsManager.call(operation, Object.fromEntries(given), cloudFormation(place));
}

/** CloudFormation acts under the role that `cdk bootstrap` makes for it. */
function cloudFormation(place: Place): Caller {
  const role = `cdk-hnb659fds-cfn-exec-role-${place.accountId}-${place.region}`;
  return {
    arn: `arn:aws:sts::${place.accountId}:assumed-role/${role}/AWSCloudFormation`,
    type: 'AssumedRole',
    roleArn: iamArn(place, `role/${role}`),
    sourceAddress: 'cloudformation.amazonaws.com',
    userAgent: 'cloudformation.amazonaws.com',
  };
}
