import type { Graph, Series } from '../lib/dashboard-graphs.ts';
import type { Week } from './week.ts';

const HOUR_MS = 3_600_000;
/** One colour for each account, as CloudWatch takes one for each line. */
const ACCOUNT_COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c'];

/** A line or an area with its value in each hour. */
export interface Drawn {
  readonly label: string;
  readonly color: string;
  readonly values: readonly (number | undefined)[];
}

/** What a graph shows: one line for each account, or each series added up over all. */
export function valuesOf({ over, series }: Graph, week: Week): Drawn[] {
  if (over === 'accounts')
    return week.accounts.map((account, index) => ({
      label: account,
      color: ACCOUNT_COLORS[index % ACCOUNT_COLORS.length] ?? '',
      values: hoursOf(week).map((hourMs) => week.measured.find({ account, ...series[0] }, hourMs)),
    }));
  return series.map(({ label, color, ...source }) => ({ label, color, values: addedUp(source, week) }));
}

/** As the dashboard's search does: accounts without a value count nothing. */
function addedUp(source: Pick<Series, 'metric' | 'statistic'>, week: Week): number[] {
  return hoursOf(week).map((hourMs) =>
    week.accounts.reduce(
      (sum, account) => sum + (week.measured.find({ account, ...source }, hourMs) ?? 0),
      0,
    ),
  );
}

function hoursOf({ fromMs, toMs }: Week): number[] {
  return Array.from({ length: (toMs - fromMs) / HOUR_MS }, (_, hour) => fromMs + hour * HOUR_MS);
}

/** The highest value that is drawn, marks included. */
export function highest({ stacked, marks = [] }: Graph, drawn: readonly Drawn[]): number {
  const hours = drawn[0]?.values.length ?? 0;
  const each = Array.from({ length: hours }, (_, hour) => drawn.map(({ values }) => values[hour] ?? 0));
  const tops = each.map((values) =>
    stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values),
  );
  return Math.max(1, ...tops, ...marks.map(({ value }) => value * 1.1));
}

/** A round number that is no less. */
export function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((candidate) => candidate * unit >= value) ?? 10;
  return factor * unit;
}
