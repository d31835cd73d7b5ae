import Table from 'cli-table3';
import type { Terminal } from './terminal.ts';

const NO_BORDER = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);

/** Rows in columns under a head, without a frame. A cell may have several lines. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Terminal['paint'],
): string {
  const table = new Table({
    head: head.map((title) => paint('bold', title)),
    chars: { ...NO_BORDER, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
