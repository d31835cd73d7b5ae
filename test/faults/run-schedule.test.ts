import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from '../../faults/fault-kinds.ts';
import { ACTS } from '../../faults/people.ts';
import { runSchedule } from '../../faults/run-schedule.ts';
import { parseId } from '../../faults/schedule.ts';
import { WEATHERS } from '../../faults/weather.ts';
import { CONTINUATIONS, WORKS, type WorkName } from '../../faults/works.ts';

/*
 * A sample of what `npm run faults` runs: every word that a schedule can be made of, at both exchanges, so that no
 * word breaks unseen. That the harness sees what it is to see is tested beside this file.
 */

const EXCHANGES = ['bitget', 'binance'] as const;

async function violationsOf(id: string): Promise<readonly unknown[]> {
  return (await runSchedule(parseId(id))).violations;
}

describe.each(EXCHANGES)('at %s every promise is kept', (exchange) => {
  const works = (Object.keys(WORKS) as WorkName[]).flatMap((work) =>
    WORKS[work].continuations.map((continuation) => `${exchange}/${work}/${continuation}/fair/nothing`),
  );
  test.each(works)('in %s', async (id) => {
    expect(await violationsOf(id)).toEqual([]);
  });

  test.each(Object.keys(FAULT_KINDS))('when the create call meets the fault %s', async (kind) => {
    for (const continuation of Object.keys(CONTINUATIONS))
      expect(await violationsOf(`${exchange}/rotation/${continuation}/fair/4:${kind}`)).toEqual([]);
  });

  test.each(Object.keys(ACTS))('when in the middle of a rotation this happens: %s', async (act) => {
    expect(await violationsOf(`${exchange}/rotation/retry/fair/9:${act}`)).toEqual([]);
  });

  test.each(Object.keys(WEATHERS))('in this weather: %s', async (weather) => {
    expect(await violationsOf(`${exchange}/rotation/retry/${weather}/5:kill-after`)).toEqual([]);
  });

  test('when two functions run at once, one of which stands still', async () => {
    const { violations, happened } = await runSchedule(
      parseId(`${exchange}/revocation/never/fair/3:reconcile~4`),
    );
    expect(violations).toEqual([]);
    expect(happened).toBe(true);
  });
});

describe('a schedule', () => {
  test('is the same story each time', async () => {
    const schedule = parseId('binance/rotation/retry/fair/4:lost+9:kill-before');
    const [first, second] = [await runSchedule(schedule), await runSchedule(schedule)];
    expect(first.story).toEqual(second.story);
    expect(first.story.length).toBeGreaterThan(40);
  });

  test('is another story with another seed, and ends as well', async () => {
    const schedule = parseId('bitget/rotation/retry/fair/4:lost');
    const { violations } = await runSchedule(schedule, { seed: 2 });
    expect(violations).toEqual([]);
  });

  test('says so if what was to happen did not: it tests nothing new', async () => {
    expect((await runSchedule(parseId('bitget/rotation/retry/fair/900:lost'))).happened).toBe(false);
    expect((await runSchedule(parseId('bitget/rotation/retry/fair/4:reconcile~90'))).happened).toBe(false);
  });

  test('looks for every kind of secret in all that left the processes', async () => {
    const { secretsLookedFor } = await runSchedule(parseId('bitget/rotation/retry/fair/nothing'));
    expect(secretsLookedFor).toBeGreaterThan(50);
  });
});
