import type { Allowance } from './allowances.ts';
import type { Decision } from './decide.ts';
import { COLUMNS, type DecidedRow } from './table.ts';

const START = '<!-- iam-table:start -->';
const END = '<!-- iam-table:end -->';
const CELLS: Readonly<Record<Decision, string>> = { yes: 'yes', no: '–', denied: '**no**' };

/** What the page shows of the decisions. */
export interface Shown {
  readonly rows: readonly DecidedRow[];
  readonly errands: readonly Allowance[];
  readonly gaps: readonly Allowance[];
}

/** The page with its table made anew. @throws Error if the markers are missing */
export function withTable(page: string, shown: Shown): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no ${START} … ${END}`);
  return `${before}${START}\n\n${render(shown)}\n\n${END}${after}`;
}

function render({ rows, errands, gaps }: Shown): string {
  return [
    table(['what', 'act', ...COLUMNS.map(({ title }) => title)], rows.map(cellsOf)),
    'Services, each let in for one errand of this app only:',
    table(
      ['who', 'may'],
      errands.map(({ who, may }) => [who, may]),
    ),
    'Allowed, though nobody needs it:',
    table(
      ['who', 'may'],
      gaps.map(({ who, may }) => [who, may]),
    ),
  ].join('\n\n');
}

/** A thing is named once, in the first of its lines. */
function cellsOf({ thing, act, decisions }: DecidedRow, index: number, all: readonly DecidedRow[]): string[] {
  const isFirst = all[index - 1]?.thing !== thing;
  return [isFirst ? thing : '', act, ...decisions.map((decision) => CELLS[decision])];
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}
