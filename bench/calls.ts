import type { BaselineName } from '../faults/baselines/baselines.ts';
import { runSchedule } from '../faults/run-schedule.ts';
import type { ExchangeName } from '../faults/setting.ts';
import type { WorkName } from '../faults/works.ts';

/** Remote calls of whole works, in which nothing goes wrong. */
export interface Calls {
  /** The four steps of a rotation. */
  readonly rotation: number;
  /** The same of AWS's template, filled in for an exchange key. Its revocation is left out, as it is ours. */
  readonly baselineRotation: number;
  /** Beyond a pass that has nothing to do: revoke, prove that it is dead, tell, settle. */
  readonly revocation: number;
  /** What the template spends on it: read the old key, delete it. */
  readonly baselineRevocation: number;
  /** A reconcile pass over one key that has nothing to do and nothing to tell. */
  readonly idleReconcile: number;
}

/** Counts the calls of each work at one exchange. */
export async function countCalls(exchange: ExchangeName): Promise<Calls> {
  const idleReconcile = await callsOf(exchange, 'reconcile', TOLD_BEFORE);
  const template = await callsOf(exchange, 'rotation', { baseline: 'aws-template' });
  return {
    rotation: await callsOf(exchange, 'rotation'),
    baselineRotation: template,
    revocation: (await callsOf(exchange, 'revocation', TOLD_BEFORE)) - idleReconcile,
    baselineRevocation: (await callsOf(exchange, 'second-rotation', { baseline: 'aws-template' })) - template,
    idleReconcile,
  };
}

/** The foreign key of these worlds was told, and what the current key may do noted, by an earlier pass. */
const TOLD_BEFORE = { toldBefore: true };

async function callsOf(
  exchange: ExchangeName,
  work: WorkName,
  options: { baseline?: BaselineName; toldBefore?: boolean } = {},
): Promise<number> {
  const schedule = { exchange, work, continuation: 'retry', weather: 'fair', happenings: [] } as const;
  const { calls, workCalls } = await runSchedule(schedule, { baseline: options.baseline });
  const told = calls.slice(0, workCalls).filter(({ name }) => /ForeignKeyFound$|^TagResource$/.test(name));
  return workCalls - (options.toldBefore ? told.length : 0);
}
