import { describe, expect, it } from 'vitest';
import { nextCronStart, parseCron } from '../../../local/secrets-manager/cron-expression.ts';

/** The first `count` starts after the beginning of 2026, a Thursday. */
function starts(body: string, count: number): string[] {
  const schedule = parseCron(body);
  const found: string[] = [];
  let afterMs = Date.parse('2025-12-31T23:59:59Z');
  while (found.length < count) {
    afterMs = nextCronStart(schedule, afterMs) ?? Number.NaN;
    found.push(new Date(afterMs).toISOString().slice(0, 13));
  }
  return found;
}

// source: the examples and the table of https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
describe('a cron expression', () => {
  it.each([
    ['every eight hours from midnight', '0 /8 * * ? *', ['2026-01-01T00', '2026-01-01T08', '2026-01-01T16']],
    ['every eight hours from 8', '0 8/8 * * ? *', ['2026-01-01T08', '2026-01-01T16', '2026-01-02T08']],
    [
      'every ten hours from 2, starting again each day',
      '0 2/10 * * ? *',
      ['2026-01-01T02', '2026-01-01T12', '2026-01-01T22', '2026-01-02T02'],
    ],
    ['every day at 10', '0 10 * * ? *', ['2026-01-01T10', '2026-01-02T10']],
    ['every Saturday at 18', '0 18 ? * SAT *', ['2026-01-03T18', '2026-01-10T18']],
    ['the first of the month at 8', '0 8 1 * ? *', ['2026-01-01T08', '2026-02-01T08']],
    ['the first Sunday of every third month', '0 1 ? 1/3 SUN#1 *', ['2026-01-04T01', '2026-04-05T01']],
    ['the last day of the month', '0 17 L * ? *', ['2026-01-31T17', '2026-02-28T17', '2026-03-31T17']],
    ['Monday to Friday at 8', '0 8 ? * MON-FRI *', ['2026-01-01T08', '2026-01-02T08', '2026-01-05T08']],
    ['the first and the 15th', '0 16 1,15 * ? *', ['2026-01-01T16', '2026-01-15T16', '2026-02-01T16']],
    ['the first Monday, by number', '0 0 ? 1/11 2#1 *', ['2026-01-05T00', '2026-12-07T00', '2027-01-04T00']],
    ['the last Sunday of the month', '0 0 ? * SUNL *', ['2026-01-25T00', '2026-02-22T00']],
    ['the last day of the week', '0 0 ? * L *', ['2026-01-03T00', '2026-01-10T00']],
    ['every second day of the month', '0 0 1/2 2 ? *', ['2026-02-01T00', '2026-02-03T00']],
    ['every second day of the week', '0 0 ? * 1/2 *', ['2026-01-01T00', '2026-01-03T00', '2026-01-04T00']],
    [
      'a range of days',
      '0 0 1-3 JAN,APR ? *',
      ['2026-01-01T00', '2026-01-02T00', '2026-01-03T00', '2026-04-01T00'],
    ],
    ['29 February, which comes with leap years', '0 0 29 2 ? *', ['2028-02-29T00', '2032-02-29T00']],
  ])('matches %s', (_, body, expected) => {
    expect(starts(body, expected.length)).toEqual(expected);
  });

  it.each([
    ['five fields', '0 8 * * ?'],
    ['minutes other than 0', '30 8 * * ? *'],
    ['a year other than *', '0 8 * * ? 2027'],
    ['hour 24', '0 24 * * ? *'],
    ['every hour', '0 * * * ? *'],
    ['a list of hours, which the page does not list', '0 8,20 * * ? *'],
    ['hours closer than four hours', '0 0/3 * * ? *'],
    ['hours closer than four hours over midnight', '0 1/11 * * ? *'],
    ['both day fields', '0 8 1 * MON *'],
    ['no day field', '0 8 ? * ? *'],
    ['day 0', '0 8 0 * ? *'],
    ['day 32', '0 8 32 * ? *'],
    ['month 13', '0 8 1 13 ? *'],
    ['an unknown month', '0 8 1 FOO ? *'],
    ['an unknown weekday', '0 8 ? * FOO *'],
    ['a sixth weekday of a month', '0 8 ? * MON#6 *'],
    ['a range that runs backwards', '0 8 ? * FRI-MON *'],
    ['an increment of 0', '0 8 1/0 * ? *'],
    ['a day that never comes', '0 8 30 2 ? *'],
  ])('refuses %s', (_, body) => {
    expect(() => parseCron(body)).toThrow(
      expect.objectContaining({ name: 'InvalidParameterException' }) as Error,
    );
  });
});
