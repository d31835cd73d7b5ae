import type { Judgement, KeyRow } from './account-judgement.ts';
import { plainTable } from './plain-table.ts';
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
  Stopped: 'red',
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

/** How many things that are not watched are told; there may be one for each key. */
const TOLD_UNSEEN = 12;

/** What nobody looks at on the account: what the exchange does not tell, and what is not declared. */
export function unseenLines({ status }: Judgement, paint: Paint): string[] {
  const unseen = status?.unseen ?? [];
  const more = unseen.length - TOLD_UNSEEN;
  const told = unseen.slice(0, TOLD_UNSEEN).map((what) => `  not watched: ${printable(what)}`);
  return [...told, ...(more > 0 ? [`  not watched: ${more} more, in --json`] : [])].map((line) =>
    paint('dim', line),
  );
}

const HEAD = ['KEY', 'STATE', 'KEY ID', 'AGE', 'NEXT ROTATION', 'RETIRING', 'DEBT', 'FINDINGS'];

/** The keys of all accounts. Retiring keys and debt take a line each. */
export function statusTable(rows: readonly KeyRow[], now: Date, paint: Paint): string {
  return plainTable(
    HEAD,
    rows.map((row) => cellsOf(row, now, paint)),
    paint,
  );
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

const READERS_HEAD = ['KEY', 'READER', 'LAST READ'];

/** Declared readers by key, each with its last read as far as CloudTrail has told; it tells minutes late. */
export function readersTable(rows: readonly KeyRow[], now: Date, paint: Paint): string {
  const cells = rows.flatMap(({ key, readers }) =>
    readers.map(({ role, lastReadAt }) => [
      printable(key),
      printable(role),
      lastReadAt === undefined
        ? paint('yellow', 'none told')
        : `${formatInstant(lastReadAt)}, ${formatSpan(now.getTime() - Date.parse(lastReadAt))} ago`,
    ]),
  );
  return plainTable(READERS_HEAD, cells, paint);
}
