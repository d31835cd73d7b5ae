import { describe, expect, it } from 'vitest';
import { SimulatorClock } from '../../simulator/clock.ts';
import { RateLimiter } from '../../simulator/rate-limiter.ts';

function limiter() {
  const clock = new SimulatorClock();
  clock.freeze();
  return { clock, limiter: new RateLimiter(clock) };
}

describe('a rate limit', () => {
  it('counts within a sliding window, for each caller on its own', () => {
    const { clock, limiter: limits } = limiter();
    const two = { count: 2, perMs: 1_000 };
    expect(limits.admit('a', two)).toBe(1);
    clock.advance(600);
    expect(limits.admit('a', two)).toBe(0);
    expect(limits.admit('a', two)).toBe(-1);
    expect(limits.admit('b', two)).toBe(1);
    clock.advance(400);
    expect(limits.admit('a', two)).toBe(0);
    expect(limits.admit('a', two)).toBe(-1);
  });

  it('refuses everything until its recovery time is over', () => {
    const { clock, limiter: limits } = limiter();
    const shutting = { count: 1, perMs: 1_000, recoveryMs: 300_000 };
    expect(limits.admit('a', shutting)).toBe(0);
    expect(limits.admit('a', shutting)).toBe(-1);
    clock.advance(299_999);
    expect(limits.admit('a', shutting)).toBe(-1);
    clock.advance(1);
    expect(limits.admit('a', shutting)).toBe(0);
  });

  it('does not keep calls that a clock set back has left in the future', () => {
    const { clock, limiter: limits } = limiter();
    const one = { count: 1, perMs: 1_000 };
    limits.admit('a', one);
    clock.advance(-60_000);
    expect(limits.admit('a', one)).toBe(0);
  });
});
