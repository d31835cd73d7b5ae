import type { BaselineName } from './baselines/baselines.ts';
import { type Outcome, runSchedule } from './run-schedule.ts';
import { parseId } from './schedule.ts';

/** What a worker is asked for: schedules by their ids, of the product or of a baseline. */
export interface Order {
  readonly ids: readonly string[];
  readonly seed: number;
  readonly baseline?: BaselineName | undefined;
}

/** What a worker has found out. */
export type Report = readonly Pick<
  Outcome,
  'id' | 'violations' | 'happened' | 'tally' | 'secretsLookedFor'
>[];

process.on('message', (order: Order) => void answer(order));

async function answer({ ids, seed, baseline }: Order): Promise<void> {
  const report: Report[number][] = [];
  for (const id of ids) {
    const { violations, happened, tally, secretsLookedFor } = await runSchedule(parseId(id), {
      seed,
      baseline,
    });
    report.push({ id, violations, happened, tally, secretsLookedFor });
  }
  process.send?.(report);
}
