import { describe, expect, it } from 'vitest';
import {
  type AlarmRule,
  type AlarmState,
  evaluate,
  evaluationRange,
} from '../../../local/metrics/alarm-evaluation.ts';
import type { Aggregate } from '../../../local/metrics/metric-store.ts';

const KEPT = undefined;

/**
 * Periods oldest first, as the user guide's tables write them: `X` breaching, `0` not, `-` missing.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
function stateOf(periods: string, rule: Partial<AlarmRule>): AlarmState | undefined {
  const full: AlarmRule = {
    statistic: 'Sum',
    comparison: 'GreaterThanThreshold',
    threshold: 5,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'missing',
    ...rule,
  };
  const newestFirst = periods.split(' ').reverse().map(aggregateOf);
  expect(newestFirst).toHaveLength(evaluationRange(full));
  return evaluate(full, newestFirst).state;
}

function aggregateOf(sign: string): Aggregate | undefined {
  if (sign === '-') return undefined;
  const value = sign === 'X' ? 9 : 0;
  return { sum: value, minimum: value, maximum: value, sampleCount: 1 };
}

type Row = [string, ...(AlarmState | undefined)[]];

const threeOfThree: Row[] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK'],
  ['- - X - -', 'ALARM', KEPT, 'ALARM', 'OK'],
  ['- - - - X', KEPT, KEPT, 'ALARM', 'OK'],
];

const twoOfThree: Row[] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', KEPT, 'ALARM', 'OK'],
];

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

describe.each([
  [3, threeOfThree],
  [2, twoOfThree],
])('an alarm on %i of 3 periods', (datapointsToAlarm, rows) => {
  it.each(rows)('with %s follows the treatment of missing data', (periods, ...expected) => {
    const states = treatments.map((missingData) => stateOf(periods, { datapointsToAlarm, missingData }));
    expect(states).toEqual(expected);
  });
});

describe('an alarm on one period', () => {
  const one = { evaluationPeriods: 1, datapointsToAlarm: 1 };

  it.each<Row>([
    ['- - X', 'ALARM'],
    ['X - 0', 'OK'],
    ['X - -', 'ALARM'],
    ['- - -', 'OK'],
  ])('with %s looks two periods further back before it takes data as missing', (periods, expected) => {
    expect(stateOf(periods, { ...one, missingData: 'notBreaching' })).toBe(expected);
  });

  const values = { sum: 12, minimum: 1, maximum: 6, sampleCount: 4 };

  it.each([
    ['Sum', 12],
    ['Average', 3],
    ['Minimum', 1],
    ['Maximum', 6],
    ['SampleCount', 4],
  ] as const)('reads %s', (statistic, threshold) => {
    const rule = { ...one, statistic, threshold, missingData: 'missing' } as const;
    const states = (['GreaterThanOrEqualToThreshold', 'GreaterThanThreshold'] as const).map(
      (comparison) => evaluate({ ...rule, comparison }, [values]).state,
    );
    expect(states).toEqual(['ALARM', 'OK']);
  });

  it.each([
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
  ] as const)('compares by %s', (comparison, expected) => {
    const states = [11, 12, 13].map((value) => {
      const periods = [{ sum: value, minimum: value, maximum: value, sampleCount: 1 }];
      return evaluate(
        { ...one, statistic: 'Sum', comparison, threshold: 12, missingData: 'missing' },
        periods,
      ).state;
    });
    expect(states).toEqual(expected);
  });
});
