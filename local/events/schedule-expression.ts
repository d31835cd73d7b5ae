import { parseEventCron } from './event-cron.ts';

/** The instant after `afterMs` at which a schedule fires next; undefined when it never does again. */
export type Schedule = (afterMs: number) => number | undefined;

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`, in UTC. A rate counts from `startMs`.
 *
 * @throws Error for what EventBridge would refuse.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string, startMs: number): Schedule {
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron !== undefined) return parseEventCron(cron);
  const [, count, unit, plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const number = Number(count);
  if (unit === undefined || number < 1 || (plural === 's') !== (number !== 1)) {
    throw new Error(`'${expression}' is not a rate() or cron() expression`);
  }
  const intervalMs = number * UNIT_MS[unit as keyof typeof UNIT_MS];
  return (afterMs) => startMs + (Math.floor((afterMs - startMs) / intervalMs) + 1) * intervalMs;
}
