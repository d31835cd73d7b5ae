import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../local/events/schedule-expression.ts';

/** A Friday. */
const START = Date.parse('2026-11-20T10:07:30Z');

function firings(expression: string, count: number): string[] {
  const next = parseSchedule(expression, START);
  const found: string[] = [];
  for (let at = next(START); at !== undefined && found.length < count; at = next(at)) {
    found.push(new Date(at).toISOString().slice(0, 19));
  }
  return found;
}

describe('a schedule', () => {
  it.each<[string, string[]]>([
    ['rate(5 minutes)', ['2026-11-20T10:12:30', '2026-11-20T10:17:30']],
    ['rate(1 hour)', ['2026-11-20T11:07:30', '2026-11-20T12:07:30']],
    ['rate(2 days)', ['2026-11-22T10:07:30', '2026-11-24T10:07:30']],
    ['cron(0 8 * * ? *)', ['2026-11-21T08:00:00', '2026-11-22T08:00:00']],
    ['cron(0/20 10-11 * * ? *)', ['2026-11-20T10:20:00', '2026-11-20T10:40:00', '2026-11-20T11:00:00']],
    ['cron(15,45 * ? * MON *)', ['2026-11-23T00:15:00', '2026-11-23T00:45:00']],
    ['cron(0 12 L * ? *)', ['2026-11-30T12:00:00', '2026-12-31T12:00:00']],
    ['cron(0 0 1 1 ? 2027)', ['2027-01-01T00:00:00']],
  ])('%s fires when it should', (expression, expected) => {
    expect(firings(expression, expected.length)).toEqual(expected);
  });

  it('that lies in the past never fires', () => {
    expect(firings('cron(0 0 1 1 ? 2020)', 1)).toEqual([]);
  });

  it.each([
    'rate(0 minutes)',
    'rate(1 hours)',
    'rate(5 minute)',
    'every 5 minutes',
    'cron(0 8 * * * *)',
    'cron(0 8 ? * ? *)',
    'cron(60 8 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 8 * * ?)',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression, START)).toThrow();
  });
});
