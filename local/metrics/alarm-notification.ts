import type { Place } from '../arn.ts';
import type { Parcel } from '../delivery.ts';
import type { AlarmChange, AlarmDefinition } from './alarm.ts';

/** A change of state together with the alarm that it is about. */
export interface AlarmNews {
  readonly place: Place;
  readonly arn: string;
  readonly definition: AlarmDefinition;
  readonly change: AlarmChange;
  /** Since when the alarm was in its former state, and why. */
  readonly before: { readonly reason: string; readonly since: string };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function stateChangeDetail({ definition, change, before }: AlarmNews): Record<string, unknown> {
  const { watched, description } = definition;
  return {
    alarmName: change.name,
    state: { value: change.to, reason: change.reason, timestamp: change.at },
    previousState: { value: change.from, reason: before.reason, timestamp: before.since },
    configuration: {
      ...(description === undefined ? {} : { description }),
      metrics: watched.kind === 'metric' ? [metricOf(watched)] : [],
    },
  };
}

/** What a topic gets, in the form that CloudWatch mails. */
export function topicMessage({ place, arn, definition, change }: AlarmNews): Parcel {
  const { watched, actions } = definition;
  const message = {
    AlarmName: change.name,
    AlarmDescription: definition.description ?? null,
    AWSAccountId: place.accountId,
    NewStateValue: change.to,
    NewStateReason: change.reason,
    StateChangeTime: change.at,
    Region: place.region,
    AlarmArn: arn,
    OldStateValue: change.from,
    AlarmActions: actions.ALARM,
    OKActions: actions.OK,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    Trigger: watched.kind === 'metric' ? triggerOf(watched) : {},
  };
  return { subject: `${change.to}: "${change.name}" in ${place.region}`, body: JSON.stringify(message) };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
export function functionMessage(news: AlarmNews): Parcel {
  const { place, arn, change } = news;
  const body = {
    source: 'aws.cloudwatch',
    alarmArn: arn,
    accountId: place.accountId,
    time: change.at,
    region: place.region,
    alarmData: stateChangeDetail(news),
  };
  return { body: JSON.stringify(body) };
}

type WatchedMetric = Extract<AlarmDefinition['watched'], { kind: 'metric' }>;

function metricOf({ metric, periodMs, rule }: WatchedMetric): Record<string, unknown> {
  const { namespace, name, dimensions } = metric;
  return {
    id: 'm1',
    metricStat: { metric: { namespace, name, dimensions }, period: periodMs / 1000, stat: rule.statistic },
    returnData: true,
  };
}

function triggerOf({ metric, periodMs, rule }: WatchedMetric): Record<string, unknown> {
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    StatisticType: 'Statistic',
    Statistic: rule.statistic.toUpperCase(),
    Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ name, value })),
    Period: periodMs / 1000,
    EvaluationPeriods: rule.evaluationPeriods,
    DatapointsToAlarm: rule.datapointsToAlarm,
    ComparisonOperator: rule.comparison,
    Threshold: rule.threshold,
    TreatMissingData: rule.missingData,
  };
}
