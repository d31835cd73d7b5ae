import type { Baseline } from './baselines.ts';
import type { QuietAct, Span } from './quiet-acts.ts';
import { Random } from './random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './setting.ts';

const WEEK_DAYS = 7;

/** Reads of the secret: at each start of a process, and again whenever its cache time is over. */
export function readActs(baseline: Baseline, span: Span): QuietAct[] {
  const random = (what: string) => new Random(span.seed, `${baseline.key} reads ${what}`);
  const always = Array.from({ length: baseline.tasks }, (_, index) =>
    longTask(baseline, span, { name: `task-${index}`, random: random(`task ${index}`) }),
  );
  const days = Array.from({ length: span.days }, (_, day) => ({ day, random: random(`day ${day}`) }));
  return [
    ...always.flat(),
    ...days.flatMap((day) => shortTasks(baseline, span.startMs, day)),
    ...days.flatMap((day) => weeklyRun(baseline, span.startMs, day)),
  ];
}

/** A process that runs all month, apart from restarts and deployments; a deployment moves it to another address. */
function longTask(
  { cacheMinutes, restartsPerDay, deploymentsPerWeek }: Baseline,
  { startMs, days }: Span,
  { name, random }: { name: string; random: Random },
): QuietAct[] {
  const perDay = restartsPerDay + deploymentsPerWeek / WEEK_DAYS;
  const acts: QuietAct[] = [];
  let address = addressFor(random);
  let startsAgainAt = startMs + waitFor(perDay, random);
  for (let at = startMs + random.between(0, MINUTE_MS); at < startMs + days * DAY_MS; ) {
    acts.push({ atMs: Math.round(at), act: 'read', task: name, address });
    // A cache looks again at the first use after its time is over.
    const next = at + cacheMinutes * MINUTE_MS + random.between(0, 20_000);
    if (next < startsAgainAt) {
      at = next;
      continue;
    }
    at = startsAgainAt + random.between(5_000, 90_000);
    if (random.chance(deploymentsPerWeek / WEEK_DAYS / perDay)) address = addressFor(random);
    startsAgainAt = at + waitFor(perDay, random);
  }
  return acts;
}

interface Day {
  readonly day: number;
  readonly random: Random;
}

/** Processes that are added when there is much to do, and live for some hours. */
function shortTasks(
  { scaleOutPerDay, cacheMinutes }: Baseline,
  startMs: number,
  { day, random }: Day,
): QuietAct[] {
  const acts: QuietAct[] = [];
  for (let number = random.count(scaleOutPerDay); number > 0; number -= 1) {
    const [address, task] = [addressFor(random), `more-${day}-${number}`];
    const from = startMs + day * DAY_MS + random.between(0, 20 * HOUR_MS);
    const to = from + random.between(HOUR_MS, 6 * HOUR_MS);
    for (let at = from; at < to; at += cacheMinutes * MINUTE_MS + random.between(0, 20_000))
      acts.push({ atMs: Math.round(at), act: 'read', task, address });
  }
  return acts;
}

/** What runs on Monday mornings: it starts, reads, works for some minutes and is gone. */
function weeklyRun({ runs }: Baseline, startMs: number, { day, random }: Day): QuietAct[] {
  const dayMs = startMs + day * DAY_MS;
  if (runs !== 'sometimes' || new Date(dayMs).getUTCDay() !== 1) return [];
  const atMs = dayMs + 6 * HOUR_MS + random.whole(0, 10 * MINUTE_MS);
  const run: QuietAct = { atMs, act: 'read', task: `run-${day}`, address: addressFor(random) };
  // Somebody looks at the report and lets it run again.
  if (!random.chance(0.3)) return [run];
  return [run, { ...run, atMs: atMs + 3 * HOUR_MS, task: `again-${day}`, address: addressFor(random) }];
}

/** An address in the team's block. */
function addressFor(random: Random): string {
  return `198.51.100.${random.whole(10, 250)}`;
}

/** Time until something happens that happens so often a day. */
function waitFor(perDay: number, random: Random): number {
  return perDay === 0 ? Number.POSITIVE_INFINITY : (-Math.log(1 - random.fraction()) / perDay) * DAY_MS;
}
