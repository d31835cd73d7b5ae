import { secretPrefix } from '../../lambda/contract.ts';
import type { Cloud } from '../cloud.ts';
import { type Confirmation, confirm } from '../confirmation.ts';
import { manualSteps } from '../manual-steps.ts';
import { printable } from '../printable.ts';
import { foreignKeys, progressLine, resultLines } from '../stop-report.ts';
import { findTargets, type StopTarget } from '../stop-target.ts';
import { isStopped, leftOver, type Stopping, stopAccount } from '../stopping.ts';
import type { ExitCode, Host, Input, Verb } from '../verb.ts';

export const stop: Verb = {
  name: 'stop',
  argument: '[account[/key]]',
  argumentSummary: 'every key of an account, or one key',
  summary: 'revoke keys now without new ones, and issue none until they are resumed',
  options: [
    { flags: '--all', summary: 'every key of every account of the configuration' },
    { flags: '--yes', summary: 'do not ask first' },
  ],
  run,
};

/** Accounts side by side: one that does not answer does not hold up the others. */
async function run({ argument, options }: Input, host: Host): Promise<ExitCode> {
  const targets = await findTargets(argument, options, host);
  if (!options.yes) await confirm(stopOf(targets), host.terminal);
  const cloud = await host.connect(options.local);
  const stoppings = await Promise.all(targets.map((target) => stopTarget(target, cloud, host)));
  for (const line of stoppings.flatMap((stopping) => resultLines(stopping, host.terminal.paint))) {
    host.terminal.print(line);
  }
  for (const line of whatNext(stoppings)) host.terminal.print(line);
  return stoppings.every(isDone) ? 0 : 1;
}

/** What a person must do is said as soon as it is known, whatever the other accounts still do. */
async function stopTarget(target: StopTarget, cloud: Cloud, host: Host): Promise<Stopping> {
  const { account, key } = target;
  const { terminal, actor } = host;
  const watcher = {
    onAnswer: (stopping: Stopping) => terminal.warn(progressLine(stopping)),
    onFailure: (message: string) => terminal.warn(printable(`${account.name}: ${message}`)),
  };
  const order = { account: account.name, ...(key && { keys: [key.name] }), reason: 'Asked' } as const;
  const stopping = await stopAccount(order, { ...host, operate: cloud.operate, watcher });
  if (isStopped(stopping)) return stopping;
  const known =
    stopping.keys.length > 0 ? leftOver(stopping) : (key ? [key] : account.keys).map(({ name }) => name);
  const place = await cloud.findPlace();
  const isAnswering = stopping.failure === undefined;
  const steps = manualSteps({ target, keys: known, place, actor, isAnswering });
  for (const line of steps) terminal.print(line);
  terminal.print('');
  return stopping;
}

function stopOf(targets: readonly StopTarget[]): Confirmation {
  return {
    asker: 'stop',
    warnings: [
      'These keys are revoked at the exchange, and no new ones are issued until each is resumed:',
      ...targets.map((target) => printable(`  ${describe(target)}`)),
      'Whoever uses them is locked out. No position is closed and no order is cancelled.',
      'A sub-account all of whose keys are stopped is frozen, where the exchange can and the configuration says so.',
    ],
    question: 'Stop now?',
  };
}

/** Of an account the deployed function stops what was deployed; names are those of the file. */
function describe({ account, key }: StopTarget): string {
  if (key) return `${account.name}/${key.name}`;
  const names = account.keys.map(({ name }) => name).join(', ');
  return `${account.name}: all that is deployed of it (${names || `secrets ${secretPrefix(account.name)}...`})`;
}

function isDone(stopping: Stopping): boolean {
  return isStopped(stopping) && foreignKeys(stopping).length === 0;
}

function whatNext(stoppings: readonly Stopping[]): string[] {
  const lines = ['Positions and open orders are as they were: look at the exchange.'];
  if (!stoppings.some(isStopped)) return lines;
  return [
    'Reconcile proves within five minutes that they are dead: npm run rekey -- status',
    'Each key comes back with npm run rekey -- resume <account>/<key>',
    ...lines,
  ];
}
