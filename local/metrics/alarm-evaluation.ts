import type { Aggregate } from './metric-store.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';
export type Statistic = keyof typeof STATISTICS;
export type Comparison = keyof typeof COMPARISONS;

/** How each statistic follows from what is known of a period. */
const STATISTICS = {
  Sum: ({ sum }: Aggregate) => sum,
  Average: ({ sum, sampleCount }: Aggregate) => sum / sampleCount,
  Minimum: ({ minimum }: Aggregate) => minimum,
  Maximum: ({ maximum }: Aggregate) => maximum,
  SampleCount: ({ sampleCount }: Aggregate) => sampleCount,
} as const;

const COMPARISONS = {
  GreaterThanThreshold: {
    fits: (value: number, threshold: number) => value > threshold,
    words: 'greater than',
  },
  GreaterThanOrEqualToThreshold: {
    fits: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { fits: (value: number, threshold: number) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    fits: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to',
  },
} as const;

export const STATISTIC_NAMES = Object.keys(STATISTICS) as Statistic[];
export const COMPARISON_NAMES = Object.keys(COMPARISONS) as Comparison[];

/** When an alarm is in alarm. */
export interface AlarmRule {
  readonly statistic: Statistic;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
}

/** `state` is undefined when the alarm stays as it is. */
export interface Evaluation {
  readonly state: AlarmState | undefined;
  readonly reason: string;
}

/** CloudWatch looks a little further back than the evaluation periods, to find values instead of gaps. */
const EXTRA_PERIODS = 2;

/** How many periods an evaluation looks at. */
export function evaluationRange({ evaluationPeriods }: AlarmRule): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

/**
 * The state that follows from the periods of the evaluation range, newest first, `undefined` where there is no
 * value. How far CloudWatch looks back is not documented; two periods further is what its examples show.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(rule: AlarmRule, periods: readonly (Aggregate | undefined)[]): Evaluation {
  const found = periods.flatMap((aggregate, age) =>
    aggregate ? [{ value: STATISTICS[rule.statistic](aggregate), age }] : [],
  );
  const considered = found.slice(0, rule.evaluationPeriods);
  if (considered.length === 0) return withoutData(rule);
  const breaching = considered.filter(({ value }) =>
    COMPARISONS[rule.comparison].fits(value, rule.threshold),
  );
  const missing = rule.evaluationPeriods - considered.length;
  const reason = reasonOf(
    rule,
    considered.map(({ value }) => value),
    missing,
  );
  const enough = breaching.length >= rule.datapointsToAlarm;
  const possible = breaching.length + missing >= rule.datapointsToAlarm;
  if (enough || !possible) return { state: enough ? 'ALARM' : 'OK', reason };
  if (rule.missingData === 'breaching') return { state: 'ALARM', reason };
  if (rule.missingData === 'notBreaching' || breaching.length < considered.length)
    return { state: 'OK', reason };
  const oldest = breaching.at(-1)?.age ?? 0;
  const waitedLongEnough = oldest + 1 >= rule.datapointsToAlarm;
  return { state: rule.missingData === 'missing' && waitedLongEnough ? 'ALARM' : undefined, reason };
}

function withoutData({ missingData, evaluationPeriods }: AlarmRule): Evaluation {
  const reason = `no datapoints were received for ${evaluationPeriods} periods, and missing data is '${missingData}'`;
  const state = ({ breaching: 'ALARM', notBreaching: 'OK', missing: 'INSUFFICIENT_DATA' } as const)[
    missingData as Exclude<MissingData, 'ignore'>
  ];
  return { state, reason };
}

function reasonOf(rule: AlarmRule, values: readonly number[], missing: number): string {
  const { words } = COMPARISONS[rule.comparison];
  const gaps = missing === 0 ? '' : `, ${missing} missing (${rule.missingData})`;
  return `Threshold check: [${values.join(', ')}]${gaps}; ALARM when ${rule.datapointsToAlarm} of ${rule.evaluationPeriods} are ${words} ${rule.threshold}`;
}
