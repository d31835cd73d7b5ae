import { GRAPHS } from '../lib/dashboard-graphs.ts';
import { drawGraph } from './graph.ts';
import { picture } from './svg.ts';
import type { Week } from './week.ts';

const COLUMNS = 3;
const WIDTH = 360;
const HEIGHT = 236;
const GAP = 12;

/** The graphs of the CloudWatch dashboard, by its own table, with what a simulated week has measured. */
export function drawDashboard(week: Week): string {
  const rows = Math.ceil(GRAPHS.length / COLUMNS);
  const size = { width: COLUMNS * (WIDTH + GAP) + GAP, height: rows * (HEIGHT + GAP) + GAP };
  const graphs = GRAPHS.map((graph, index) => {
    const x = GAP + (index % COLUMNS) * (WIDTH + GAP);
    const y = GAP + Math.floor(index / COLUMNS) * (HEIGHT + GAP);
    return drawGraph(graph, week, { x, y, width: WIDTH, height: HEIGHT });
  });
  return picture(
    size,
    'The dashboard of two exchange accounts with nine keys in a simulated week',
    graphs.flat(),
  );
}
