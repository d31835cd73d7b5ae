import type { Declared, DeclaredAccount } from '../declared.ts';
import { Drill, type DrillResult, type DrillTools } from '../drill.ts';
import { drillLines } from '../drill-report.ts';
import { printable } from '../printable.ts';
import { BadInputError } from '../problem.ts';
import { progressLine } from '../stop-report.ts';
import type { ExitCode, Host, Input, Verb } from '../verb.ts';

export const drill: Verb = {
  name: 'drill',
  argument: '[account]',
  argumentSummary: 'exchange account, as in the configuration',
  summary: 'practise a stop on the keys that are declared for it, take the time, and resume them',
  options: [
    { flags: '--all', summary: 'every account of the configuration that has drill keys' },
    { flags: '--no-proof', summary: 'do not wait until reconcile has proven the keys dead' },
    { flags: '--json', summary: 'print the times as one JSON object by account' },
  ],
  run,
};

async function run({ argument, options }: Input, host: Host): Promise<ExitCode> {
  if ((argument === undefined) === (options.all !== true)) {
    throw new BadInputError('say where to practise: <account>, or everywhere with --all');
  }
  const declared = await host.readDeclared(options);
  const accounts = withDrillKeys(declared, argument);
  const { operate } = await host.connect(options.local);
  const interrupt = host.catchInterrupt();
  const { terminal } = host;
  const tell = (line: string) => terminal.warn(printable(line));
  interrupt.signal.addEventListener('abort', () => tell('breaking off: the drill keys are resumed first'));
  const tools: Omit<DrillTools, 'watcher'> = {
    ...{ ...host, operate, tell, signal: interrupt.signal },
    isToBeProven: options.proof !== false,
  };
  try {
    const results = await drillAll(accounts, tools);
    if (options.json) terminal.print(JSON.stringify(Object.fromEntries(results), null, 2));
    else for (const line of drillLines(results, terminal.paint)) terminal.print(line);
    const isInOrder = [...results.values()].every(({ problems }) => problems.length === 0);
    return isInOrder && !interrupt.signal.aborted ? 0 : 1;
  } finally {
    interrupt.release();
  }
}

/** Side by side. A fault on one account does not keep the keys of another from being resumed. */
async function drillAll(
  accounts: readonly DeclaredAccount[],
  tools: Omit<DrillTools, 'watcher'>,
): Promise<ReadonlyMap<string, DrillResult>> {
  const settled = await Promise.allSettled(accounts.map((account) => drillAt(account, tools)));
  const faulty = settled.find(({ status }) => status === 'rejected');
  if (faulty?.status === 'rejected') throw faulty.reason;
  return new Map(settled.flatMap((drilled) => (drilled.status === 'fulfilled' ? [drilled.value] : [])));
}

async function drillAt(
  account: DeclaredAccount,
  tools: Omit<DrillTools, 'watcher'>,
): Promise<[string, DrillResult]> {
  const watcher = {
    onAnswer: (stopping: Parameters<typeof progressLine>[0]) => tools.tell(progressLine(stopping)),
    onFailure: (message: string) => tools.tell(`${account.name}: ${message}`),
  };
  return [account.name, await new Drill(account, { ...tools, watcher }).run()];
}

function withDrillKeys(declared: Declared, argument: string | undefined): readonly DeclaredAccount[] {
  const named = argument === undefined ? declared.accounts : [declared.getAccount(argument)];
  const accounts = named.filter(({ keys }) => keys.some((key) => key.drill));
  if (accounts.length > 0) return accounts;
  const where = argument === undefined ? '' : ` in ${printable(argument)}`;
  throw new BadInputError(
    `${declared.path} declares no key for drills${where}: give one that no program uses the field drill: true and deploy, or see npm run demo`,
  );
}
