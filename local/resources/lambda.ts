import { z } from 'zod';
import {
  DEFAULT_ASYNC_SETTINGS,
  type FunctionCode,
  type FunctionDefinition,
} from '../runtime/function-definition.ts';
import { number, text, withoutEffect } from './property-shapes.ts';
import { effective, type ResourceContext, type ResourceTypes } from './resource-type.ts';

const lambdaFunction = z.strictObject({
  FunctionName: text.optional(),
  Role: text,
  Handler: text,
  Runtime: text.regex(/^nodejs\d+\.x$/, 'the local cloud runs Node.js functions only'),
  Code: z.union([z.strictObject({ S3Bucket: text, S3Key: text }), z.strictObject({ ZipFile: text })]),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  LoggingConfig: z
    .strictObject({
      LogGroup: text.optional(),
      LogFormat: z.enum(['Text', 'JSON']).default('Text'),
      ApplicationLogLevel: text.optional(),
      SystemLogLevel: withoutEffect,
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: text.optional() }).optional(),
  ReservedConcurrentExecutions: number.optional(),
  Architectures: withoutEffect,
  Description: withoutEffect,
  EphemeralStorage: withoutEffect,
  KmsKeyArn: withoutEffect,
  RuntimeManagementConfig: withoutEffect,
  Tags: withoutEffect,
  TracingConfig: withoutEffect,
  VpcConfig: withoutEffect,
});

const permission = z.strictObject({
  Action: text,
  FunctionName: text,
  Principal: text,
  SourceAccount: text.optional(),
  SourceArn: text.optional(),
});

const destination = z.strictObject({ Destination: text }).optional();

const eventInvokeConfig = z.strictObject({
  FunctionName: text,
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: number.default(DEFAULT_ASYNC_SETTINGS.maximumRetryAttempts),
  MaximumEventAgeInSeconds: number.default(DEFAULT_ASYNC_SETTINGS.maximumEventAgeMs / 1000),
  DestinationConfig: z.strictObject({ OnFailure: destination, OnSuccess: destination }).default({}),
});

export const lambdaTypes: ResourceTypes = {
  'AWS::Lambda::Function': effective({
    properties: lambdaFunction,
    async apply(properties, context) {
      const { functions, roles } = context.services;
      if (!roles.trusts(properties.Role, 'lambda.amazonaws.com')) {
        throw new Error(
          `Lambda may not take on the role ${properties.Role}: its trust policy does not name Lambda`,
        );
      }
      const definition = definitionOf(properties, context);
      const arn = await functions.put(definition);
      return { ref: definition.name, attributes: { Arn: arn } };
    },
    remove: async (name, { functions }) => await functions.remove(name),
  }),
  'AWS::Lambda::Permission': effective({
    properties: permission,
    apply(properties, { services, stackName, logicalId }) {
      const id = `${stackName}-${logicalId}`;
      services.functions.permit(
        properties.FunctionName,
        id,
        statementOf(properties, services.functions.get(properties.FunctionName).arn),
      );
      return { ref: `${properties.FunctionName}|${id}`, attributes: { Id: id } };
    },
    remove(ref, { functions }) {
      const [functionName = '', id = ''] = ref.split('|');
      functions.withdrawPermission(functionName, id);
    },
  }),
  'AWS::Lambda::EventInvokeConfig': effective({
    properties: eventInvokeConfig,
    apply(properties, { services: { functions, asyncInvocations } }) {
      const { name } = functions.get(properties.FunctionName).definition;
      const { DestinationConfig, MaximumEventAgeInSeconds, MaximumRetryAttempts } = properties;
      asyncInvocations.configure(name, {
        maximumRetryAttempts: MaximumRetryAttempts,
        maximumEventAgeMs: MaximumEventAgeInSeconds * 1000,
        onFailureArn: DestinationConfig.OnFailure?.Destination,
        onSuccessArn: DestinationConfig.OnSuccess?.Destination,
      });
      return { ref: name, attributes: {} };
    },
    remove: (name, { asyncInvocations }) => asyncInvocations.unconfigure(name),
  }),
};

type FunctionProperties = z.output<typeof lambdaFunction>;

function definitionOf(properties: FunctionProperties, context: ResourceContext): FunctionDefinition {
  const { LoggingConfig: logging, DeadLetterConfig } = properties;
  const name = properties.FunctionName ?? context.existing ?? context.generatedName(64);
  return {
    name,
    roleArn: properties.Role,
    handler: properties.Handler,
    runtime: properties.Runtime,
    timeoutMs: properties.Timeout * 1000,
    memoryMegabytes: properties.MemorySize,
    environment: properties.Environment?.Variables ?? {},
    code: codeOf(properties.Code, context),
    logGroup: logging?.LogGroup ?? `/aws/lambda/${name}`,
    logFormat: logging?.LogFormat ?? 'Text',
    logLevel: logging?.ApplicationLogLevel,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    deadLetterArn: DeadLetterConfig?.TargetArn,
  };
}

function codeOf(code: FunctionProperties['Code'], context: ResourceContext): FunctionCode {
  if ('ZipFile' in code) return { kind: 'inline', source: code.ZipFile };
  return { kind: 'folder', path: context.assetFolder(code.S3Key) };
}

/** A permission as the statement of the function's policy that it becomes. */
function statementOf(properties: z.output<typeof permission>, functionArn: string): unknown {
  const { Principal, Action, SourceAccount, SourceArn } = properties;
  const isService = Principal.endsWith('.amazonaws.com');
  return {
    Effect: 'Allow',
    Principal: isService ? { Service: Principal } : { AWS: Principal },
    Action,
    Resource: functionArn,
    Condition: {
      ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
      ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
    },
  };
}
