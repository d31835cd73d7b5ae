import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../lambda/contract.ts';
import { GRAPHS } from '../../lib/dashboard-graphs.ts';
import { accountOf, configOf, keyOf } from './fixture.ts';
import { plain, resourcesOf, templatesOf } from './templates.ts';

/** What a key has for itself. */
const PER_KEY = [
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::Secret',
];

function fleetOf(count: number) {
  const keys = Array.from({ length: count }, (_, index) =>
    keyOf({ name: `bot-${index}`, subAccount: String(1_000_000_000 + index) }),
  );
  const { main, shared } = templatesOf(configOf({ trail: 'create', accounts: [accountOf({ keys })] }));
  if (!main || !shared) throw new Error('a stack is missing');
  return { main, shared };
}

function countByType(template: Template): Record<string, number> {
  const counts: Record<string, number> = {};
  const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string }> };
  for (const { Type } of Object.values(Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

function withoutKeys(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).filter(([type]) => !PER_KEY.includes(type));
}

describe('a fleet of a hundred keys', () => {
  const one = fleetOf(1);
  const hundred = fleetOf(100);

  test.each(['main', 'shared'] as const)(
    'has no more alarms, rules and functions than one of a single key: %s',
    (stack) => {
      expect(withoutKeys(countByType(hundred[stack]))).toEqual(withoutKeys(countByType(one[stack])));
      expect(countByType(one.main)['AWS::CloudWatch::Alarm']).toBe(22);
    },
  );

  test('has three resources more for each key more', () => {
    const more = PER_KEY.map(
      (type) => (countByType(hundred.main)[type] ?? 0) - (countByType(one.main)[type] ?? 0),
    );
    expect(more).toEqual([99, 99, 99]);
  });

  test('has no more text for its rules and alarms: nothing of them lists keys', () => {
    for (const type of ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm', 'AWS::Events::Rule'])
      expect(resourcesOf(hundred.main, type)).toEqual(resourcesOf(one.main, type));
    expect(resourcesOf(hundred.shared, 'AWS::CloudWatch::Dashboard')).toEqual(
      resourcesOf(one.shared, 'AWS::CloudWatch::Dashboard'),
    );
  });

  test('names no metric of Rekey with another dimension than the account', () => {
    const text = plain(JSON.stringify([hundred.main.toJSON(), hundred.shared.toJSON()]));
    const inAlarms = Object.values(resourcesOf(hundred.main, 'AWS::CloudWatch::Alarm')).flatMap(
      ({ Properties }) => {
        const nested = ((Properties.Metrics ?? []) as { MetricStat?: { Metric: object } }[]).flatMap(
          ({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []),
        );
        return [Properties, ...nested] as { Namespace?: string; Dimensions?: { Name: string }[] }[];
      },
    );
    const ours = inAlarms.filter(({ Namespace }) => Namespace === 'Rekey');
    expect(ours).toHaveLength(20);
    expect(ours.map(({ Dimensions }) => Dimensions?.map(({ Name }) => Name))).toEqual(
      ours.map(() => ['Account']),
    );
    // The dashboard writes a metric as [namespace, name, dimension, value, …].
    const onBoard = [...text.matchAll(/\[\\*"Rekey\\*",\\*"(\w+)\\*",\\*"(\w+)\\*"/g)];
    expect(onBoard).toHaveLength(GRAPHS.filter(({ over }) => over === 'accounts').length);
    expect(
      onBoard.filter(([, metric = '', dimension]) => !isMetric(metric) || dimension !== 'Account'),
    ).toEqual([]);
  });
});

function isMetric(name: string): boolean {
  return (Object.values(METRICS) as string[]).includes(name);
}
