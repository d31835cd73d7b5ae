import { actsOf, lengthOf } from './acts.ts';
import { Attack } from './attack.ts';
import { baselineOf } from './baselines.ts';
import type { Changes } from './declare.ts';
import { Life } from './life.ts';
import { failOnErrors } from './quiet.ts';
import { quietActs } from './quiet-acts.ts';
import { Random } from './random.ts';
import { type Notes, setUp } from './set-up.ts';
import { DAY_MS, DAYS, type ExchangeName, HOUR_MS, MINUTE_MS, START_MS } from './setting.ts';
import type { VisibleTrace } from './trace.ts';
import { type Case, firstSign, judge, keysDeadAt, type Verdict } from './verdict.ts';
import { World } from './world.ts';

/** An incident to replay. */
export interface ReplayOrder {
  readonly trace: VisibleTrace;
  readonly exchange: ExchangeName;
  readonly seed: number;
  /** What Rekey remembers of the quiet days before; without it the watch has everything to learn. */
  readonly notes: Notes;
  /** Days of quiet before the day of the incident. @default 30 */
  readonly days?: number | undefined;
  /** So many of them are lived through. @default 0: what Rekey remembers of them is in the notes */
  readonly leadDays?: number | undefined;
  readonly changes?: Changes | undefined;
}

/** How often it is looked whether all is over. */
const LOOK_MS = MINUTE_MS;
/** At this hour of the day after the quiet month; the day is lived through from its midnight. */
const HOUR_OF_DAY = 14;
/** So long after its last act an incident that nobody noticed is given up. */
const PATIENCE_MS = 2 * HOUR_MS;
/** So long an answer is waited for. */
const ANSWER_MS = 45 * MINUTE_MS;

/**
 * Plays an incident on the day after the quiet month, while the baseline goes on. Stops when the incident was noticed and
 * what there is to answer is done: what the trace holds beyond that did not happen.
 */
export async function replay(order: ReplayOrder): Promise<Verdict> {
  const { trace, exchange, seed, notes, days = DAYS, leadDays = 0, changes } = order;
  const lastDayMs = START_MS + days * DAY_MS;
  const world = new World({
    ...{ exchange, baseline: trace.baseline, seed, changes },
    startMs: lastDayMs - leadDays * DAY_MS,
  });
  await setUp(world, notes);
  const life = new Life(world);
  // A pass may have been just now, or be due just now.
  const phase = new Random(seed, `${trace.name} ${exchange}`).between(0, 5 * MINUTE_MS);
  const startMs = lastDayMs + HOUR_OF_DAY * HOUR_MS + Math.round(phase);
  const quiet = quietActs(baselineOf(trace.baseline), {
    ...{ seed, startMs: START_MS, from: days - leadDays },
    days: days + 1 + Math.ceil(lengthOf(trace.steps) / DAY_MS),
  }).filter(({ atMs }) => atMs > world.clock.nowMs());
  await life.until(startMs, quiet);
  const attack = new Attack(world, life);
  const played = { trace, world, attack, startMs };
  await play(played, { life, quiet });
  await world.secrets.settled();
  failOnErrors(world);
  return judge(played);
}

interface Around {
  readonly life: Life;
  /** Acts of the quiet days that are still to come; those that are past are taken off. */
  readonly quiet: ReturnType<typeof quietActs>;
}

async function play(played: Case, { life, quiet }: Around): Promise<void> {
  const { trace, attack, startMs } = played;
  const endMs = startMs + lengthOf(trace.steps) + PATIENCE_MS;
  const acts = actsOf(trace.steps, startMs);
  for (let nowMs = startMs; nowMs <= endMs && !isOver(played, nowMs); nowMs += LOOK_MS) {
    while ((acts[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      const act = acts.shift();
      if (!act) break;
      await life.until(act.atMs, quiet);
      await attack.perform(act);
    }
    await life.until(nowMs, quiet);
  }
}

/** Noticed, and answered as far as it ever will be. */
function isOver(played: Case, nowMs: number): boolean {
  const sign = firstSign(played);
  if (!sign) return false;
  return keysDeadAt(played) !== undefined || nowMs - sign.atMs > ANSWER_MS;
}
