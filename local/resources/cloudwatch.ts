import { z } from 'zod';
import type { AlarmDefinition, Watched } from '../metrics/alarm.ts';
import { COMPARISON_NAMES, STATISTIC_NAMES } from '../metrics/alarm-evaluation.ts';
import { parseCompositeRule } from '../metrics/composite-rule.ts';
import { flag, number, text, texts, withoutEffect } from './property-shapes.ts';
import {
  type DeployedResource,
  effective,
  type ResourceContext,
  type ResourceTypes,
} from './resource-type.ts';

const dimension = z.strictObject({ Name: text, Value: text });

const alarm = z.strictObject({
  AlarmName: text.optional(),
  AlarmDescription: text.optional(),
  ActionsEnabled: flag.default(true),
  AlarmActions: texts.default([]),
  OKActions: texts.default([]),
  InsufficientDataActions: texts.default([]),
  Namespace: text.optional(),
  MetricName: text.optional(),
  Dimensions: z.array(dimension).default([]),
  Statistic: text.optional(),
  ExtendedStatistic: text.optional(),
  Period: number.optional(),
  EvaluationPeriods: number,
  DatapointsToAlarm: number.optional(),
  Threshold: number.optional(),
  ThresholdMetricId: text.optional(),
  ComparisonOperator: text,
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
  Metrics: z.array(z.unknown()).optional(),
  Tags: withoutEffect,
  Unit: withoutEffect,
});

const compositeAlarm = z.strictObject({
  AlarmName: text.optional(),
  AlarmDescription: text.optional(),
  AlarmRule: text,
  ActionsEnabled: flag.default(true),
  AlarmActions: texts.default([]),
  OKActions: texts.default([]),
  InsufficientDataActions: texts.default([]),
  Tags: withoutEffect,
});

type AlarmProperties = z.output<typeof alarm>;
type CompositeProperties = z.output<typeof compositeAlarm>;

const watchedMetric = z.object({
  Namespace: text,
  MetricName: text,
  Statistic: z.enum(STATISTIC_NAMES),
  ComparisonOperator: z.enum(COMPARISON_NAMES),
  Threshold: z.number(),
  Period: z.number().multipleOf(60),
});

export const cloudWatchTypes: ResourceTypes = {
  'AWS::CloudWatch::Alarm': effective({
    properties: alarm,
    apply: (properties, context) => put(properties, context, watchedBy(properties)),
    remove: (name, { alarms }) => alarms.remove(name),
  }),
  'AWS::CloudWatch::CompositeAlarm': effective({
    properties: compositeAlarm,
    apply: (properties, context) =>
      put(properties, context, { kind: 'composite', rule: parseCompositeRule(properties.AlarmRule) }),
    remove: (name, { alarms }) => alarms.remove(name),
  }),
};

function put(
  properties: AlarmProperties | CompositeProperties,
  context: ResourceContext,
  watched: Watched,
): DeployedResource {
  const { alarms, delivery } = context.services;
  const definition = { ...definitionOf(properties, context), watched };
  for (const target of Object.values(definition.actions).flat()) {
    if (!delivery.knows(target)) throw new Error(`the local cloud has no alarm action for ${target}`);
  }
  return { ref: definition.name, attributes: { Arn: alarms.put(definition) } };
}

function definitionOf(
  properties: AlarmProperties | CompositeProperties,
  context: ResourceContext,
): Omit<AlarmDefinition, 'watched'> {
  return {
    name: properties.AlarmName ?? context.existing ?? context.generatedName(),
    description: properties.AlarmDescription,
    actionsEnabled: properties.ActionsEnabled,
    actions: {
      ALARM: properties.AlarmActions,
      OK: properties.OKActions,
      INSUFFICIENT_DATA: properties.InsufficientDataActions,
    },
  };
}

function watchedBy(properties: AlarmProperties): Watched {
  if (properties.Metrics) return notEvaluated('metric math or an anomaly band');
  if (properties.ExtendedStatistic !== undefined) return notEvaluated('a percentile');
  const { Namespace, MetricName, Statistic, ComparisonOperator, Threshold, Period } =
    watchedMetric.parse(properties);
  const dimensions = Object.fromEntries(properties.Dimensions.map(({ Name, Value }) => [Name, Value]));
  return {
    kind: 'metric',
    metric: { namespace: Namespace, name: MetricName, dimensions },
    periodMs: Period * 1000,
    rule: {
      statistic: Statistic,
      comparison: ComparisonOperator,
      threshold: Threshold,
      evaluationPeriods: properties.EvaluationPeriods,
      datapointsToAlarm: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
      missingData: properties.TreatMissingData,
    },
  };
}

function notEvaluated(what: string): Watched {
  return { kind: 'not evaluated locally', why: `not evaluated locally: ${what}` };
}
