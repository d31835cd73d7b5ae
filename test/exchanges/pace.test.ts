import { describe, expect, test } from 'vitest';
import { type Limit, Pace } from '../../lambda/exchanges/pace.ts';
import { at, FixedTime, START } from '../support/fixed-time.ts';

const TEN_A_SECOND: Limit = { name: 'create', weight: 10, perMs: 1_000 };

function paced(): { time: FixedTime; turn: (limit: Limit, weight?: number) => Promise<void> } {
  const time = new FixedTime();
  const pace = new Pace(time);
  return { time, turn: (limit, weight = 1) => pace.turn([{ limit, weight }]) };
}

async function times(count: number, act: () => Promise<void>): Promise<void> {
  for (let n = 0; n < count; n += 1) await act();
}

describe('calls to an exchange', () => {
  test('go at once as long as a limit has room, less a share for the other functions', async () => {
    const { time, turn } = paced();
    await times(9, () => turn(TEN_A_SECOND));
    expect(time.now()).toEqual(START);
  });

  test('wait until the oldest call is no longer counted', async () => {
    const { time, turn } = paced();
    await turn(TEN_A_SECOND);
    time.advance(300);
    await times(8, () => turn(TEN_A_SECOND));
    await turn(TEN_A_SECOND);
    expect(time.now()).toEqual(at(1_000));
    await turn(TEN_A_SECOND);
    expect(time.now()).toEqual(at(1_300));
  });

  test('never go beyond a limit in any span of its length', async () => {
    const { time, turn } = paced();
    const sent: number[] = [];
    await times(100, async () => {
      await turn(TEN_A_SECOND);
      sent.push(time.now().getTime());
      time.advance(37);
    });
    for (const from of sent) {
      expect(sent.filter((to) => to >= from && to < from + 1_000).length).toBeLessThanOrEqual(10);
    }
  });

  test('use as much of a limit as they cost', async () => {
    const { time, turn } = paced();
    const budget = { name: 'weight', weight: 180_000, perMs: 60_000 };
    await times(54, () => turn(budget, 3_000));
    expect(time.now()).toEqual(START);
    await turn(budget, 3_000);
    expect(time.now()).toEqual(at(60_000));
  });

  test('of one limit do not wait for another', async () => {
    const { time, turn } = paced();
    await times(9, () => turn(TEN_A_SECOND));
    await turn({ ...TEN_A_SECOND, name: 'delete' });
    expect(time.now()).toEqual(START);
  });

  test('go even if they cost more than the whole limit, once nothing else is counted', async () => {
    const { time, turn } = paced();
    await turn(TEN_A_SECOND);
    await turn(TEN_A_SECOND, 20);
    expect(time.now()).toEqual(at(1_000));
  });

  test('go in the order in which they asked', async () => {
    const { turn } = paced();
    const order: number[] = [];
    await Promise.all([...Array(30).keys()].map((n) => turn(TEN_A_SECOND).then(() => order.push(n))));
    expect(order).toEqual([...Array(30).keys()]);
  });
});
