import { afterEach, describe, expect, it, vi } from 'vitest';
import { MovableClock } from '../../local/clock.ts';

const START = new Date('2026-11-21T10:00:00Z');
const startMs = START.getTime();

function frozenClock(): MovableClock {
  return new MovableClock({ startAt: START, frozen: true, onError: () => {} });
}

afterEach(() => vi.useRealTimers());

describe('a frozen clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = frozenClock();
    expect(clock.now()).toEqual(START);
    await clock.advance(90_000);
    expect(clock.nowMs()).toBe(startMs + 90_000);
  });

  it('runs tasks in the order they are due, each at its own instant', async () => {
    const clock = frozenClock();
    const seen: string[] = [];
    const note = (name: string) => async () => void seen.push(`${name} at ${clock.nowMs() - startMs}`);
    clock.at(startMs + 200, 'second', note('second'));
    clock.at(startMs + 100, 'first', note('first'));
    clock.at(startMs + 200, 'third', note('third'));
    clock.at(startMs + 301, 'later', note('later'));
    await clock.advance(300);
    expect(seen).toEqual(['first at 100', 'second at 200', 'third at 200']);
    expect(clock.nowMs()).toBe(startMs + 300);
    expect(clock.pending()).toEqual([{ name: 'later', dueAt: new Date(startMs + 301) }]);
  });

  it('runs within the same advance what a task schedules, as long as it is due', async () => {
    const clock = frozenClock();
    const seen: number[] = [];
    const note = async () => void seen.push(clock.nowMs() - startMs);
    clock.at(startMs + 100, 'parent', async () => {
      await note();
      clock.at(clock.nowMs() + 50, 'child', note);
      clock.at(clock.nowMs() + 500, 'far child', note);
    });
    await clock.advance(200);
    expect(seen).toEqual([100, 150]);
  });

  it('waits for an asynchronous task before time goes on', async () => {
    const clock = frozenClock();
    let finishedAt = 0;
    let nextAt = 0;
    clock.at(startMs + 100, 'slow', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      finishedAt = clock.nowMs();
    });
    clock.at(startMs + 101, 'next', async () => {
      nextAt = finishedAt;
    });
    await clock.advance(1000);
    expect(finishedAt).toBe(startMs + 100);
    expect(nextAt).toBe(startMs + 100);
  });

  it('runs an overdue task on an advance by nothing, without turning time back', async () => {
    const clock = frozenClock();
    let ranAt = 0;
    clock.at(startMs - 5000, 'overdue', async () => {
      ranAt = clock.nowMs();
    });
    await clock.advance(0);
    expect(ranAt).toBe(startMs);
  });

  it('skips time without running what is due, which then runs late', async () => {
    const clock = frozenClock();
    const seen: number[] = [];
    clock.at(startMs + 100, 'due meanwhile', async () => void seen.push(clock.nowMs() - startMs));
    clock.skip(500);
    expect(clock.nowMs()).toBe(startMs + 500);
    expect(seen).toEqual([]);
    await clock.advance(0);
    expect(seen).toEqual([500]);
  });

  it('goes on from where a task that skipped time has come to', async () => {
    const clock = frozenClock();
    clock.at(startMs + 100, 'waits in the middle', async () => clock.skip(5_000));
    await clock.advance(1_000);
    expect(clock.nowMs()).toBe(startMs + 5_100);
  });

  it('refuses to skip backwards, and on a clock that follows real time', () => {
    expect(() => frozenClock().skip(-1)).toThrow(RangeError);
    expect(() => new MovableClock().skip(1)).toThrow('only a frozen clock can skip time');
  });

  it('keeps going after a task failed, and reports the error under its name', async () => {
    const reported: string[] = [];
    const clock = new MovableClock({
      startAt: START,
      frozen: true,
      onError: (error, name) => reported.push(`${name}: ${String(error)}`),
    });
    let ran = false;
    clock.at(startMs + 1, 'broken task', () => Promise.reject(new Error('no')));
    clock.at(startMs + 2, 'next task', async () => {
      ran = true;
    });
    await clock.advance(10);
    expect(ran).toBe(true);
    expect(reported).toEqual(['broken task: Error: no']);
    expect(clock.errors()).toHaveLength(1);
  });

  it('survives an onError that throws', async () => {
    const clock = new MovableClock({
      startAt: START,
      frozen: true,
      onError: () => {
        throw new Error('reporter');
      },
    });
    clock.at(startMs, 'broken task', () => Promise.reject(new Error('no')));
    await clock.advance(0);
    expect(clock.errors().map(({ name }) => name)).toEqual(['broken task', 'report of broken task']);
  });

  it('does not run a cancelled task', async () => {
    const clock = frozenClock();
    let ran = false;
    const task = clock.at(startMs + 1, 'cancelled', async () => {
      ran = true;
    });
    task.cancel();
    await clock.advance(10);
    expect(ran).toBe(false);
  });

  it('repeats a task at its interval until it is cancelled', async () => {
    const clock = frozenClock();
    const seen: number[] = [];
    const repeated = clock.every(100, 'repeated', async () => {
      seen.push(clock.nowMs() - startMs);
      if (seen.length === 3) repeated.cancel();
    });
    await clock.advance(1000);
    expect(seen).toEqual([100, 200, 300]);
    expect(clock.pending()).toEqual([]);
  });

  it('goes on repeating a task that failed', async () => {
    const clock = frozenClock();
    let runs = 0;
    clock.every(100, 'failing', () => {
      runs += 1;
      return Promise.reject(new Error('no'));
    });
    await clock.advance(250);
    expect(runs).toBe(2);
  });

  it('stays at the present instant while held work is under way', async () => {
    const clock = frozenClock();
    let finishedAt = 0;
    clock.at(startMs + 100, 'starts background work', async () => {
      const work = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        finishedAt = clock.nowMs();
      });
      clock.hold(work);
    });
    await clock.advance(1000);
    expect(finishedAt).toBe(startMs + 100);
    expect(clock.nowMs()).toBe(startMs + 1000);
  });

  it('is not stopped by held work that fails', async () => {
    const clock = frozenClock();
    clock.hold(Promise.reject(new Error('no')));
    await clock.advance(10);
    expect(clock.nowMs()).toBe(startMs + 10);
  });

  it('adds up two advances called at once', async () => {
    const clock = frozenClock();
    await Promise.all([clock.advance(100), clock.advance(50)]);
    expect(clock.nowMs()).toBe(startMs + 150);
  });

  it('refuses to move back, and to repeat without an interval', async () => {
    const clock = frozenClock();
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
    expect(() => clock.every(0, 'never', async () => {})).toThrow(RangeError);
  });

  it('refuses an advance from inside a task, which would wait for itself', async () => {
    const clock = frozenClock();
    clock.at(startMs + 1, 'advancing task', () => clock.advance(10));
    await clock.advance(5);
    expect(clock.errors().map(({ name }) => name)).toEqual(['advancing task']);
    expect(clock.nowMs()).toBe(startMs + 5);
  });

  it('drops everything when closed', async () => {
    const clock = frozenClock();
    clock.at(startMs + 1, 'dropped', () => Promise.reject(new Error('must not run')));
    clock.close();
    await clock.advance(10);
    expect(clock.errors()).toEqual([]);
  });
});

describe('a running clock', () => {
  function runningClock(): MovableClock {
    vi.useFakeTimers({ now: new Date('2030-01-01T00:00:00Z') });
    return new MovableClock({ startAt: START, onError: () => {} });
  }

  it('follows real time from the instant it started at', async () => {
    const clock = runningClock();
    await vi.advanceTimersByTimeAsync(1500);
    expect(clock.nowMs()).toBe(startMs + 1500);
  });

  it('keeps the distance to real time that an advance added', async () => {
    const clock = runningClock();
    await clock.advance(60_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(clock.nowMs()).toBe(startMs + 61_000);
  });

  it('runs a task when real time reaches it', async () => {
    const clock = runningClock();
    let ranAt = 0;
    clock.at(startMs + 1000, 'due', async () => {
      ranAt = clock.nowMs();
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(ranAt).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(ranAt).toBe(startMs + 1000);
  });

  it('runs a task that lies further away than a timer can reach', async () => {
    const clock = runningClock();
    const fortyDaysMs = 40 * 86_400_000;
    let ran = false;
    clock.at(startMs + fortyDaysMs, 'far', async () => {
      ran = true;
    });
    await vi.advanceTimersByTimeAsync(fortyDaysMs - 1);
    expect(ran).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(ran).toBe(true);
  });

  it('does not let a slow task delay the next one', async () => {
    const clock = runningClock();
    let ran = false;
    clock.at(startMs + 10, 'endless', () => new Promise(() => {}));
    clock.at(startMs + 20, 'next', async () => {
      ran = true;
    });
    await vi.advanceTimersByTimeAsync(20);
    expect(ran).toBe(true);
  });

  it('shows a task of an advance the instant it was due at', async () => {
    const clock = runningClock();
    let ranAt = 0;
    clock.at(startMs + 5000, 'due', async () => {
      ranAt = clock.nowMs();
    });
    await clock.advance(20_000);
    expect(ranAt).toBe(startMs + 5000);
    expect(clock.nowMs()).toBe(startMs + 20_000);
  });

  it('uses one timer for all its tasks, and none while it is advanced', async () => {
    const clock = runningClock();
    let duringAdvance = -1;
    clock.at(startMs + 1000, 'first', async () => {
      duringAdvance = vi.getTimerCount();
    });
    clock.at(startMs + 500, 'sooner', async () => {});
    clock.at(startMs + 5000, 'later', async () => {});
    expect(vi.getTimerCount()).toBe(1);
    await clock.advance(2000);
    expect(duringAdvance).toBe(0);
    expect(vi.getTimerCount()).toBe(1);
    clock.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('writes an error to standard error when nobody listens', async () => {
    vi.useFakeTimers();
    const written: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    const clock = new MovableClock({ frozen: true });
    clock.report(new Error('lost'), 'some work');
    write.mockRestore();
    expect(written).toEqual(['some work failed: lost\n']);
  });
});
