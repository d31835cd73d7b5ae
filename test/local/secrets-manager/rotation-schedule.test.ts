import { describe, expect, it } from 'vitest';
import {
  daysBetween,
  manualWindow,
  nextWindow,
  parseRotationRules,
  type RotationRules,
} from '../../../local/secrets-manager/rotation-schedule.ts';

/** The window after `anchor`, seen at `now`, as `start/end`. */
function windowOf(rules: RotationRules, anchor: string, now = anchor): string {
  const window = nextWindow(parseRotationRules(rules), Date.parse(anchor), Date.parse(now));
  return [window.startMs, window.endMs].map((ms) => new Date(ms).toISOString().slice(0, 16)).join('/');
}

// source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html and SM-API/RotationRulesType
describe('the window of a schedule', () => {
  it('of days starts at midnight and lasts the day', () => {
    const days = { ScheduleExpression: 'rate(10 days)' };
    expect(windowOf(days, '2026-11-21T10:30:00Z')).toBe('2026-12-01T00:00/2026-12-02T00:00');
    expect(windowOf({ AutomaticallyAfterDays: 10 }, '2026-11-21T10:30:00Z')).toBe(
      '2026-12-01T00:00/2026-12-02T00:00',
    );
  });

  it('of hours starts on the hour and lasts one hour', () => {
    const hours = { ScheduleExpression: 'rate(4 hours)' };
    expect(windowOf(hours, '2026-11-21T10:30:00Z')).toBe('2026-11-21T14:00/2026-11-21T15:00');
  });

  it('is as long as its Duration', () => {
    const rules = { ScheduleExpression: 'rate(10 days)', Duration: '3h' };
    expect(windowOf(rules, '2026-11-21T10:30:00Z')).toBe('2026-12-01T00:00/2026-12-01T03:00');
  });

  it('does not reach into the next UTC day', () => {
    const rules = { ScheduleExpression: 'rate(12 hours)', Duration: '6h' };
    expect(windowOf(rules, '2026-11-21T10:30:00Z')).toBe('2026-11-21T22:00/2026-11-22T00:00');
  });

  it('of a cron expression with one hour lasts until the end of the day', () => {
    const rules = { ScheduleExpression: 'cron(0 17 L * ? *)' };
    expect(windowOf(rules, '2026-11-21T10:30:00Z')).toBe('2026-11-30T17:00/2026-12-01T00:00');
  });

  it('of a cron expression with several hours lasts one hour', () => {
    const rules = { ScheduleExpression: 'cron(0 /8 * * ? *)' };
    expect(windowOf(rules, '2026-11-21T10:30:00Z')).toBe('2026-11-21T16:00/2026-11-21T17:00');
  });

  it('that has passed is replaced by the soonest one', () => {
    const days = { ScheduleExpression: 'rate(10 days)' };
    expect(windowOf(days, '2026-10-01T00:00:00Z', '2026-11-21T10:30:00Z')).toBe(
      '2026-11-21T00:00/2026-11-22T00:00',
    );
    const short = { ScheduleExpression: 'rate(10 days)', Duration: '2h' };
    expect(windowOf(short, '2026-10-01T00:00:00Z', '2026-11-21T10:30:00Z')).toBe(
      '2026-11-22T00:00/2026-11-22T02:00',
    );
  });

  it('of a rotation by hand is as long as the Duration, else a day', () => {
    const long = manualWindow(parseRotationRules({ AutomaticallyAfterDays: 1 }), 0);
    const short = manualWindow(parseRotationRules({ AutomaticallyAfterDays: 1, Duration: '3h' }), 0);
    expect([long.endMs, short.endMs]).toEqual([86_400_000, 3 * 3_600_000]);
  });
});

describe('rotation rules are accepted', () => {
  it.each([
    ['4 hours', { ScheduleExpression: 'rate(4 hours)' }],
    ['a single day', { ScheduleExpression: 'rate(1 day)' }],
    ['999 days', { ScheduleExpression: 'rate(999 days)' }],
    ['1000 days as a number', { AutomaticallyAfterDays: 1000 }],
    ['a window as long as a rate of hours', { ScheduleExpression: 'rate(4 hours)', Duration: '4h' }],
    ['a window that ends with the day', { ScheduleExpression: 'cron(0 16 1,15 * ? *)', Duration: '8h' }],
  ])('for %s', (_, rules) => {
    expect(() => parseRotationRules(rules)).not.toThrow();
  });
});

describe('rotation rules are refused', () => {
  it.each([
    ['without a schedule', { Duration: '2h' }],
    ['below 4 hours', { ScheduleExpression: 'rate(3 hours)' }],
    ['above 999 days', { ScheduleExpression: 'rate(1000 days)' }],
    ['above 999 days in hours', { ScheduleExpression: 'rate(23977 hours)' }],
    ['of 0 days', { ScheduleExpression: 'rate(0 days)' }],
    ['in minutes', { ScheduleExpression: 'rate(240 minutes)' }],
    ['that are neither rate nor cron', { ScheduleExpression: 'daily' }],
    ['of 1001 days as a number', { AutomaticallyAfterDays: 1001 }],
    ['with a window longer than the rate', { ScheduleExpression: 'rate(4 hours)', Duration: '5h' }],
    ['with a window longer than a day', { ScheduleExpression: 'rate(10 days)', Duration: '25h' }],
    ['with a window that passes midnight', { ScheduleExpression: 'cron(0 17 L * ? *)', Duration: '8h' }],
    ['with a window that meets the next one', { ScheduleExpression: 'cron(0 /8 * * ? *)', Duration: '9h' }],
    ['with an empty window', { ScheduleExpression: 'rate(1 day)', Duration: '0h' }],
    ['with days and an expression', { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' }],
  ])('%s', (_, rules) => {
    expect(() => parseRotationRules(rules)).toThrow(
      expect.objectContaining({ name: 'InvalidParameterException' }) as Error,
    );
  });
});

it('shows the calendar days between rotations, at least one', () => {
  const days = (rules: RotationRules) =>
    daysBetween(parseRotationRules(rules), Date.parse('2026-11-21T10:30:00Z'));
  expect(days({ ScheduleExpression: 'rate(10 days)' })).toBe(10);
  expect(days({ ScheduleExpression: 'rate(4 hours)' })).toBe(1);
  expect(days({ ScheduleExpression: 'cron(0 17 L * ? *)' })).toBe(9);
});
