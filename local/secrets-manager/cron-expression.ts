import { type DayRule, parseDayOfMonth, parseDayOfWeek, parseHours, parseMonths } from './cron-fields.ts';
import { invalidParameter } from './service-error.ts';

/** A cron() schedule: the hours at which windows start, on every day that `matches`. */
export interface CronSchedule {
  readonly hours: readonly number[];
  readonly matches: DayRule;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIN_HOURS_BETWEEN = 4;
/** 29 February is the rarest day that can be asked for: eight years around a century that skips it. */
const SEARCHED_DAYS = 9 * 366;

/**
 * Reads the six fields `Minutes Hours Day-of-month Month Day-of-week Year`.
 *
 * @throws ServiceError InvalidParameterException naming the field.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function parseCron(body: string): CronSchedule {
  const fields = body.trim().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6) throw invalid('it must have six fields');
  if (minutes !== '0') throw invalid('minutes must be 0, because windows start on the hour');
  if (year !== '*') throw invalid('the year must be *');
  const schedule = {
    hours: requireHours(hours ?? ''),
    matches: dayRule({ dayOfMonth: dayOfMonth ?? '', month: month ?? '', dayOfWeek: dayOfWeek ?? '' }),
  };
  if (nextCronStart(schedule, Date.UTC(2000, 0, 1)) === undefined) throw invalid('it never matches a day');
  return schedule;
}

/** The first start later than `afterMs`, or undefined when there is none within nine years. */
export function nextCronStart(schedule: CronSchedule, afterMs: number): number | undefined {
  let midnightMs = Math.floor(afterMs / DAY_MS) * DAY_MS;
  for (let searched = 0; searched < SEARCHED_DAYS; searched += 1, midnightMs += DAY_MS) {
    const date = new Date(midnightMs);
    const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    if (!schedule.matches(day)) continue;
    const hour = schedule.hours.find((candidate) => midnightMs + candidate * HOUR_MS > afterMs);
    if (hour !== undefined) return midnightMs + hour * HOUR_MS;
  }
  return undefined;
}

/** The shortest time between two starts, in hours, counting the step into the next day. */
export function shortestGapHours(hours: readonly number[]): number {
  const nextDay = (hours[0] ?? 0) + 24;
  return Math.min(...hours.map((hour, index) => (hours[index + 1] ?? nextDay) - hour));
}

function requireHours(field: string): number[] {
  const hours = parseHours(field);
  if (!hours) throw invalid('the hours must be 0 to 23 or an increment');
  if (shortestGapHours(hours) < MIN_HOURS_BETWEEN) throw invalid('rotations must be at least 4 hours apart');
  return hours;
}

function dayRule(fields: { dayOfMonth: string; month: string; dayOfWeek: string }): DayRule {
  const byMonthDay = fields.dayOfWeek === '?';
  if (byMonthDay === (fields.dayOfMonth === '?')) {
    throw invalid('exactly one of day-of-month and day-of-week must be ?');
  }
  const inMonth = parseMonths(fields.month);
  if (!inMonth) throw invalid('the month is not valid');
  const onDay = byMonthDay ? parseDayOfMonth(fields.dayOfMonth) : parseDayOfWeek(fields.dayOfWeek);
  if (!onDay) throw invalid(`the ${byMonthDay ? 'day-of-month' : 'day-of-week'} is not valid`);
  return (day) => inMonth(day) && onDay(day);
}

function invalid(reason: string): Error {
  return invalidParameter(`The cron expression of the rotation schedule is not valid: ${reason}.`);
}
