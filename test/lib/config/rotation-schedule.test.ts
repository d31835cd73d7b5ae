import { describe, expect, test } from 'vitest';
import { mostRetiring, readRotation } from '../../../lib/config/rotation-schedule.ts';
import type { RotationConfig } from '../../../lib/config/schema.ts';
import { minutesOf, type TimeSpan } from '../../../lib/config/time-span.ts';

interface Grace {
  what: string;
  rotate: RotationConfig;
  gracePeriod: TimeSpan;
  most: number;
}

function scheduleOf(rotate: RotationConfig) {
  const read = readRotation(rotate);
  if ('allowed' in read) throw new Error(read.allowed);
  return read;
}

describe('a rotation', () => {
  test.each<[RotationConfig, string, number | undefined]>([
    [{ every: '30 days' }, 'rate(30 days)', undefined],
    [{ every: '1 days' }, 'rate(1 day)', undefined],
    [{ every: '6 hours', window: '2 hours' }, 'rate(6 hours)', 2],
    [{ cron: 'cron(0 8 ? * MON *)', window: '3 hours' }, 'cron(0 8 ? * MON *)', 3],
  ])('%o becomes %s', (rotate, expression, windowHours) => {
    const schedule = scheduleOf(rotate);

    expect([schedule.expression, schedule.windowHours]).toEqual([expression, windowHours]);
  });
});

describe('the most retiring keys', () => {
  test.each<Grace>([
    {
      what: 'one, when grace is short beside the interval',
      rotate: { every: '30 days' },
      gracePeriod: '1 day',
      most: 1,
    },
    {
      what: 'two, when grace is as long as the interval',
      rotate: { every: '7 days', window: '1 hour' },
      gracePeriod: '7 days',
      most: 2,
    },
    {
      what: 'one for each rotation within grace, and one that is late',
      rotate: { every: '4 hours' },
      gracePeriod: '1 day',
      most: 7,
    },
    {
      what: 'counted over the weeks of a weekly cron',
      rotate: { cron: 'cron(0 8 ? * MON *)', window: '1 hour' },
      gracePeriod: '20 days',
      most: 3,
    },
    {
      what: 'counted by the closest hours of a cron',
      rotate: { cron: 'cron(0 2/10 * * ? *)', window: '1 hour' },
      gracePeriod: '8 hours',
      most: 3,
    },
  ])('are $what', ({ rotate, gracePeriod, most }) => {
    expect(mostRetiring(scheduleOf(rotate), minutesOf(gracePeriod as TimeSpan))).toBe(most);
  });
});
