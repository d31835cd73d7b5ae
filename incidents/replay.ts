import { Attack, actsOf } from './attack.ts';
import { baselineOf } from './baselines.ts';
import type { Changes } from './declare.ts';
import { Life } from './life.ts';
import { failOnErrors } from './quiet.ts';
import { quietActs } from './quiet-acts.ts';
import { Random } from './random.ts';
import { type Notes, setUp } from './set-up.ts';
import { DAY_MS, DAYS, type ExchangeName, HOUR_MS, MINUTE_MS, SECOND_MS, START_MS } from './setting.ts';
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
  /** Days that are lived through before the incident. @default 1: the others are in the notes */
  readonly leadDays?: number | undefined;
  readonly changes?: Changes | undefined;
}

/** At this hour of the day after the quiet month. */
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
  const { trace, exchange, seed, notes, leadDays = 1, changes } = order;
  const lastDayMs = START_MS + DAYS * DAY_MS;
  const world = new World({
    ...{ exchange, baseline: trace.baseline, seed, changes },
    startMs: lastDayMs - leadDays * DAY_MS,
  });
  await setUp(world, notes);
  const life = new Life(world);
  const phase = new Random(seed, `${trace.name} ${exchange}`).between(0, 5 * MINUTE_MS);
  const startMs = lastDayMs + HOUR_OF_DAY * HOUR_MS + Math.round(phase);
  const quiet = quietActs(baselineOf(trace.baseline), {
    ...{ seed, startMs: START_MS },
    days: DAYS + 1 + Math.ceil(lengthOf(trace) / DAY_MS),
  }).filter(({ atMs }) => atMs > world.clock.nowMs());
  await liveUntil(startMs, { world, life, quiet });
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

async function liveUntil(atMs: number, { world, life, quiet }: Around & { world: World }): Promise<void> {
  while ((quiet[0]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) {
    const act = quiet.shift();
    if (!act) break;
    await world.until(act.atMs);
    await life.perform(act);
  }
  await world.until(atMs);
}

async function play(played: Case, around: Around): Promise<void> {
  const { trace, world, attack, startMs } = played;
  const lookEveryMs = MINUTE_MS;
  const endMs = startMs + lengthOf(trace) + PATIENCE_MS;
  const acts = actsOf(trace.steps, startMs);
  for (let nowMs = startMs; nowMs <= endMs && !isOver(played, nowMs); nowMs += lookEveryMs) {
    while ((acts[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      const act = acts.shift();
      if (!act) break;
      await liveUntil(act.atMs, { world, ...around });
      await attack.perform(act);
    }
    await liveUntil(nowMs, { world, ...around });
  }
}

/** Noticed, and answered as far as it ever will be. */
function isOver(played: Case, nowMs: number): boolean {
  const sign = firstSign(played);
  if (!sign) return false;
  return keysDeadAt(played) !== undefined || nowMs - sign.atMs > ANSWER_MS;
}

function lengthOf({ steps }: VisibleTrace): number {
  const ends = steps.map((step) => {
    const { times = 1, every = 1 } = step as { times?: number; every?: number };
    return (step.at + (times - 1) * every) * SECOND_MS;
  });
  return Math.max(...ends);
}
