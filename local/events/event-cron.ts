import {
  type DayRule,
  parseDayOfMonth,
  parseDayOfWeek,
  parseMonths,
} from '../secrets-manager/cron-fields.ts';
import type { Schedule } from './schedule-expression.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SEARCHED_DAYS = 9 * 366;

/**
 * Reads the six fields `Minutes Hours Day-of-month Month Day-of-week Year` of an EventBridge schedule. It
 * differs from Secrets Manager's cron in minutes, hours and years, which may be any values.
 *
 * @throws Error naming the field. Of the rare day forms `W` is not modelled.
 */
export function parseEventCron(body: string): Schedule {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) throw invalid('it must have six fields');
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  const times = {
    minutes: parseNumbers(minutes, 'minutes', [0, 59]),
    hours: parseNumbers(hours, 'hours', [0, 23]),
    years: parseNumbers(year, 'year', [1970, 2199]),
  };
  const inDays = parseDays({ dayOfMonth, month, dayOfWeek });
  return (afterMs) => {
    const firstDayMs = Math.floor(afterMs / DAY_MS) * DAY_MS;
    for (let day = 0; day < SEARCHED_DAYS; day += 1) {
      const found = firstInDay(firstDayMs + day * DAY_MS, { ...times, inDays, afterMs });
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

interface Search {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly years: readonly number[];
  readonly inDays: DayRule;
  readonly afterMs: number;
}

function firstInDay(
  midnightMs: number,
  { minutes, hours, years, inDays, afterMs }: Search,
): number | undefined {
  const date = new Date(midnightMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  if (!years.includes(year) || !inDays({ year, month, day })) return undefined;
  for (const hour of hours) {
    for (const minute of minutes) {
      const instant = midnightMs + hour * HOUR_MS + minute * MINUTE_MS;
      if (instant > afterMs) return instant;
    }
  }
  return undefined;
}

function parseDays(fields: { dayOfMonth: string; month: string; dayOfWeek: string }): DayRule {
  const byDate = fields.dayOfWeek === '?';
  if (byDate === (fields.dayOfMonth === '?')) throw invalid('one of day-of-month and day-of-week must be ?');
  const inMonth = parseMonths(fields.month);
  const onDay = byDate ? parseDayOfMonth(fields.dayOfMonth) : parseDayOfWeek(fields.dayOfWeek);
  if (!inMonth) throw invalid('the month');
  if (!onDay) throw invalid(byDate ? 'the day-of-month' : 'the day-of-week');
  return (day) => inMonth(day) && onDay(day);
}

function parseNumbers(field: string, name: string, [min, max]: [number, number]): number[] {
  const chosen = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)?(?:\/(\d+))?$/.exec(part);
    const first = Number(match?.[1] ?? min);
    const step = Number(match?.[3] ?? 1);
    const open = match?.[1] === undefined || match[3] !== undefined;
    const last = match?.[2] !== undefined ? Number(match[2]) : open ? max : first;
    if (!match || part === '' || step < 1 || first < min || last > max || last < first)
      throw invalid(`the ${name}`);
    for (let value = first; value <= last; value += step) chosen.add(value);
  }
  return [...chosen].sort((a, b) => a - b);
}

function invalid(what: string): Error {
  return new Error(`the cron expression is not valid: ${what}`);
}
