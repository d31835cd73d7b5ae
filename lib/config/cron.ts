/**
 * Secrets Manager's cron, which is not everybody's: six fields, minutes 0, any year, UTC, one of the two
 * day fields `?`. @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html (2026-11)
 */
export interface CronSchedule {
  /** Hours of a day at which a rotation window opens, in order. */
  readonly hours: readonly number[];
  /** Whole days between the two closest days on which one opens; 1 if any two such days adjoin. */
  readonly leastDays: number;
}

/** Why a cron expression will not do. */
export interface CronFault {
  readonly allowed: string;
}

interface Range {
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
}

type DayTest = (day: Date) => boolean;

const HOURS: Range = { min: 0, max: 23 };
const DAYS: Range = { min: 1, max: 31 };
const MONTHS: Range = {
  min: 1,
  max: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const WEEKDAYS: Range = { min: 1, max: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };

const FORM = "six fields as in 'cron(0 8 ? * MON *)': 0, hours, day-of-month, month, day-of-week, *";

/** Reads an expression. What is wrong comes back as a sentence that says what is allowed. */
export function parseCron(expression: string): CronSchedule | CronFault {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(' ');
  if (fields?.length !== 6) return { allowed: FORM };
  const [minutes = '', hours = '', monthDay = '', month = '', weekDay = '', year = ''] = fields;
  if (minutes !== '0') return { allowed: 'minutes 0: rotation windows open on the hour' };
  if (year !== '*') return { allowed: 'year *' };
  if ((monthDay === '?') === (weekDay === '?')) return { allowed: '? in exactly one of the two day fields' };
  const hourValues = valuesOf(hours, HOURS);
  if (!hourValues) return { allowed: 'hours from 0 to 23' };
  const months = valuesOf(month, MONTHS);
  if (!months) return { allowed: 'months from 1 to 12 or JAN to DEC' };
  const isDay = weekDay === '?' ? monthDayTest(monthDay) : weekDayTest(weekDay);
  if (!isDay)
    return { allowed: 'days of the month from 1 to 31 or L, days of the week from 1 to 7 or SUN to SAT' };
  const leastDays = closestDays((day) => months.includes(day.getUTCMonth() + 1) && isDay(day));
  return leastDays ? { hours: hourValues, leastDays } : { allowed: 'days that exist' };
}

function monthDayTest(field: string): DayTest | undefined {
  if (field === 'L') return isLastDay;
  const days = valuesOf(field, DAYS);
  return days && ((day) => days.includes(day.getUTCDate()));
}

function weekDayTest(field: string): DayTest | undefined {
  const special = /^(.+?)(?:#([1-5])|L)$/.exec(field);
  const weekDay = oneOf(special?.[1] ?? '', WEEKDAYS);
  if (weekDay !== undefined) return special?.[2] ? nth(weekDay, Number(special[2])) : last(weekDay);
  const days = field === 'L' ? [WEEKDAYS.max] : valuesOf(field, WEEKDAYS);
  return days && ((day) => days.includes(weekDayOf(day)));
}

function nth(weekDay: number, count: number): DayTest {
  return (day) => weekDayOf(day) === weekDay && Math.ceil(day.getUTCDate() / 7) === count;
}

function last(weekDay: number): DayTest {
  return (day) => weekDayOf(day) === weekDay && day.getUTCMonth() !== daysLater(day, 7).getUTCMonth();
}

function isLastDay(day: Date): boolean {
  return daysLater(day, 1).getUTCDate() === 1;
}

function weekDayOf(day: Date): number {
  return day.getUTCDay() + 1;
}

function daysLater(day: Date, count: number): Date {
  return new Date(day.getTime() + count * 86_400_000);
}

/** Every value of a field with `* , - /`, in order; undefined if the field is not valid. */
function valuesOf(field: string, range: Range): number[] | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [first, last, step] = spanOf(part, range) ?? [];
    if (first === undefined || last === undefined || step === undefined) return undefined;
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** First value, last value and step of `*`, `3`, `1-5`, `2/10` or `1-5/2`. */
function spanOf(part: string, range: Range): [number, number, number] | undefined {
  const [, base = '', step] = /^([^/]+)(?:\/([1-9]\d?))?$/.exec(part) ?? [];
  const [from, to] =
    base === '*' ? [range.min, range.max] : base.split('-').map((text) => oneOf(text, range));
  if (from === undefined || base.split('-').length > 2) return undefined;
  const end = base.includes('-') || base === '*' ? to : step ? range.max : from;
  return end === undefined || end < from ? undefined : [from, end, Number(step ?? 1)];
}

function oneOf(text: string, range: Range): number | undefined {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return range.min + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= range.min && value <= range.max ? value : undefined;
}

/** Looks through eight years, so that leap days count as well. Undefined if no two days match. */
function closestDays(matches: DayTest): number | undefined {
  const start = new Date('2024-01-01T00:00:00Z');
  const days = Array.from({ length: 8 * 366 }, (_, index) => index).filter((index) =>
    matches(daysLater(start, index)),
  );
  const gaps = days.slice(1).map((day, index) => day - (days[index] ?? 0));
  return gaps.length > 0 ? Math.min(...gaps) : undefined;
}
