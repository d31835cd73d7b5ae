import type { Baseline } from './baselines.ts';
import { hiccupActs, movementActs } from './quiet-events.ts';
import { readActs } from './quiet-reads.ts';
import { Random } from './random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './setting.ts';

/** Something that happens on an ordinary day. */
export type QuietAct = { readonly atMs: number } & (
  | { readonly act: 'read'; readonly task: string; readonly address: string }
  | { readonly act: 'order'; readonly symbol: string; readonly side: 'buy' | 'sell' }
  | { readonly act: 'deposit' | 'transfer' | 'withdraw'; readonly coin: string; readonly amount: string }
  | { readonly act: 'hiccup'; readonly fault: 'unavailable' | 'throttle'; readonly count: number }
  | { readonly act: 'outage'; readonly minutes: number }
  | { readonly act: 'cold-start' }
);

/** Which days of whom. */
export interface Span {
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  /** Number of the first day that is wanted. @default 0 */
  readonly from?: number | undefined;
}

/**
 * Everything that a baseline and the world around it do on quiet days, in order. Pure: the seed decides, and a day is the
 * same however many others are asked for with it.
 */
export function quietActs(baseline: Baseline, span: Span): QuietAct[] {
  const { seed, startMs, days, from = 0 } = span;
  const acts = readActs(baseline, span);
  for (let day = from; day < days; day += 1) {
    const random = (what: string) => new Random(seed, `${baseline.key} ${what} ${day}`);
    const dayMs = startMs + day * DAY_MS;
    for (const act of orderActs(baseline, dayMs, random('orders'))) acts.push(act);
    acts.push(...movementActs(baseline, dayMs, random('movements')), ...hiccupActs(dayMs, random('hiccups')));
  }
  return acts
    .filter(({ atMs }) => atMs >= startMs + from * DAY_MS)
    .sort((one, other) => one.atMs - other.atMs);
}

const BUCKET_MS = 5 * MINUTE_MS;
/** Volatile hours on an average day. */
const VOLATILE_PER_DAY = 0.4;

function orderActs({ orders }: Baseline, dayMs: number, random: Random): QuietAct[] {
  if (!orders) return [];
  const volatile = volatileHours(orders.volatile, random);
  const acts: QuietAct[] = [];
  for (let at = 0; at < DAY_MS; at += BUCKET_MS) {
    const factor = rhythmAt(dayMs + at) * (volatile.get(Math.floor(at / HOUR_MS)) ?? 1);
    for (let left = random.count(orders.perFiveMinutes * factor); left > 0; left -= 1) {
      // What is bought is sold again, so that the account keeps its balance.
      const symbol = orders.symbols[Math.floor(acts.length / 2) % orders.symbols.length] as string;
      const side = acts.length % 2 === 0 ? 'buy' : 'sell';
      acts.push({ atMs: dayMs + at + random.whole(0, BUCKET_MS - 1), act: 'order', symbol, side });
    }
  }
  return acts;
}

/** More by day than by night (UTC), and less at weekends. */
function rhythmAt(ms: number): number {
  const at = new Date(ms);
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  const weekend = [0, 6].includes(at.getUTCDay()) ? 0.6 : 1;
  return weekend * (1 + 0.5 * Math.sin(((hour - 8) / 24) * 2 * Math.PI));
}

/** Hours of a day in which markets move, by how much more is traded; some last for two. */
function volatileHours([least, most]: readonly [number, number], random: Random): Map<number, number> {
  const hours = new Map<number, number>();
  for (let left = random.count(VOLATILE_PER_DAY); left > 0; left -= 1) {
    const hour = random.whole(0, 23);
    const factor = random.between(least, most);
    hours.set(hour, factor);
    if (random.chance(0.4)) hours.set(hour + 1, Math.max(1, factor / 2));
  }
  return hours;
}
