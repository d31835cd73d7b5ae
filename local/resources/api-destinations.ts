import { z } from 'zod';
import { text, withoutEffect } from './property-shapes.ts';
import { effective, type ResourceTypes } from './resource-type.ts';

const parameter = z.strictObject({ Key: text, Value: text, IsValueSecret: z.unknown().optional() });

const connection = z.strictObject({
  Name: text.optional(),
  Description: withoutEffect,
  AuthorizationType: z.literal('API_KEY'),
  AuthParameters: z.strictObject({
    ApiKeyAuthParameters: z.strictObject({ ApiKeyName: text, ApiKeyValue: text }),
    InvocationHttpParameters: z
      .strictObject({
        HeaderParameters: z.array(parameter).default([]),
        BodyParameters: z.array(parameter).default([]),
      })
      .prefault({}),
  }),
});

const apiDestination = z.strictObject({
  Name: text.optional(),
  Description: withoutEffect,
  ConnectionArn: text,
  HttpMethod: z.enum(['POST', 'PUT', 'PATCH']),
  InvocationEndpoint: text,
  InvocationRateLimitPerSecond: withoutEffect,
});

export const apiDestinationTypes: ResourceTypes = {
  'AWS::Events::Connection': effective({
    properties: connection,
    takesReferences: true,
    apply({ Name, AuthParameters }, context) {
      const { ApiKeyAuthParameters: key, InvocationHttpParameters: further } = AuthParameters;
      const name = Name ?? context.existing ?? context.generatedName(64);
      const { arn } = context.services.apiDestinations.putConnection(name, {
        headers: { [key.ApiKeyName]: key.ApiKeyValue, ...valuesOf(further.HeaderParameters) },
        body: valuesOf(further.BodyParameters),
      });
      return { ref: name, attributes: { Arn: arn } };
    },
    remove: (name, { apiDestinations }) => apiDestinations.removeConnection(name),
  }),
  'AWS::Events::ApiDestination': effective({
    properties: apiDestination,
    apply({ Name, ConnectionArn, HttpMethod, InvocationEndpoint }, context) {
      const name = Name ?? context.existing ?? context.generatedName(64);
      const { arn } = context.services.apiDestinations.putDestination({
        ...{ name, connectionArn: ConnectionArn, method: HttpMethod, url: InvocationEndpoint },
      });
      return { ref: name, attributes: { Arn: arn } };
    },
    remove: (name, { apiDestinations }) => apiDestinations.removeDestination(name),
  }),
};

function valuesOf(parameters: readonly z.output<typeof parameter>[]): Record<string, string> {
  return Object.fromEntries(parameters.map(({ Key, Value }) => [Key, Value]));
}
