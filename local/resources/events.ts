import { z } from 'zod';
import { parseEventPattern } from '../events/event-pattern.ts';
import { DEFAULT_BUS, type RuleTarget } from '../events/rule.ts';
import { parseTargetInput, targetInputShape } from '../events/target-input.ts';
import { parsePolicy } from '../iam/policy-document.ts';
import type { Services } from '../services.ts';
import { policyDocument, text, withoutEffect } from './property-shapes.ts';
import { effective, type ResourceContext, type ResourceTypes } from './resource-type.ts';

const eventBus = z.strictObject({
  Name: text,
  Policy: policyDocument.optional(),
  Description: withoutEffect,
  KmsKeyIdentifier: withoutEffect,
  LogConfig: withoutEffect,
  Tags: withoutEffect,
});

const target = z.strictObject({
  Id: text,
  Arn: text,
  RoleArn: text.optional(),
  DeadLetterConfig: z.strictObject({ Arn: text }).optional(),
  /** A target that refuses here would refuse at the next try as well. */
  RetryPolicy: withoutEffect,
  ...targetInputShape,
});

const MOST_TARGETS = 5;

const rule = z.strictObject({
  Name: text.optional(),
  EventBusName: text.default(DEFAULT_BUS),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: text.optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  Targets: z.array(target).max(MOST_TARGETS).default([]),
  Description: withoutEffect,
  Tags: withoutEffect,
});

const archive = z.strictObject({
  ArchiveName: text.optional(),
  SourceArn: text,
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  Description: withoutEffect,
  KmsKeyIdentifier: withoutEffect,
  RetentionDays: withoutEffect,
});

const eventBusPolicy = z.strictObject({
  EventBusName: text.default(DEFAULT_BUS),
  StatementId: text,
  Statement: z.record(z.string(), z.unknown()),
});

export const eventsTypes: ResourceTypes = {
  'AWS::Events::EventBus': effective({
    properties: eventBus,
    apply({ Name, Policy }, { services: { buses } }) {
      const bus = buses.putBus(Name);
      if (Policy === undefined) bus.policies.delete('bus');
      else bus.policies.set('bus', parsePolicy(Policy));
      return { ref: Name, attributes: { Arn: bus.arn, Name } };
    },
    remove: (name, { buses }) => buses.removeBus(name),
  }),
  'AWS::Events::Rule': effective({ properties: rule, apply: putRule, remove: removeRule }),
  'AWS::Events::Archive': effective({
    properties: archive,
    apply({ ArchiveName, SourceArn, EventPattern }, context) {
      const name = ArchiveName ?? context.existing ?? context.generatedName(48);
      const pattern = EventPattern && parseEventPattern(EventPattern);
      const { arn } = context.services.buses.putArchive(name, SourceArn, pattern);
      return { ref: name, attributes: { Arn: arn, ArchiveName: name } };
    },
    remove: (name, { buses }) => buses.removeArchive(name),
  }),
  'AWS::Events::EventBusPolicy': effective({
    properties: eventBusPolicy,
    apply({ EventBusName, StatementId, Statement }, { services: { buses } }) {
      buses.get(EventBusName).policies.set(StatementId, parsePolicy({ Statement }));
      return { ref: `${EventBusName}|${StatementId}`, attributes: {} };
    },
    remove(ref, { buses }) {
      const [busName = '', statementId = ''] = ref.split('|');
      buses.find(busName)?.policies.delete(statementId);
    },
  }),
};

function putRule(properties: z.output<typeof rule>, context: ResourceContext) {
  const { buses, delivery } = context.services;
  const bus = buses.get(properties.EventBusName);
  const { EventPattern, ScheduleExpression } = properties;
  if (!EventPattern && ScheduleExpression === undefined)
    throw new Error('a rule needs a pattern or a schedule');
  if (ScheduleExpression !== undefined && bus.name !== DEFAULT_BUS) {
    throw new Error('only the default bus has rules with a schedule');
  }
  const name = properties.Name ?? context.existing?.split('|').at(-1) ?? context.generatedName(64);
  const arn = buses.ruleArn(bus.name, name);
  for (const { Arn } of properties.Targets) {
    if (!delivery.knows(Arn)) throw new Error(`the local cloud cannot deliver events to ${Arn}`);
  }
  buses.putRule({
    name,
    arn,
    busName: bus.name,
    state: properties.State,
    pattern: EventPattern && parseEventPattern(EventPattern),
    scheduleExpression: ScheduleExpression,
    targets: properties.Targets.map((one) => targetOf(one, { name, arn })),
  });
  return { ref: bus.name === DEFAULT_BUS ? name : `${bus.name}|${name}`, attributes: { Arn: arn } };
}

function targetOf(one: z.output<typeof target>, identity: { name: string; arn: string }): RuleTarget {
  return {
    id: one.Id,
    arn: one.Arn,
    roleArn: one.RoleArn,
    deadLetterArn: one.DeadLetterConfig?.Arn,
    input: parseTargetInput(one, identity),
  };
}

function removeRule(ref: string, { buses }: Services): void {
  const [first = '', second] = ref.split('|');
  if (second === undefined) buses.removeRule(DEFAULT_BUS, first);
  else buses.removeRule(first, second);
}
