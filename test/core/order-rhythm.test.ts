import { describe, expect, test } from 'vitest';
import {
  busiest,
  formatRhythm,
  isBurst,
  isWorthNoting,
  learn,
  parseRhythm,
  type Rhythm,
} from '../../lambda/core/order-rhythm.ts';
import { at, DAY_MS, HOUR_MS, MINUTE_MS, START } from '../support/fixed-time.ts';

const RHYTHM: Rhythm = { peak: 20, at: START, since: at(-30 * DAY_MS) };

function ordersAt(...ms: number[]) {
  return ms.map((offset, index) => ({ id: String(index), symbol: 'BTCUSDT', at: at(offset) }));
}

describe('the most orders in any five minutes', () => {
  test.each([
    ['of none', [], 0],
    ['of one', [0], 1],
    ['at the same instant', [0, 0, 0], 3],
    ['within five minutes', [0, 4 * MINUTE_MS, 5 * MINUTE_MS - 1], 3],
    ['exactly five minutes apart', [0, 5 * MINUTE_MS], 1],
    ['in any order', [9 * MINUTE_MS, 0, 8 * MINUTE_MS, 6 * MINUTE_MS], 3],
  ])('%s', (_what, times, most) => {
    expect(busiest(ordersAt(...times))).toBe(most);
  });
});

describe('a burst', () => {
  test.each([
    [80, true],
    [79, false],
  ])('is four times the peak: %s orders', (count, burst) => {
    expect(isBurst(RHYTHM, count, START)).toBe(burst);
  });

  test.each([
    [62, true],
    [61, false],
  ])(
    'is at least sixty more than the peak, so that a quiet account may wake up: %s orders',
    (count, burst) => {
      expect(isBurst({ ...RHYTHM, peak: 2 }, count, START)).toBe(burst);
    },
  );

  test('is none while there is little to compare with', () => {
    const young = { ...RHYTHM, since: at(-3 * DAY_MS + 1) };
    expect(isBurst(undefined, 10_000, START)).toBe(false);
    expect(isBurst(young, 10_000, START)).toBe(false);
    expect(isBurst({ ...young, since: at(-3 * DAY_MS) }, 10_000, START)).toBe(true);
  });

  test('is measured against a peak that fades by half in two weeks', () => {
    const peak = { ...RHYTHM, peak: 100 };
    expect(isBurst(peak, 200, START)).toBe(false);
    expect(isBurst(peak, 200, at(14 * DAY_MS))).toBe(true);
  });
});

describe('learning', () => {
  test('begins with what is seen first', () => {
    expect(learn(undefined, 7, START)).toEqual({ peak: 7, at: START, since: START });
  });

  test('follows what is seen in the first days, and keeps the greatest', () => {
    const young = { peak: 5, at: START, since: START };
    expect(learn(young, 500, at(DAY_MS)).peak).toBe(500);
    expect(learn(young, 1, START).peak).toBe(5);
  });

  test('lets no burst teach that bursts are usual', () => {
    const rhythm = { ...RHYTHM, at: at(-3 * HOUR_MS) };
    expect(learn(rhythm, 5_000, START).peak).toBeCloseTo(40, 0);
    expect(learn({ ...rhythm, peak: 0 }, 5_000, START).peak).toBe(20);
  });

  test('takes what was noted just now for the same burst, as looks overlap', () => {
    const grown = learn({ ...RHYTHM, at: at(-3 * HOUR_MS) }, 5_000, START);
    expect(learn(grown, 5_000, at(5 * MINUTE_MS))).toEqual(grown);
    expect(learn(grown, 5_000, at(3 * HOUR_MS - 1))).toEqual(grown);
    expect(learn(grown, 5_000, at(3 * HOUR_MS)).peak).toBeGreaterThan(grown.peak * 1.9);
  });

  test('forgets with time what is not seen again', () => {
    expect(learn(RHYTHM, 0, at(28 * DAY_MS)).peak).toBeCloseTo(5);
  });
});

describe('a noted rhythm', () => {
  test('is read as it was written', () => {
    expect(parseRhythm(formatRhythm(RHYTHM))).toEqual(RHYTHM);
    expect(parseRhythm(formatRhythm({ ...RHYTHM, peak: 4.2 }))?.peak).toBe(5);
  });

  test.each([
    undefined,
    '',
    'x',
    '5',
    '5 tomorrow 2026-11-25T00:00:00.000Z',
    '-1 2026-11-25T00:00:00.000Z 2026-11-25T00:00:00.000Z',
    ' 2026-11-25T00:00:00.000Z 2026-11-25T00:00:00.000Z',
  ])('is none if it says %j', (text) => {
    expect(parseRhythm(text)).toBeUndefined();
  });

  test.each([
    ['there is none', undefined, 5, true],
    ['it has grown', RHYTHM, 22.1, true],
    ['it has grown a little', RHYTHM, 22, false],
    ['it has faded', RHYTHM, 14.9, true],
    ['it has faded a little', RHYTHM, 15, false],
  ] as Array<[string, Rhythm | undefined, number, boolean]>)('is written anew when %s', (...row) => {
    const [, noted, peak, worth] = row;
    expect(isWorthNoting(noted, { ...RHYTHM, peak })).toBe(worth);
  });
});
