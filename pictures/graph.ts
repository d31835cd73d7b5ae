import type { Graph, Series } from '../lib/dashboard-graphs.ts';
import { box, line, path, text, widthOf } from './svg.ts';
import type { Week } from './week.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** One colour for each account, as CloudWatch takes one for each line. */
const ACCOUNT_COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c'];
const RED = '#d62728';

/** Where a graph is on the picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line or an area with its value in each hour. */
interface Drawn {
  readonly label: string;
  readonly color: string;
  readonly values: readonly (number | undefined)[];
}

/** Draws one graph of the dashboard with what a week has measured. */
export function drawGraph(graph: Graph, week: Week, place: Place): string[] {
  const drawn = valuesOf(graph, week);
  const top = roundUp(highest(graph, drawn));
  const plot = { x: place.x + 50, y: place.y + 36, width: place.width - 66, height: place.height - 96 };
  const xOf = (hour: number) => plot.x + (plot.width * hour * HOUR_MS) / (week.toMs - week.fromMs);
  const yOf = (value: number) => plot.y + plot.height - (plot.height * value) / top;
  return [
    box(place, 'class="paper" rx="6"'),
    text([place.x + 14, place.y + 22], graph.title, { classes: 'title' }),
    ...axes(graph, week, { plot, top, xOf, yOf }),
    ...(graph.stacked ? areas(drawn, xOf, yOf) : drawn.map((one) => curve(one, xOf, yOf))),
    ...marksOf(graph, plot, yOf),
    ...legend(drawn, { ...place, y: plot.y + plot.height + 38 }),
  ];
}

function valuesOf({ over, series }: Graph, week: Week): Drawn[] {
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

function highest({ stacked, marks = [] }: Graph, drawn: readonly Drawn[]): number {
  const hours = drawn[0]?.values.length ?? 0;
  const each = Array.from({ length: hours }, (_, hour) => drawn.map(({ values }) => values[hour] ?? 0));
  const tops = each.map((values) =>
    stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values),
  );
  return Math.max(1, ...tops, ...marks.map(({ value }) => value * 1.1));
}

function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((candidate) => candidate * unit >= value) ?? 10;
  return factor * unit;
}

interface Scales {
  readonly plot: Place;
  readonly top: number;
  readonly xOf: (hour: number) => number;
  readonly yOf: (value: number) => number;
}

function axes({ unit }: Graph, { fromMs, toMs }: Week, { plot, top, xOf, yOf }: Scales): string[] {
  const right = plot.x + plot.width;
  const ticks = top === 1 ? [0, 1] : [0, top / 2, top];
  const days = Array.from({ length: (toMs - fromMs) / DAY_MS }, (_, day) => day);
  return [
    ...ticks.flatMap((value) => [
      line([plot.x, yOf(value)], [right, yOf(value)], 'class="grid"'),
      text([plot.x - 6, yOf(value) + 4], `${value}${unit ?? ''}`, { anchor: 'end', classes: 'quiet' }),
    ]),
    ...days.map((day) =>
      text([xOf(day * 24 + 12), plot.y + plot.height + 16], weekday(fromMs + day * DAY_MS), {
        anchor: 'middle',
        classes: 'quiet',
      }),
    ),
  ];
}

/** The highest is labelled above, so that two close ones do not meet. */
function marksOf({ marks = [] }: Graph, { x, width }: Place, yOf: Scales['yOf']): string[] {
  return marks.flatMap(({ value, label }, index) => {
    const isHighest = index === marks.length - 1;
    return [
      line([x, yOf(value)], [x + width, yOf(value)], `stroke="${RED}" stroke-dasharray="5 4"`),
      text([x + width, yOf(value) + (isHighest ? -4 : 14)], label, { anchor: 'end', classes: 'quiet' }),
    ];
  });
}

function weekday(atMs: number): string {
  return ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(atMs).getUTCDay()] ?? '';
}

function areas(drawn: readonly Drawn[], xOf: Scales['xOf'], yOf: Scales['yOf']): string[] {
  let floor = (drawn[0]?.values ?? []).map(() => 0);
  return drawn.flatMap(({ values, color }) => {
    if (!values.some((value) => value)) return [];
    const below = floor;
    const above = below.map((value, hour) => value + (values[hour] ?? 0));
    floor = above;
    const outline = [...steps(above, xOf, yOf), ...steps(below, xOf, yOf).reverse()];
    return [path(outline, `fill="${color}" fill-opacity="0.75"`)];
  });
}

function curve({ values, color }: Drawn, xOf: Scales['xOf'], yOf: Scales['yOf']): string {
  const known = values.flatMap((value, hour) =>
    value === undefined ? [] : [[xOf(hour + 0.5), yOf(value)] as const],
  );
  return path(known, `fill="none" stroke="${color}" stroke-width="1.5" stroke-linejoin="round"`);
}

function steps(values: readonly number[], xOf: Scales['xOf'], yOf: Scales['yOf']): [number, number][] {
  return values.flatMap((value, hour): [number, number][] => [
    [xOf(hour), yOf(value)],
    [xOf(hour + 1), yOf(value)],
  ]);
}

/** What is not zero, in as many lines as it takes; of the rest only how many there are. */
function legend(drawn: readonly Drawn[], { x, y, width }: Place): string[] {
  const seen = drawn.filter(({ values }) => values.some((value) => value));
  const parts: string[] = [];
  let at = { x: x + 14, y };
  const put = (words: string, color: string | undefined) => {
    const needed = widthOf(words) + (color ? 30 : 14);
    if (at.x > x + 14 && at.x + needed > x + width) at = { x: x + 14, y: at.y + 18 };
    if (color)
      parts.push(box({ x: at.x, y: at.y - 9, width: 10, height: 10 }, `fill="${color}" fill-opacity="0.85"`));
    parts.push(text([at.x + (color ? 15 : 0), at.y], words, color ? {} : { classes: 'quiet' }));
    at = { ...at, x: at.x + needed };
  };
  for (const { label, color } of seen) put(label, color);
  const zero = drawn.length - seen.length;
  if (zero > 0) put(zero === 1 ? '1 more is zero' : `${zero} more are zero`, undefined);
  return parts;
}
