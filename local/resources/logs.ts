import { z } from 'zod';
import { number, policyDocument, text, withoutEffect } from './property-shapes.ts';
import { effective, type ResourceTypes } from './resource-type.ts';

const logGroup = z.strictObject({
  LogGroupName: text.optional(),
  RetentionInDays: number.optional(),
  DeletionProtectionEnabled: withoutEffect,
  KmsKeyId: withoutEffect,
  LogGroupClass: withoutEffect,
  Tags: withoutEffect,
});

const resourcePolicy = z.strictObject({ PolicyName: text, PolicyDocument: policyDocument });

export const logsTypes: ResourceTypes = {
  'AWS::Logs::LogGroup': effective({
    properties: logGroup,
    apply({ LogGroupName, RetentionInDays }, context) {
      const name = LogGroupName ?? context.existing ?? context.generatedName();
      const { arn } = context.services.logs.putGroup(name, RetentionInDays);
      return { ref: name, attributes: { Arn: `${arn}:*` } };
    },
    remove: (name, { logs }) => logs.removeGroup(name),
  }),
  'AWS::Logs::ResourcePolicy': effective({
    properties: resourcePolicy,
    apply({ PolicyName, PolicyDocument }, { services: { logPolicies } }) {
      logPolicies.put(PolicyName, PolicyDocument);
      return { ref: PolicyName, attributes: {} };
    },
    remove: (name, { logPolicies }) => logPolicies.remove(name),
  }),
};
