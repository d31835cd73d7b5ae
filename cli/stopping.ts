import type { StoppedKey } from '../lambda/operate-protocol.ts';
import { expectOutcome } from './answer.ts';
import type { OperateFunctions } from './cloud.ts';
import { sentenceOf } from './problem.ts';
import type { Host } from './verb.ts';

/** The end of keys of one account, as it is ordered of the account's function. */
export interface StopOrder {
  readonly account: string;
  /** Names within the account; absent: all that are deployed. */
  readonly keys?: readonly string[] | undefined;
  readonly reason: 'Asked' | 'Drill';
}

/** What stopping has come to, added up over the answers so far. */
export interface Stopping {
  readonly account: string;
  /** What was last said of each key. */
  readonly keys: readonly StoppedKey[];
  /** Names of keys that there was no time for. */
  readonly notBegun: readonly string[];
  /** Sub-accounts that were frozen. */
  readonly frozen: readonly string[];
  /** Since the first order was given. */
  readonly seconds: number;
  /** Why nothing more was ordered although the last order had no answer. */
  readonly failure?: string | undefined;
}

/** Who is told while it goes on. */
interface Watcher {
  onAnswer(stopping: Stopping): void;
  /** An order that had no answer, or was refused; it is given again, up to a limit. Told once while it stays so. */
  onFailure(message: string): void;
}

/** What giving orders works with. */
export interface StopTools extends Pick<Host, 'now' | 'pause' | 'actor'> {
  readonly operate: OperateFunctions;
  readonly watcher: Watcher;
  /** No further order is given once it says so. */
  readonly signal?: AbortSignal;
}

/** After each order that brought nothing, so long is waited for the next; after the last one none is given. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];
/** Fewer for one without an answer: a person has to begin by hand soon. */
const PAUSES_AFTER_FAILURE_MS = [1_000, 2_000];
/** A function that has brought nothing for so long is not waited for. */
const PATIENCE_MS = 120_000;

/**
 * Orders the end of keys again and again, as one order takes no more than a minute, until nothing is left or no more
 * comes of it. What one order has done, the next finds done. Never throws: a person must be told what is left.
 */
export async function stopAccount(order: StopOrder, tools: StopTools): Promise<Stopping> {
  const { now, pause, watcher, signal } = tools;
  const startedAt = now().getTime();
  let stopping: Stopping = { account: order.account, keys: [], notBegun: [], frozen: [], seconds: 0 };
  let best = stopping;
  let [fruitless, bestAt] = [0, startedAt];
  for (;;) {
    const next = await orderOnce({ order, stopping, startedAt }, tools);
    if (next.failure === undefined) watcher.onAnswer(next);
    else if (next.failure !== stopping.failure) watcher.onFailure(next.failure);
    const isBetter = isProgress(best, next);
    stopping = next;
    if (isStopped(stopping)) return stopping;
    if (isBetter) [best, fruitless, bestAt] = [stopping, 0, now().getTime()];
    const pauseMs = (stopping.failure === undefined ? PAUSES_MS : PAUSES_AFTER_FAILURE_MS)[fruitless];
    const isHopeless = now().getTime() - bestAt > PATIENCE_MS;
    if (pauseMs === undefined || isHopeless || signal?.aborted) return stopping;
    fruitless += isBetter ? 0 : 1;
    await pause(pauseMs, signal);
  }
}

/** Names of the keys that may still live, as far as the function has named any. */
export function leftOver({ keys, notBegun }: Stopping): string[] {
  return [...keys.filter(({ left }) => left > 0).map(({ key }) => key), ...notBegun];
}

/** Whether every key is dead by the exchange's word. Foreign ones, which are no key of ours, are not counted. */
export function isStopped(stopping: Stopping): boolean {
  return stopping.failure === undefined && stopping.keys.length > 0 && leftOver(stopping).length === 0;
}

interface Attempt {
  readonly order: StopOrder;
  readonly stopping: Stopping;
  readonly startedAt: number;
}

async function orderOnce(attempt: Attempt, { operate, actor, now }: StopTools): Promise<Stopping> {
  const { order, stopping } = attempt;
  const { account, reason } = order;
  const named = stopping.keys.length === 0 ? order.keys : leftOver(stopping);
  const request = { act: 'stop', reason, actor, ...(named && { keys: [...named] }) } as const;
  const passed = () => ({ seconds: (now().getTime() - attempt.startedAt) / 1000 });
  try {
    const answer = expectOutcome(await operate.ask(account, request), 'stopped', request);
    const keys = new Map([...stopping.keys, ...answer.keys].map((key) => [key.key, key]));
    const frozen = new Set([...stopping.frozen, ...answer.frozen]);
    const known = { account, keys: [...keys.values()], notBegun: answer.notBegun, frozen: [...frozen] };
    return { ...known, ...passed() };
  } catch (error) {
    return { ...stopping, ...passed(), failure: sentenceOf(error) };
  }
}

/** More keys begun than ever, or less left of those that are: both can happen only so often. */
function isProgress(best: Stopping, next: Stopping): boolean {
  if (next.failure !== undefined) return false;
  return next.keys.length > best.keys.length || sumOfLeft(next) < sumOfLeft(best);
}

function sumOfLeft({ keys }: Stopping): number {
  return keys.reduce((sum, { left }) => sum + left, 0);
}
