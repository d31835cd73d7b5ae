import { z } from 'zod';
import type { Services } from '../services.ts';
import { text, texts, withoutEffect } from './property-shapes.ts';
import {
  type DeployedResource,
  effective,
  type ResourceContext,
  type ResourceTypes,
} from './resource-type.ts';

const common = {
  ConfigurationName: text,
  IamRoleArn: text,
  SnsTopicArns: texts.default([]),
  GuardrailPolicies: withoutEffect,
  LoggingLevel: withoutEffect,
  UserRoleRequired: withoutEffect,
  Tags: withoutEffect,
};

const slack = z.strictObject({ ...common, SlackWorkspaceId: text, SlackChannelId: text });
const teams = z.strictObject({ ...common, TeamId: text, TeamsTenantId: text, TeamsChannelId: text });

/** A channel listens to its topics; what it would show is among the deliveries of topics and goes no further. */
export const chatbotTypes: ResourceTypes = {
  'AWS::Chatbot::SlackChannelConfiguration': effective({
    properties: slack,
    apply: (given, context) =>
      listen(given, `slack:${given.SlackWorkspaceId}/${given.SlackChannelId}`, context),
    remove,
  }),
  'AWS::Chatbot::MicrosoftTeamsChannelConfiguration': effective({
    properties: teams,
    apply: (given, context) => listen(given, `teams:${given.TeamId}/${given.TeamsChannelId}`, context),
    remove,
  }),
};

function listen(
  { SnsTopicArns }: { SnsTopicArns: string[] },
  endpoint: string,
  { services: { topics, place } }: ResourceContext,
): DeployedResource {
  topics.unsubscribeEndpoint(endpoint);
  for (const arn of SnsTopicArns) topics.subscribe(arn, 'chat', endpoint);
  const arn = `arn:aws:chatbot::${place.accountId}:chat-configuration/${endpoint.replace(':', '-channel/')}`;
  return { ref: arn, attributes: { Arn: arn } };
}

function remove(ref: string, { topics }: Services): void {
  topics.unsubscribeEndpoint(ref.replace(/^.*chat-configuration\//, '').replace('-channel/', ':'));
}
