import { z } from 'zod';
import { iamArn } from '../arn.ts';
import { policyDocument, text, texts, withoutEffect } from './property-shapes.ts';
import { effective, type ResourceTypes } from './resource-type.ts';

const role = z.strictObject({
  RoleName: text.optional(),
  Path: text.default('/'),
  AssumeRolePolicyDocument: policyDocument,
  ManagedPolicyArns: texts.default([]),
  Policies: z.array(z.strictObject({ PolicyName: text, PolicyDocument: policyDocument })).default([]),
  Description: withoutEffect,
  MaxSessionDuration: withoutEffect,
  Tags: withoutEffect,
});

const policy = z.strictObject({ PolicyName: text, PolicyDocument: policyDocument, Roles: texts });

const managedPolicy = z.strictObject({
  ManagedPolicyName: text.optional(),
  Path: text.default('/'),
  PolicyDocument: policyDocument,
  Roles: texts.default([]),
  Description: withoutEffect,
});

export const iamTypes: ResourceTypes = {
  'AWS::IAM::Role': effective({
    properties: role,
    apply(properties, context) {
      const name = properties.RoleName ?? context.existing ?? context.generatedName(64);
      const { arn } = context.services.roles.put({
        name,
        path: properties.Path,
        trust: properties.AssumeRolePolicyDocument,
        policies: Object.fromEntries(properties.Policies.map((one) => [one.PolicyName, one.PolicyDocument])),
        managedPolicyArns: properties.ManagedPolicyArns,
      });
      return {
        ref: name,
        attributes: { Arn: arn, RoleId: `AROA${context.logicalId.toUpperCase().slice(0, 17)}` },
      };
    },
    remove: (name, { roles }) => roles.remove(name),
  }),
  'AWS::IAM::Policy': effective({
    properties: policy,
    apply({ PolicyDocument, Roles }, context) {
      // Not the policy's own name: two stacks may use the same one for different roles.
      const id = context.generatedName();
      context.services.roles.detach(id);
      for (const name of Roles) context.services.roles.attach(name, id, PolicyDocument);
      return { ref: id, attributes: { Id: id } };
    },
    remove: (id, { roles }) => roles.detach(id),
  }),
  'AWS::IAM::ManagedPolicy': effective({
    properties: managedPolicy,
    apply({ ManagedPolicyName, Path, PolicyDocument, Roles }, context) {
      const { roles, place } = context.services;
      const name = ManagedPolicyName ?? context.existing?.split('/').at(-1) ?? context.generatedName();
      const arn = iamArn(place, `policy${Path}${name}`);
      roles.putManagedPolicy(arn, PolicyDocument);
      roles.detach(arn);
      for (const roleName of Roles) roles.attach(roleName, arn, PolicyDocument);
      return { ref: arn, attributes: { PolicyArn: arn, PolicyId: context.generatedName() } };
    },
    remove: (arn, { roles }) => roles.detach(arn),
  }),
};
