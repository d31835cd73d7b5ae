import { describe, expect, test } from 'vitest';
import { askUntil } from '../../lambda/core/retry.ts';
import { at, FixedTime, START } from '../support/fixed-time.ts';

const PATIENCE = { firstMs: 100, longestMs: 300, totalMs: 1_000 };

describe('asking until there is an answer', () => {
  test('gives the first answer without waiting', async () => {
    const time = new FixedTime();
    expect(await askUntil(async () => 'yes', time, PATIENCE)).toBe('yes');
    expect(time.now()).toEqual(START);
  });

  test('waits longer each time, up to the longest wait', async () => {
    const time = new FixedTime();
    const asked: number[] = [];
    const answer = await askUntil(
      async () => {
        asked.push(time.now().getTime() - START.getTime());
        return asked.length === 5 ? 'late' : undefined;
      },
      time,
      PATIENCE,
    );
    expect(answer).toBe('late');
    expect(asked).toEqual([0, 100, 300, 600, 900]);
  });

  test('gives up before it has waited longer than its patience', async () => {
    const time = new FixedTime();
    expect(await askUntil(async () => undefined, time, PATIENCE)).toBeUndefined();
    expect(time.now()).toEqual(at(900));
  });

  test('asks once more in the very moment in which its patience ends', async () => {
    const time = new FixedTime();
    const atTheEnd = async () => (time.now() >= at(1_000) ? 'late' : undefined);
    expect(await askUntil(atTheEnd, time, { firstMs: 500, longestMs: 500, totalMs: 1_000 })).toBe('late');
  });

  test('does not ask again after an error', async () => {
    let asked = 0;
    const attempt = async () => {
      asked += 1;
      throw new Error('no');
    };
    await expect(askUntil(attempt, new FixedTime(), PATIENCE)).rejects.toThrow('no');
    expect(asked).toBe(1);
  });

  test('takes false and null for answers', async () => {
    expect(await askUntil(async () => false, new FixedTime(), PATIENCE)).toBe(false);
    expect(await askUntil(async () => null, new FixedTime(), PATIENCE)).toBeNull();
  });
});
