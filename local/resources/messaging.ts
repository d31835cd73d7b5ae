import { z } from 'zod';
import { number, policyDocument, text, texts, withoutEffect } from './property-shapes.ts';
import { effective, type ResourceTypes } from './resource-type.ts';

const DEFAULT_RETENTION_SECONDS = 4 * 86_400;

const queue = z.strictObject({
  QueueName: text.optional(),
  MessageRetentionPeriod: number.default(DEFAULT_RETENTION_SECONDS),
  KmsDataKeyReusePeriodSeconds: withoutEffect,
  KmsMasterKeyId: withoutEffect,
  MaximumMessageSize: withoutEffect,
  SqsManagedSseEnabled: withoutEffect,
  Tags: withoutEffect,
  VisibilityTimeout: withoutEffect,
});

const queuePolicy = z.strictObject({ Queues: texts, PolicyDocument: policyDocument });

const protocol = z.enum(['email', 'email-json', 'sqs', 'lambda']);

const topic = z.strictObject({
  TopicName: text.optional(),
  Subscription: z.array(z.strictObject({ Endpoint: text, Protocol: protocol })).default([]),
  DisplayName: withoutEffect,
  KmsMasterKeyId: withoutEffect,
  SignatureVersion: withoutEffect,
  Tags: withoutEffect,
  TracingConfig: withoutEffect,
});

const subscription = z.strictObject({ TopicArn: text, Protocol: protocol, Endpoint: text });

const topicPolicy = z.strictObject({ Topics: texts, PolicyDocument: policyDocument });

export const messagingTypes: ResourceTypes = {
  'AWS::SQS::Queue': effective({
    properties: queue,
    apply({ QueueName, MessageRetentionPeriod }, context) {
      const existing = context.existing?.slice(context.existing.lastIndexOf('/') + 1);
      const name = QueueName ?? existing ?? context.generatedName(80);
      const made = context.services.queues.put(name, MessageRetentionPeriod * 1000);
      return { ref: made.url, attributes: { Arn: made.arn, QueueName: name, QueueUrl: made.url } };
    },
    remove: (url, { queues }) => queues.remove(url.slice(url.lastIndexOf('/') + 1)),
  }),
  'AWS::SQS::QueuePolicy': effective({
    properties: queuePolicy,
    apply({ Queues, PolicyDocument }, context) {
      for (const url of Queues) context.services.queues.setPolicy(url, PolicyDocument);
      return { ref: context.generatedName(), attributes: {} };
    },
  }),
  'AWS::SNS::Topic': effective({
    properties: topic,
    apply({ TopicName, Subscription }, context) {
      const { topics } = context.services;
      const name = TopicName ?? context.existing?.split(':').at(-1) ?? context.generatedName();
      const { arn } = topics.put(name);
      for (const { Protocol, Endpoint } of Subscription) topics.subscribe(arn, Protocol, Endpoint);
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    remove: (arn, { topics }) => topics.remove(arn.split(':').at(-1) ?? ''),
  }),
  'AWS::SNS::Subscription': effective({
    properties: subscription,
    apply({ TopicArn, Protocol, Endpoint }, { services: { topics } }) {
      const { arn } = topics.subscribe(TopicArn, Protocol, Endpoint);
      return { ref: arn, attributes: { Arn: arn } };
    },
    remove: (arn, { topics }) => topics.unsubscribe(arn),
  }),
  'AWS::SNS::TopicPolicy': effective({
    properties: topicPolicy,
    apply({ Topics, PolicyDocument }, context) {
      for (const arn of Topics) context.services.topics.setPolicy(arn, PolicyDocument);
      return { ref: context.generatedName(), attributes: {} };
    },
  }),
};
