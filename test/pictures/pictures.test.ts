import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { METRICS } from '../../lambda/contract.ts';
import { GRAPHS } from '../../lib/dashboard-graphs.ts';
import { livesOf } from '../../pictures/lives.ts';
import { drawPictures } from '../../pictures/pictures.ts';
import { simulateWeek, type Week } from '../../pictures/week.ts';

/** Seconds of work, so it is done once; that two weeks are the same shows in the files, which another run wrote. */
let week: Week;
beforeAll(async () => {
  week = await simulateWeek();
});

const HOUR_MS = 3_600_000;

describe('the pictures of the documents', () => {
  test('are what is drawn: otherwise npm run picture', () => {
    const drawn = [...drawPictures(week)];
    expect(drawn).toHaveLength(2);
    expect(drawn.filter(([path, svg]) => readFileSync(path, 'utf8') !== svg).map(([path]) => path)).toEqual(
      [],
    );
  });

  test('show every graph of the dashboard', () => {
    const svg = drawPictures(week).get('docs/images/dashboard.svg') ?? '';
    expect(GRAPHS.filter(({ title }) => !svg.includes(`>${title}<`))).toEqual([]);
  });
});

describe('the simulated week', () => {
  const most = (account: string, metric: string) =>
    Math.max(
      ...Array.from({ length: (week.toMs - week.fromMs) / HOUR_MS }, (_, hour) => {
        const source = { account, metric, statistic: 'Maximum' } as const;
        return week.measured.find(source, week.fromMs + hour * HOUR_MS) ?? 0;
      }),
    );

  test('has what the dashboard is for: each mishap shows in its metric', () => {
    expect(most('main', METRICS.rotationFailures)).toBe(1);
    expect(most('main', METRICS.undeclaredReads)).toBe(1);
    expect(most('main', METRICS.undeclaredOrders)).toBe(1);
    expect(most('main', METRICS.laggingReaders)).toBe(1);
    expect(most('spot', METRICS.foreignKeys)).toBe(1);
    expect(most('spot', METRICS.stoppedKeys)).toBe(1);
  });

  test('never leaves a key without a version that works', () => {
    for (const key of ['grid-bot', 'market-maker', 'tax-tool']) {
      const lives = livesOf(week.audit.get('main') ?? [], key);
      expect(lives.length).toBeGreaterThan(2);
      lives.slice(1).forEach((life, index) => {
        const before = lives[index];
        expect(life.issuedMs).toBeLessThan(life.promotedMs);
        expect(before?.revokedMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(life.promotedMs + 11 * HOUR_MS);
      });
    }
  });
});
