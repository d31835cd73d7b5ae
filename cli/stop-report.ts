import { printable } from './printable.ts';
import { isStopped, leftOver, type Stopping } from './stopping.ts';
import type { Terminal } from './terminal.ts';

/** How far it is: `main: 54 of 100 keys revoked, 46 to go`. */
export function progressLine(stopping: Stopping): string {
  const { done, all } = counts(stopping);
  return printable(`${stopping.account}: ${done} of ${counted(all, 'key')} revoked, ${all - done} to go`);
}

/** What it has come to, one line for each thing that a person has to know of the account. */
export function resultLines(stopping: Stopping, paint: Terminal['paint']): string[] {
  const { account, frozen, failure } = stopping;
  const verdict = isStopped(stopping) ? paint('green', 'stopped') : paint('red', 'NOT stopped');
  const troubles = [
    ...whatIsLeft(stopping),
    ...foreignKeys(stopping).map((key) => `not made by Rekey and alive, to be deleted by hand: ${key}`),
    ...(failure === undefined ? [] : [failure]),
  ];
  return [
    `${paint('bold', printable(account))}: ${verdict}${facts(stopping)}`,
    ...(frozen.length > 0 ? [printable(`  frozen: sub-account ${frozen.join(', ')}`)] : []),
    ...troubles.map((trouble) => paint('red', printable(`  ${trouble}`))),
  ];
}

/** Shortened IDs, each with the key whose secret holds it. */
export function foreignKeys({ keys }: Stopping): string[] {
  return keys.flatMap(({ key, foreign }) => foreign.map((keyId) => `${keyId} (${key})`));
}

/** While a key is rotated there are several of it at the exchange, before its first rotation none. */
function facts(stopping: Stopping): string {
  const { done, all } = counts(stopping);
  const time = `${Math.ceil(stopping.seconds)} s`;
  if (all === 0) return `, no answer in ${time}`;
  const dead = stopping.keys.reduce((sum, { revoked }) => sum + revoked, 0);
  return `, ${done} of ${counted(all, 'key')}; ${dead} dead by the exchange's word; ${time}`;
}

function whatIsLeft({ keys, notBegun }: Stopping): string[] {
  const alive = keys.filter(({ left }) => left > 0).map(({ key, left }) => `${key} (${left})`);
  return [
    ...(alive.length > 0 ? [`may still live: ${alive.join(', ')}`] : []),
    ...(notBegun.length > 0 ? [`not begun: ${notBegun.join(', ')}`] : []),
  ];
}

function counts(stopping: Stopping): { done: number; all: number } {
  const all = new Set([...stopping.keys.map(({ key }) => key), ...stopping.notBegun]).size;
  return { done: all - leftOver(stopping).length, all };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
