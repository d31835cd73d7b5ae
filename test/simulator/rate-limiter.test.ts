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

  it('may weigh calls, and tells how long until the oldest no longer counts', () => {
    const { clock, limiter: limits } = limiter();
    const ten = { count: 10, perMs: 1_000 };
    expect(limits.msUntilRoom('a', ten)).toBe(0);
    expect(limits.admit('a', ten, 6)).toBe(4);
    clock.advance(300);
    expect(limits.admit('a', ten, 5)).toBe(-1);
    expect(limits.admit('a', ten, 4)).toBe(0);
    expect(limits.msUntilRoom('a', ten)).toBe(700);
    clock.advance(700);
    expect(limits.admit('a', ten, 6)).toBe(0);
  });

  it('counts right through thousands of calls', () => {
    const { clock, limiter: limits } = limiter();
    const many = { count: 100, perMs: 1_000 };
    for (let call = 0; call < 5_000; call += 1) {
      clock.advance(10);
      expect(limits.admit('a', many)).toBe(Math.max(0, 99 - call));
    }
  });

  it('does not keep calls that a clock set back has left in the future', () => {
    const { clock, limiter: limits } = limiter();
    const one = { count: 1, perMs: 1_000 };
    limits.admit('a', one);
    clock.advance(-60_000);
    expect(limits.admit('a', one)).toBe(0);
  });
});
