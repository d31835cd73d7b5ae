import { type BaselineName, baselineOf } from './baselines.ts';
import type { Changes } from './declare.ts';
import { Life } from './life.ts';
import { quietActs } from './quiet-acts.ts';
import { type Notes, notesOn, setUp } from './set-up.ts';
import { DAY_MS, DAYS, type ExchangeName, START_MS } from './setting.ts';
import { type Heard, World } from './world.ts';

/** Whose quiet days. */
export interface QuietOrder {
  readonly exchange: ExchangeName;
  readonly baseline: BaselineName;
  readonly seed: number;
  /** @default 30 */
  readonly days?: number | undefined;
  readonly changes?: Changes | undefined;
}

/** An event that somebody would have been told of, and nothing was wrong. */
interface FalseAlarm {
  readonly at: string;
  readonly event: string;
  readonly reason: string;
  readonly message: string;
}

/** What came of quiet days. */
export interface QuietReport extends Pick<QuietOrder, 'exchange' | 'baseline'> {
  readonly falseAlarms: readonly FalseAlarm[];
  /** What Rekey has noted on the secret when they are over: all that it remembers of them. */
  readonly notes: Notes;
  readonly did: {
    readonly orders: number;
    readonly refused: number;
    readonly passes: number;
    readonly failedPasses: number;
    readonly rotations: number;
  };
}

/** Runs the watch over quiet days. */
export async function runQuiet(order: QuietOrder): Promise<QuietReport> {
  const { exchange, baseline, seed, days = DAYS, changes } = order;
  const world = new World({ exchange, baseline, seed, startMs: START_MS, changes });
  await setUp(world);
  const life = new Life(world);
  const acts = quietActs(baselineOf(baseline), { seed, startMs: START_MS, days });
  await life.until(START_MS + days * DAY_MS, acts);
  await world.secrets.settled();
  failOnErrors(world);
  return {
    exchange,
    baseline,
    falseAlarms: alarmsIn(world.heard).map(({ atMs, event: { event, reason, message } }) => ({
      ...{ at: new Date(atMs).toISOString(), event, reason, message },
    })),
    notes: await notesOn(world),
    did: {
      orders: life.entered,
      refused: life.refused,
      passes: world.passes.run,
      failedPasses: world.passes.failed,
      rotations: world.heard.filter(({ event }) => event.event === 'KeyPromoted').length,
    },
  };
}

/** What would have been told to somebody, each fact once: a new process tells again, with the same id. */
export function alarmsIn(heard: readonly Heard[]): Heard[] {
  const seen = new Set<string>();
  return heard.filter(({ event }) => {
    if (event.severity === 'info' || seen.has(event.id)) return false;
    seen.add(event.id);
    return true;
  });
}

/** An error of the harness must not pass for silence of the watch. */
export function failOnErrors({ clock }: World): void {
  const [first] = clock.errors();
  if (first) throw new Error(`${first.name} failed`, { cause: first.error });
}
