import { Refusal } from './refusal.ts';
import type { SignedCall } from './world.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * From `startTime` to `endTime`, at most so many days. What is absent is now, or so many days before the end.
 * @throws Refusal -1127 for a longer time, -1130 for an end before the start
 */
export function parseRange({ world, parameters }: SignedCall, days: number): { start: number; end: number } {
  const skew = world.faults.clockSkewMs;
  const end = (parameters.moment('endTime') ?? world.clock.now() + skew) - skew;
  const start = (parameters.moment('startTime') ?? end + skew - days * dayMs) - skew;
  if (start > end) throw new Refusal('-1130', { details: ['startTime'] });
  if (end - start > days * dayMs) throw new Refusal('-1127', { details: [String(days * 24)] });
  return { start, end };
}
