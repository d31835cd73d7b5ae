import Table from 'cli-table3';
import type { Judgement, KeyRow } from './account-judgement.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { formatInstant, formatSpan } from './time-span.ts';

type Paint = Terminal['paint'];

const STATE_STYLES = {
  Current: 'green',
  Rotating: 'cyan',
  Empty: 'yellow',
  Overdue: 'red',
  Missing: 'red',
  NotDeployed: 'red',
} as const;

/** The account in one line: its manager key and the keys there that are not ours. */
export function accountLine({ account, status, failure }: Judgement, paint: Paint): string {
  const title = paint('bold', printable(account));
  if (!status) return `${title}: ${paint('red', printable(failure ?? 'no answer'))}`;
  const { exchange, environment, foreignKeys } = status;
  const foreign =
    foreignKeys.length === 0
      ? 'no foreign keys'
      : paint('red', printable(`${foreignKeys.length} foreign: ${foreignKeys.join(', ')}`));
  const facts = [managerFact(status, paint), ...(status.manager === 'Accepted' ? [foreign] : [])];
  return `${title} ${printable(`(${exchange}, ${environment})`)}: ${facts.join(', ')}`;
}

function managerFact({ manager, account }: NonNullable<Judgement['status']>, paint: Paint): string {
  const put = printable(`npm run rekey -- manager put ${account}`);
  switch (manager) {
    case 'Accepted':
      return 'manager key accepted';
    case 'Pending':
      return paint('yellow', `manager key pending and never accepted; put it again: ${put}`);
    case 'Missing':
      return paint('red', `manager key missing: ${put}`);
  }
}

const HEAD = ['KEY', 'STATE', 'KEY ID', 'AGE', 'NEXT ROTATION', 'RETIRING', 'DEBT', 'FINDINGS'];

const NO_BORDER = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);

/** The keys of all accounts. Retiring keys and debt take a line each. */
export function statusTable(rows: readonly KeyRow[], now: Date, paint: Paint): string {
  const table = new Table({
    head: HEAD.map((title) => paint('bold', title)),
    chars: { ...NO_BORDER, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => cellsOf(row, now, paint)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function cellsOf(row: KeyRow, now: Date, paint: Paint): string[] {
  const retiring = row.retiring.filter(({ overdue }) => !overdue);
  const debt = row.retiring.filter(({ overdue }) => overdue);
  const agoMs = (at: string) => now.getTime() - Date.parse(at);
  return [
    printable(row.key),
    paint(STATE_STYLES[row.state], row.state),
    orDash([row.keyId ?? ''].filter(Boolean)),
    row.issuedAt ? formatSpan(agoMs(row.issuedAt)) : '-',
    row.nextRotationAt ? formatInstant(row.nextRotationAt) : '-',
    orDash(retiring.map(({ keyId, dueAt }) => `${keyId} until ${formatInstant(dueAt)}`)),
    orDash(
      debt.map(({ keyId, dueAt }) => `${keyId} ${formatSpan(agoMs(dueAt))} late`),
      (text) => paint('red', text),
    ),
    orDash(row.findings, (text) => paint('yellow', text)),
  ];
}

function orDash(lines: readonly string[], dress: (text: string) => string = (text) => text): string {
  return lines.length === 0 ? '-' : lines.map((line) => dress(printable(line))).join('\n');
}
