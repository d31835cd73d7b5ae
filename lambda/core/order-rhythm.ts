import type { SeenOrder } from './ports.ts';

/** How many orders a sub-account usually enters. */
export interface Rhythm {
  /** The most in any five minutes, fading with time. */
  readonly peak: number;
  /** When the peak was noted. */
  readonly at: Date;
  /** Since when orders are counted. */
  readonly since: Date;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WINDOW_MS = 5 * MINUTE_MS;
/** A weekend and a weekday have to be seen before anything is unusual. */
const LEARNING_MS = 3 * DAY_MS;
/** What is not seen again fades to half in this time. */
const HALF_LIFE_MS = 14 * DAY_MS;
/** So many times the peak, and so many more than it, is a burst. */
const FACTOR = 4;
const MARGIN = 60;
/** One burst lets the peak grow no further than this: an attack must not teach that attacks are usual. */
const MOST_GROWTH = 2;
/** Looks overlap, up to two hours after a cold start: within this time it may be the same burst. */
const SAME_BURST_MS = 3 * 60 * MINUTE_MS;
const LEAST_PEAK = 10;

/** The most orders in any five minutes. */
export function busiest(orders: readonly SeenOrder[]): number {
  const times = orders.map(({ at }) => at.getTime()).sort((a, b) => a - b);
  let first = 0;
  return times.reduce((most, time, index) => {
    while (time - (times[first] ?? time) >= WINDOW_MS) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}

/** Whether so many orders are far more than ever before. While there is little to compare with, nothing is. */
export function isBurst(rhythm: Rhythm | undefined, count: number, now: Date): boolean {
  if (!rhythm || now.getTime() - rhythm.since.getTime() < LEARNING_MS) return false;
  const peak = peakAt(rhythm, now);
  return count >= peak * FACTOR && count >= peak + MARGIN;
}

/** The rhythm after so many orders have been seen. */
export function learn(rhythm: Rhythm | undefined, count: number, now: Date): Rhythm {
  if (!rhythm) return { peak: count, at: now, since: now };
  const peak = peakAt(rhythm, now);
  const isLearning = now.getTime() - rhythm.since.getTime() < LEARNING_MS;
  if (!isLearning && now.getTime() - rhythm.at.getTime() < SAME_BURST_MS) return rhythm;
  const most = isLearning ? count : Math.min(count, MOST_GROWTH * Math.max(peak, LEAST_PEAK));
  return { peak: Math.max(peak, most), at: now, since: rhythm.since };
}

/** Whether a rhythm is so different from the noted one that it is worth a call to note it. */
export function isWorthNoting(noted: Rhythm | undefined, next: Rhythm): boolean {
  if (!noted) return true;
  return next.peak > noted.peak * 1.1 || next.peak < noted.peak * 0.75;
}

/** `peak at since`: text of a tag. */
export function formatRhythm({ peak, at, since }: Rhythm): string {
  return `${Math.ceil(peak)} ${at.toISOString()} ${since.toISOString()}`;
}

/** Reads the text of a tag; undefined if it is none, as anybody may have written it. */
export function parseRhythm(text: string | undefined): Rhythm | undefined {
  const [peak, at, since] = (text ?? '').split(' ');
  const rhythm = { peak: Number(peak), at: new Date(at ?? ''), since: new Date(since ?? '') };
  const isWhole = Number.isFinite(rhythm.peak) && rhythm.peak >= 0 && peak !== '';
  return isWhole && !Number.isNaN(rhythm.at.getTime()) && !Number.isNaN(rhythm.since.getTime())
    ? rhythm
    : undefined;
}

function peakAt({ peak, at }: Rhythm, now: Date): number {
  return peak * 0.5 ** (Math.max(0, now.getTime() - at.getTime()) / HALF_LIFE_MS);
}
