/** A calendar day in UTC. */
interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export type DayRule = (day: Day) => boolean;

interface FieldRange {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;
const DAY_OF_MONTH: FieldRange = { min: 1, max: 31 };
const MONTH: FieldRange = { min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: FieldRange = { min: 1, max: 7, names: WEEKDAYS };

/** Hours take one value or an increment (`8`, `8/8`, `/8`), nothing else. Undefined when the field is wrong. */
export function parseHours(field: string): number[] | undefined {
  const match = /^(\d{1,2})?(?:\/(\d{1,2}))?$/.exec(field);
  if (!match || field === '') return undefined;
  const first = Number(match[1] ?? 0);
  const step = match[2] === undefined ? 24 : Number(match[2]);
  if (first > 23 || step < 1) return undefined;
  const hours: number[] = [];
  for (let hour = first; hour < 24; hour += step) hours.push(hour);
  return hours;
}

export function parseMonths(field: string): DayRule | undefined {
  const months = parseValues(field, MONTH);
  return months && (({ month }) => months.has(month));
}

export function parseDayOfMonth(field: string): DayRule | undefined {
  if (field === 'L') return (day) => day.day === daysInMonth(day);
  const lastNamed = lastNamedDay(field);
  if (lastNamed) return lastNamed;
  const days = parseValues(field, DAY_OF_MONTH);
  return days && (({ day }) => days.has(day));
}

export function parseDayOfWeek(field: string): DayRule | undefined {
  if (field === 'L') return (day) => weekday(day) === 7;
  const numbered = /^([A-Z]{3}|[1-7])#([1-5])$/.exec(field);
  if (numbered) return numberedWeekday(numbered[1] ?? '', Number(numbered[2]));
  const lastNamed = lastNamedDay(field);
  if (lastNamed) return lastNamed;
  const days = parseValues(field, DAY_OF_WEEK);
  return days && ((day) => days.has(weekday(day)));
}

function lastNamedDay(field: string): DayRule | undefined {
  const wanted = WEEKDAYS.findIndex((name) => field === `${name}L`) + 1;
  if (wanted === 0) return undefined;
  return (day) => weekday(day) === wanted && day.day + 7 > daysInMonth(day);
}

function numberedWeekday(name: string, week: number): DayRule | undefined {
  const wanted = parseNumber(name, DAY_OF_WEEK);
  if (wanted === undefined) return undefined;
  return (day) => weekday(day) === wanted && Math.ceil(day.day / 7) === week;
}

function parseValues(field: string, range: FieldRange): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const span = parseSpan(part, range);
    if (!span) return undefined;
    for (let value = span.first; value <= span.last; value += span.step) values.add(value);
  }
  return values;
}

/** `*`, `5`, `MON-FRI` or `1/3`, where an increment runs to the end of the field. */
function parseSpan(
  part: string,
  range: FieldRange,
): { first: number; last: number; step: number } | undefined {
  if (part === '*') return { first: range.min, last: range.max, step: 1 };
  const match = /^([A-Z]{3}|\d{1,2})(?:-([A-Z]{3}|\d{1,2})|\/(\d{1,2}))?$/.exec(part);
  const first = match?.[1] === undefined ? undefined : parseNumber(match[1], range);
  if (!match || first === undefined) return undefined;
  const step = Number(match[3] ?? 1);
  const last = match[3] !== undefined ? range.max : parseNumber(match[2] ?? match[1] ?? '', range);
  if (last === undefined || last < first || step < 1) return undefined;
  return { first, last, step };
}

function parseNumber(text: string, range: FieldRange): number | undefined {
  const named = range.names?.indexOf(text) ?? -1;
  const value = named >= 0 ? named + range.min : Number(text);
  return value >= range.min && value <= range.max ? value : undefined;
}

/** 1 is Sunday. */
function weekday({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function daysInMonth({ year, month }: Day): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
