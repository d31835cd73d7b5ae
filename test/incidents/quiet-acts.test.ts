import { describe, expect, it } from 'vitest';
import { BASELINE_NAMES, type BaselineName, baselineOf } from '../../incidents/baselines.ts';
import { arrivalsOf } from '../../incidents/cloud-trail.ts';
import { type QuietAct, quietActs } from '../../incidents/quiet-acts.ts';
import { Random } from '../../incidents/random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, START_MS } from '../../incidents/setting.ts';

function days(baseline: BaselineName, changes: Partial<Parameters<typeof quietActs>[1]> = {}): QuietAct[] {
  return quietActs(baselineOf(baseline), { seed: 1, startMs: START_MS, days: 10, ...changes });
}

function only<Act extends QuietAct['act']>(acts: readonly QuietAct[], act: Act) {
  return acts.filter((one): one is Extract<QuietAct, { act: Act }> => one.act === act);
}

describe('quiet days', () => {
  it.each(BASELINE_NAMES)('of a %s are the same for the same seed, and others for another', (baseline) => {
    expect(days(baseline)).toEqual(days(baseline));
    expect(days(baseline)).not.toEqual(days(baseline, { seed: 2 }));
  });

  it.each(BASELINE_NAMES)('of a %s do not depend on how many are asked for', (baseline) => {
    const from = START_MS + 4 * DAY_MS;
    const within = (acts: QuietAct[]) =>
      acts.filter(({ atMs }) => atMs >= from && atMs < START_MS + 6 * DAY_MS);
    expect(within(days(baseline, { days: 7 }))).toEqual(within(days(baseline)));
    expect(within(days(baseline, { from: 4 }))).toEqual(within(days(baseline)));
  });

  it('come in order, and only within the days asked for', () => {
    const times = days('market-maker', { from: 2 }).map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(START_MS + 2 * DAY_MS);
  });

  it('have orders in declared symbols, as many bought as sold, more by day and in volatile hours', () => {
    const orders = only(days('grid-bot', { days: 30 }), 'order');
    expect([...new Set(orders.map(({ symbol }) => symbol))].sort()).toEqual(['BTCUSDT', 'ETHUSDT']);
    const bought = orders.filter(({ side }) => side === 'buy').length;
    expect(Math.abs(2 * bought - orders.length)).toBeLessThan(40);
    const perHour = Array.from({ length: 30 * 24 }, () => 0);
    for (const { atMs } of orders) {
      const hour = Math.floor((atMs - START_MS) / HOUR_MS);
      perHour[hour] = (perHour[hour] ?? 0) + 1;
    }
    const usual = [...perHour].sort((a, b) => a - b)[360] ?? 0;
    expect(usual).toBeGreaterThan(20);
    expect(Math.max(...perHour)).toBeGreaterThan(4 * usual);
  });

  it('have reads from the team’s block only, from changing addresses, at least once in the cache time', () => {
    const reads = only(days('grid-bot'), 'read');
    expect(reads.every(({ address }) => address.startsWith('198.51.100.'))).toBe(true);
    expect(new Set(reads.map(({ address }) => address)).size).toBeGreaterThan(1);
    const gaps = reads.map(({ atMs }, index) => atMs - (reads[index - 1]?.atMs ?? atMs));
    expect(Math.max(...gaps)).toBeLessThan(7 * MINUTE_MS);
  });

  it('have processes that come and go at a market maker, and one run a week of a tax tool', () => {
    const tasks = new Set(only(days('market-maker'), 'read').map(({ task }) => task));
    expect(tasks.size).toBeGreaterThan(5);
    const runs = only(days('tax-tool', { days: 30 }), 'read').filter(({ task }) => task.startsWith('run'));
    expect(runs.map(({ atMs }) => new Date(atMs).getUTCDay())).toEqual([1, 1, 1, 1, 1]);
  });

  it('have faults of the exchange, cold starts and allowed movements', () => {
    const acts = new Set(days('market-maker', { days: 30 }).map(({ act }) => act));
    expect([...acts].sort()).toEqual(
      ['cold-start', 'deposit', 'hiccup', 'order', 'outage', 'read', 'transfer', 'withdraw'].sort(),
    );
  });
});

describe('records of CloudTrail', () => {
  it('take five minutes on average, now and then a quarter of an hour; some are lost, some repeated', () => {
    const random = new Random(1, 'test');
    const arrivals = Array.from({ length: 20_000 }, () => arrivalsOf(random));
    const first = arrivals.flatMap(([delay]) => (delay === undefined ? [] : [delay]));
    expect(first.reduce((sum, delay) => sum + delay, 0) / first.length / MINUTE_MS).toBeCloseTo(5, 0);
    expect(first.filter((delay) => delay > 15 * MINUTE_MS).length / first.length).toBeGreaterThan(0.005);
    expect(arrivals.filter(({ length }) => length === 0).length).toBeGreaterThan(10);
    expect(arrivals.filter(({ length }) => length === 2).length).toBeGreaterThan(40);
  });
});
