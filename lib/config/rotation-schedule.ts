import { type CronFault, parseCron } from './cron.ts';
import type { Problem } from './problem.ts';
import type { RotationConfig } from './schema.ts';
import { minutesOf, parts, type TimeSpan } from './time-span.ts';

/** When Secrets Manager rotates a key. */
export interface RotationSchedule {
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  /** How long a rotation may begin late; Secrets Manager's default if absent. */
  readonly windowHours?: number;
  /** Shortest time between the openings of two rotation windows. */
  readonly leastIntervalMinutes: number;
  /** Longest time a window stays open. */
  readonly openMinutes: number;
}

const LEAST_HOURS = 4;
const MOST_DAYS = 999;
const DAY_HOURS = 24;

/** Reads a rotation, or says what is wrong with it; paths are relative to `rotate`. */
export function readRotation(rotate: RotationConfig): RotationSchedule | Problem {
  return 'every' in rotate ? readRate(rotate.every, rotate.window) : readCron(rotate.cron, rotate.window);
}

function readRate(every: TimeSpan, window: TimeSpan | undefined): RotationSchedule | Problem {
  const minutes = minutesOf(every);
  const { count, unit } = parts(every);
  if (unit === 'minute' || minutes < LEAST_HOURS * 60 || minutes > MOST_DAYS * DAY_HOURS * 60) {
    const allowed = `from '${LEAST_HOURS} hours' to '${MOST_DAYS} days', in hours or days: Secrets Manager rotates no oftener`;
    return { path: ['every'], got: every, allowed };
  }
  const longest = unit === 'hour' ? Math.min(minutes / 60, DAY_HOURS) : DAY_HOURS;
  const windowHours = window && hoursOf(window, longest);
  if (windowHours && typeof windowHours !== 'number') return windowHours;
  return {
    expression: `rate(${count} ${unit}${count === 1 ? '' : 's'})`,
    ...(windowHours && { windowHours }),
    leastIntervalMinutes: minutes,
    openMinutes: 60 * (windowHours ?? (unit === 'hour' ? 1 : DAY_HOURS)),
  };
}

function readCron(expression: string, window: TimeSpan): RotationSchedule | Problem {
  const cron = parseCron(expression);
  if (isFault(cron)) return { path: ['cron'], got: expression, allowed: cron.allowed };
  const leastHours = leastGap(cron.hours, cron.leastDays);
  if (leastHours < LEAST_HOURS) {
    return {
      path: ['cron'],
      got: expression,
      allowed: `at least ${LEAST_HOURS} hours between two rotations`,
    };
  }
  const windowHours = hoursOf(window, Math.min(DAY_HOURS - (cron.hours.at(-1) ?? 0), leastHours));
  if (typeof windowHours !== 'number') return windowHours;
  return { expression, windowHours, leastIntervalMinutes: 60 * leastHours, openMinutes: 60 * windowHours };
}

function isFault(cron: ReturnType<typeof parseCron>): cron is CronFault {
  return 'allowed' in cron;
}

/** Shortest time between two openings: within a day, or from the last of one day to the first of the next. */
function leastGap(hours: readonly number[], leastDays: number): number {
  const overnight = leastDays * DAY_HOURS + (hours[0] ?? 0) - (hours.at(-1) ?? 0);
  return Math.min(overnight, ...hours.slice(1).map((hour, index) => hour - (hours[index] ?? 0)));
}

function hoursOf(window: TimeSpan, longest: number): number | Problem {
  const hours = minutesOf(window) / 60;
  if (Number.isInteger(hours) && hours <= longest) return hours;
  const allowed = `whole hours, at most ${longest}: a window ends with its UTC day and before the next one opens`;
  return { path: ['window'], got: window, allowed };
}

/**
 * The most keys that can be in their grace period at once. Counts the windows that a grace period can
 * touch, since a rotation may begin late in one window and early in the next.
 */
export function mostRetiring(schedule: RotationSchedule, graceMinutes: number): number {
  return Math.floor((graceMinutes + schedule.openMinutes) / schedule.leastIntervalMinutes) + 1;
}
