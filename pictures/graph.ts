import type { Graph } from '../lib/dashboard-graphs.ts';
import { drawLegend } from './legend.ts';
import { type Drawn, highest, roundUp, valuesOf } from './series.ts';
import { box, line, type Place, path, text } from './svg.ts';
import type { Week } from './week.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RED = '#d62728';

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
    ...drawLegend(drawn, { ...place, y: plot.y + plot.height + 38 }),
  ];
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
