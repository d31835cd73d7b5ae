import { z } from 'zod';

type Unit = 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days';

/** A span of time as people write it: `'90 minutes'`, `'6 hours'`, `'30 days'`. Whole numbers from 1. */
export type TimeSpan = `${number} ${Unit}`;

const PATTERN = /^([1-9]\d{0,5}) (minute|hour|day)s?$/;
const MINUTES = { minute: 1, hour: 60, day: 1440 } as const;

/** What a time span may look like; part of error messages. */
const TIME_SPAN_FORM = "a whole number and a unit, for example '90 minutes', '6 hours' or '30 days'";

/** Schema of a time span. */
export const timeSpan = z.custom<TimeSpan>(
  (value) => typeof value === 'string' && PATTERN.test(value),
  TIME_SPAN_FORM,
);

/** Length in minutes. @throws Error if the text is no time span. */
export function minutesOf(span: TimeSpan): number {
  const { count, unit } = parts(span);
  return count * MINUTES[unit];
}

/** Number and unit, the unit in the singular. @throws Error if the text is no time span. */
export function parts(span: TimeSpan): { count: number; unit: keyof typeof MINUTES } {
  const match = PATTERN.exec(span);
  if (!match) throw new Error(`got '${span}', allowed: ${TIME_SPAN_FORM}`);
  return { count: Number(match[1]), unit: match[2] as keyof typeof MINUTES };
}
