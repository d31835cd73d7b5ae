import type { DrillResult } from './drill.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

const HEAD = ['ACCOUNT', 'DRILL KEYS', 'REVOKED AFTER', 'PROVEN DEAD AFTER', 'IN USE AGAIN AFTER'];

/** A row for each account, and below the table what was not as it should be. */
export function drillLines(results: ReadonlyMap<string, DrillResult>, paint: Terminal['paint']): string[] {
  const rows = [...results].map(([account, result]) => [
    printable(account),
    result.keys.map(printable).join('\n') || '-',
    inSeconds(result.revokedSeconds),
    inSeconds(result.provenSeconds),
    inSeconds(result.currentSeconds),
  ]);
  const problems = [...results].flatMap(([account, result]) =>
    result.problems.map((problem) => paint('red', printable(`${account}: ${problem}`))),
  );
  return [plainTable(HEAD, rows, paint), ...problems];
}

function inSeconds(seconds: number | undefined): string {
  return seconds === undefined ? '-' : `${seconds.toFixed(1)} s`;
}
