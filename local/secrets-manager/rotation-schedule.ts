import { type CronSchedule, nextCronStart, parseCron, shortestGapHours } from './cron-expression.ts';
import { invalidParameter } from './service-error.ts';

/** Rules as RotateSecret takes them and DescribeSecret shows them. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined;
  readonly Duration?: string | undefined;
  readonly ScheduleExpression?: string | undefined;
}

type Frequency =
  | { readonly kind: 'hours'; readonly count: number }
  | { readonly kind: 'days'; readonly count: number }
  | { readonly kind: 'cron'; readonly cron: CronSchedule };

/** Rules that were checked. */
export interface RotationSchedule {
  readonly rules: RotationRules;
  readonly frequency: Frequency;
  readonly durationHours: number | undefined;
}

/** The time in which a rotation starts and may be tried again. */
export interface RotationWindow {
  readonly startMs: number;
  readonly endMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIN_HOURS = 4;
const MAX_DAYS = 999;
/** AutomaticallyAfterDays reaches one day further than rate(). */
const MAX_AUTOMATIC_DAYS = 1000;

/**
 * Checks rotation rules: a rate() or cron() expression or a number of days, and the length of the window.
 *
 * @throws ServiceError InvalidParameterException.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function parseRotationRules(rules: RotationRules): RotationSchedule {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
  if (days !== undefined && expression !== undefined) {
    throw invalidParameter('You cannot specify both rotation frequency and schedule expression together.');
  }
  const frequency = expression === undefined ? everyDays(days) : parseExpression(expression);
  const durationHours = rules.Duration === undefined ? undefined : Number.parseInt(rules.Duration, 10);
  requireDurationFits(frequency, durationHours);
  return { rules, frequency, durationHours };
}

/**
 * The window that comes next: for a rate, one interval after `anchorMs`, or the soonest when that has passed;
 * for cron, the next matching hour.
 */
export function nextWindow(schedule: RotationSchedule, anchorMs: number, nowMs: number): RotationWindow {
  const { frequency } = schedule;
  if (frequency.kind === 'cron') {
    const startMs = nextCronStart(frequency.cron, nowMs);
    if (startMs === undefined) throw new Error('a cron schedule that was accepted has no next start');
    return windowAt(schedule, startMs);
  }
  const unitMs = frequency.kind === 'days' ? DAY_MS : HOUR_MS;
  const regular = windowAt(schedule, floorTo(anchorMs + frequency.count * unitMs, unitMs));
  if (regular.endMs > nowMs) return regular;
  const today = windowAt(schedule, floorTo(nowMs, unitMs));
  return today.endMs > nowMs ? today : windowAt(schedule, today.startMs + unitMs);
}

/** The window that a rotation started by hand opens: the schedule's Duration, else 24 hours. */
export function manualWindow(schedule: RotationSchedule, nowMs: number): RotationWindow {
  return { startMs: nowMs, endMs: nowMs + (schedule.durationHours ?? 24) * HOUR_MS };
}

/** The calendar days between rotations, at least 1, as DescribeSecret shows them after a rotation. */
export function daysBetween(schedule: RotationSchedule, lastMs: number): number {
  const { startMs } = nextWindow(schedule, lastMs, lastMs);
  return Math.max(1, (floorTo(startMs, DAY_MS) - floorTo(lastMs, DAY_MS)) / DAY_MS);
}

function windowAt(schedule: RotationSchedule, startMs: number): RotationWindow {
  const { frequency, durationHours } = schedule;
  const endOfDayMs = floorTo(startMs, DAY_MS) + DAY_MS;
  const defaultHours = isHourly(frequency) ? 1 : 24;
  return { startMs, endMs: Math.min(startMs + (durationHours ?? defaultHours) * HOUR_MS, endOfDayMs) };
}

function isHourly(frequency: Frequency): boolean {
  return frequency.kind === 'cron' ? frequency.cron.hours.length > 1 : frequency.kind === 'hours';
}

function everyDays(days: number | undefined): Frequency {
  if (days === undefined) throw invalidParameter('The rotation rules must have a rotation schedule.');
  if (days < 1 || days > MAX_AUTOMATIC_DAYS) {
    throw invalidParameter(`AutomaticallyAfterDays must be from 1 to ${MAX_AUTOMATIC_DAYS}.`);
  }
  return { kind: 'days', count: days };
}

function parseExpression(expression: string): Frequency {
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (cron) return { kind: 'cron', cron: parseCron(cron[1] ?? '') };
  const rate = /^rate\(([1-9]\d*) (hour|day)s?\)$/.exec(expression);
  if (!rate) throw invalidParameter('The rotation schedule must be a rate() or cron() expression.');
  const kind = rate[2] === 'day' ? 'days' : 'hours';
  const count = Number(rate[1]);
  const hours = kind === 'days' ? count * 24 : count;
  if (hours < MIN_HOURS || hours > MAX_DAYS * 24) {
    throw invalidParameter(`The rotation rate must be from ${MIN_HOURS} hours to ${MAX_DAYS} days.`);
  }
  return { kind, count };
}

function requireDurationFits(frequency: Frequency, durationHours: number | undefined): void {
  if (durationHours === undefined) return;
  if (durationHours < 1 || durationHours > longestDurationHours(frequency)) {
    throw invalidParameter(
      'The rotation window must end before the next one starts and before the UTC day ends.',
    );
  }
}

function longestDurationHours(frequency: Frequency): number {
  if (frequency.kind === 'hours') return Math.min(frequency.count, 24);
  if (frequency.kind === 'days') return 24;
  const { hours } = frequency.cron;
  return Math.min(shortestGapHours(hours), 24 - Math.max(...hours));
}

function floorTo(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}
