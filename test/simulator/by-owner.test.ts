import { describe, expect, it } from 'vitest';
import { ByOwner } from '../../simulator/by-owner.ts';

function filled(...times: number[]): ByOwner<{ createdAt: number }> {
  const things = new ByOwner<{ createdAt: number }>();
  for (const createdAt of times) things.add('me', { createdAt });
  things.add('other', { createdAt: 3 });
  return things;
}

describe('things of one owner', () => {
  const between = (things: ReturnType<typeof filled>, from: number, to: number) =>
    things.between('me', from, to).map(({ createdAt }) => createdAt);

  it.each([
    [2, 4, [2, 3, 3, 4]],
    [3, 3, [3, 3]],
    [6, 9, []],
    [Number.NEGATIVE_INFINITY, 2, [1, 2]],
    [4, Number.POSITIVE_INFINITY, [4, 5]],
    [5, 1, []],
  ])('from %d to %d are found, both included', (from, to, found) => {
    expect(between(filled(1, 2, 3, 3, 4, 5), from, to)).toEqual(found);
  });

  it('are found as well after the clock was set back, in the order in which they came', () => {
    expect(between(filled(3, 1, 5, 2), 2, 5)).toEqual([3, 5, 2]);
  });

  it('are none of an owner who has none', () => {
    expect(filled(1).between('nobody', 0, 9)).toEqual([]);
    expect(filled(1).of('nobody')).toEqual([]);
  });
});
