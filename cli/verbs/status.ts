import { type Inquiry, judgeAccount } from '../account-judgement.ts';
import type { Cloud } from '../cloud.ts';
import type { DeclaredAccount } from '../declared.ts';
import { NotDoneError } from '../problem.ts';
import { accountLine, readersTable, statusTable, unseenLines } from '../status-report.ts';
import type { ExitCode, Host, Input, Verb } from '../verb.ts';

export const status: Verb = {
  name: 'status',
  argument: '[account]',
  argumentSummary: 'exchange account; all of the configuration if left out',
  summary:
    'show every key with its state, age, next rotation, retiring keys, debt and findings, and what is not watched',
  options: [
    { flags: '--check', summary: 'exit with 1 if anything is not as declared' },
    { flags: '--readers', summary: 'show also who read which key last' },
    { flags: '--json', summary: "print the functions' answers as one JSON object by account" },
  ],
  run,
};

/** An account that does not answer does not hide the others. */
async function run({ argument, options }: Input, host: Host): Promise<ExitCode> {
  const declared = await host.readDeclared(options);
  const accounts = argument === undefined ? declared.accounts : [declared.getAccount(argument)];
  const cloud = await host.connect(options.local);
  const inquiries = await Promise.all(accounts.map((account) => inquire(account, cloud)));
  if (options.json) host.terminal.print(asJson(inquiries));
  else show(inquiries, { ...host, isWithReaders: options.readers === true });
  const judgements = inquiries.map(judgeAccount);
  if (judgements.some(({ isAnswered }) => !isAnswered)) return 1;
  return options.check && judgements.some(({ isAsDeclared }) => !isAsDeclared) ? 1 : 0;
}

async function inquire(declared: DeclaredAccount, { operate }: Cloud): Promise<Inquiry> {
  try {
    return { declared, answer: await operate.ask(declared.name, { act: 'status' }) };
  } catch (error) {
    if (!(error instanceof NotDoneError)) throw error;
    return { declared, failure: error.message };
  }
}

function asJson(inquiries: readonly Inquiry[]): string {
  const entries = inquiries.map((inquiry) => [
    inquiry.declared.name,
    'answer' in inquiry ? inquiry.answer : { outcome: 'failed', message: inquiry.failure },
  ]);
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

function show(
  inquiries: readonly Inquiry[],
  { terminal, now, isWithReaders }: Host & { readonly isWithReaders: boolean },
): void {
  const { print, paint } = terminal;
  const judgements = inquiries.map(judgeAccount);
  for (const judgement of judgements) {
    for (const line of [accountLine(judgement, paint), ...unseenLines(judgement, paint)]) print(line);
  }
  const rows = judgements.flatMap((judgement) => judgement.keys);
  if (rows.length === 0) return;
  const hasReaders = isWithReaders && rows.some(({ readers }) => readers.length > 0);
  const tables = [statusTable(rows, now(), paint), ...(hasReaders ? [readersTable(rows, now(), paint)] : [])];
  for (const table of tables) print(`\n${table}`);
}
