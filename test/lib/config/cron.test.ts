import { describe, expect, test } from 'vitest';
import { parseCron } from '../../../lib/config/cron.ts';

const DAYS = 'days of the month from 1 to 31 or L, days of the week from 1 to 7 or SUN to SAT';
const FORM = "six fields as in 'cron(0 8 ? * MON *)': 0, hours, day-of-month, month, day-of-week, *";

describe("Secrets Manager's cron", () => {
  test.each([
    { what: 'every day at eight', expression: 'cron(0 8 * * ? *)', hours: [8], leastDays: 1 },
    {
      what: 'every ten hours from two, anew each day',
      expression: 'cron(0 2/10 * * ? *)',
      hours: [2, 12, 22],
      leastDays: 1,
    },
    { what: 'every eight hours', expression: 'cron(0 */8 * * ? *)', hours: [0, 8, 16], leastDays: 1 },
    { what: 'a step within a range', expression: 'cron(0 8-16/4 * * ? *)', hours: [8, 12, 16], leastDays: 1 },
    { what: 'hours in any order', expression: 'cron(0 20,4,12 * * ? *)', hours: [4, 12, 20], leastDays: 1 },
    { what: 'Mondays by name', expression: 'cron(0 8 ? * MON *)', hours: [8], leastDays: 7 },
    { what: 'Mondays by number', expression: 'cron(0 8 ? * 2 *)', hours: [8], leastDays: 7 },
    { what: 'Mondays and Thursdays', expression: 'cron(0 8 ? * MON,THU *)', hours: [8], leastDays: 3 },
    { what: 'every day of the week', expression: 'cron(0 8 ? * MON-FRI *)', hours: [8], leastDays: 1 },
    { what: 'the first and the fifteenth', expression: 'cron(0 8 1,15 * ? *)', hours: [8], leastDays: 14 },
    { what: 'the last day of a month', expression: 'cron(0 8 L * ? *)', hours: [8], leastDays: 28 },
    { what: 'the first Sunday of a month', expression: 'cron(0 8 ? * SUN#1 *)', hours: [8], leastDays: 28 },
    { what: 'the last Friday of a month', expression: 'cron(0 8 ? * FRIL *)', hours: [8], leastDays: 28 },
    { what: 'Saturdays, the last day of a week', expression: 'cron(0 8 ? * L *)', hours: [8], leastDays: 7 },
    { what: 'once in a quarter', expression: 'cron(0 8 1 JAN,APR,JUL,OCT ? *)', hours: [8], leastDays: 90 },
    { what: 'once a year', expression: 'cron(0 8 1 1 ? *)', hours: [8], leastDays: 365 },
  ])('reads $what', ({ expression, hours, leastDays }) => {
    expect(parseCron(expression)).toEqual({ hours, leastDays });
  });

  test.each([
    ['another form', 'every monday', FORM],
    ['five fields', 'cron(0 8 ? * MON)', FORM],
    ['minutes past the hour', 'cron(30 8 ? * MON *)', 'minutes 0: rotation windows open on the hour'],
    ['a year', 'cron(0 8 ? * MON 2027)', 'year *'],
    ['no day field left open', 'cron(0 8 * * MON *)', '? in exactly one of the two day fields'],
    ['both day fields left open', 'cron(0 8 ? * ? *)', '? in exactly one of the two day fields'],
    ['the 24th hour', 'cron(0 24 * * ? *)', 'hours from 0 to 23'],
    ['a step of nothing', 'cron(0 0/0 * * ? *)', 'hours from 0 to 23'],
    ['a range that runs backwards', 'cron(0 8-4 * * ? *)', 'hours from 0 to 23'],
    ['a range of three', 'cron(0 1-2-3 * * ? *)', 'hours from 0 to 23'],
    ['an empty part of a list', 'cron(0 8, * * ? *)', 'hours from 0 to 23'],
    ['a thirteenth month', 'cron(0 8 1 13 ? *)', 'months from 1 to 12 or JAN to DEC'],
    ['an eighth day of the week', 'cron(0 8 ? * 8 *)', DAYS],
    ['a sixth Sunday of a month', 'cron(0 8 ? * SUN#6 *)', DAYS],
    ['the weekday nearest to a day, which it does not know', 'cron(0 8 15W * ? *)', DAYS],
    ['a day that never comes', 'cron(0 8 30 FEB ? *)', 'days that exist'],
  ])('refuses %s', (_what, expression, allowed) => {
    expect(parseCron(expression)).toEqual({ allowed });
  });
});
