import { AsyncLocalStorage } from 'node:async_hooks';

/** How a {@link MovableClock} starts and where it reports. */
export interface ClockOptions {
  /** Instant at which the clock starts. @default the real time */
  readonly startAt?: Date;
  /** Time stands still unless `advance` moves it, and no timer is used: for tests. @default false */
  readonly frozen?: boolean;
  /** Told of every error of a task, besides `errors()`. @default a line on standard error */
  readonly onError?: (error: unknown, name: string) => void;
}

/** A task that is still to come. */
export interface Scheduled {
  /** Takes the task off the clock; nothing happens when it ran already. */
  cancel(): void;
}

interface Task {
  readonly dueMs: number;
  readonly name: string;
  readonly run: () => Promise<void>;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock whose task is running. One storage for all clocks: every storage slows down every promise of the process. */
const insideTask = new AsyncLocalStorage<MovableClock>();

/**
 * The one clock of the local cloud: real time plus an offset that `advance` moves forward.
 *
 * Tasks run at their own instant whether time came there by itself or by `advance`. An error in a task is
 * reported and kept in `errors()`; the clock goes on.
 */
export class MovableClock {
  readonly #frozen: boolean;
  readonly #onError: (error: unknown, name: string) => void;
  readonly #held = new Set<Promise<unknown>>();
  readonly #errors: { name: string; error: unknown }[] = [];
  #tasks: Task[] = [];
  #offsetMs: number;
  #standingMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #advances: Promise<void> = Promise.resolve();

  constructor(options: ClockOptions = {}) {
    const startMs = options.startAt?.getTime() ?? Date.now();
    this.#frozen = options.frozen ?? false;
    this.#onError = options.onError ?? reportOnStandardError;
    this.#offsetMs = startMs - Date.now();
    this.#standingMs = this.#frozen ? startMs : undefined;
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  nowMs(): number {
    return this.#standingMs ?? Date.now() + this.#offsetMs;
  }

  /**
   * Runs `task` once when time reaches `whenMs`; an instant in the past means as soon as possible, which on a
   * frozen clock is the next `advance`, even `advance(0)`. Tasks of the same instant run in the order given.
   */
  at(whenMs: number, name: string, task: () => Promise<void>): Scheduled {
    const entry: Task = { dueMs: whenMs, name, run: task };
    const later = this.#tasks.findIndex((other) => other.dueMs > whenMs);
    this.#tasks.splice(later === -1 ? this.#tasks.length : later, 0, entry);
    this.#arm();
    return { cancel: () => this.#remove(entry) };
  }

  /**
   * Runs `task` every `intervalMs`, first after one interval. Runs missed while the machine slept are made up
   * by one run, not by many.
   *
   * @throws RangeError when the interval is not above zero.
   */
  every(intervalMs: number, name: string, task: () => Promise<void>): Scheduled {
    if (!(intervalMs > 0)) throw new RangeError(`interval of ${name} must be above 0 ms, got ${intervalMs}`);
    let upcoming: Scheduled;
    const arm = (dueMs: number): void => {
      upcoming = this.at(Math.max(dueMs, this.nowMs()), name, async () => {
        arm(dueMs + intervalMs);
        await task();
      });
    };
    arm(this.nowMs() + intervalMs);
    return { cancel: () => upcoming.cancel() };
  }

  /**
   * Moves time forward by `ms` and runs every task due on the way, each at its own instant and awaited before
   * time goes on; tasks may schedule more. Called twice at once, the second waits for the first and adds to it.
   *
   * @throws RangeError for a negative span; Error when called from inside a task, which would wait for itself.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`time only moves forward, got ${ms} ms`);
    if (insideTask.getStore() === this) throw new Error('a task may not advance the clock that runs it');
    this.#advances = this.#advances.then(() => this.#advanceBy(ms));
    await this.#advances;
  }

  /**
   * Lets time pass on a frozen clock without running what is due meanwhile: it runs at the next `advance`, late. For
   * work that waits in the middle of a task.
   *
   * @throws Error on a clock that follows real time; RangeError for a negative span.
   */
  skip(ms: number): void {
    if (!this.#frozen) throw new Error('only a frozen clock can skip time');
    if (!(ms >= 0)) throw new RangeError(`time only moves forward, got ${ms} ms`);
    this.#standingMs = this.nowMs() + ms;
  }

  /** Keeps `advance` at the present instant until `work`, begun in the background, has settled. */
  hold(work: Promise<unknown>): void {
    this.#held.add(work);
    const release = (): void => void this.#held.delete(work);
    work.then(release, release);
  }

  /** The tasks to come, earliest first. */
  pending(): { name: string; dueAt: Date }[] {
    return this.#tasks.map(({ name, dueMs }) => ({ name, dueAt: new Date(dueMs) }));
  }

  /** Every error reported so far, oldest first. */
  errors(): readonly { name: string; error: unknown }[] {
    return this.#errors;
  }

  /** Reports an error of background work under the name of that work; never throws. */
  report(error: unknown, name: string): void {
    this.#errors.push({ name, error });
    try {
      this.#onError(error, name);
    } catch (failure) {
      this.#errors.push({ name: `report of ${name}`, error: failure });
    }
  }

  /** Drops every task and the timer. */
  close(): void {
    this.#tasks = [];
    this.#disarm();
  }

  async #advanceBy(ms: number): Promise<void> {
    const targetMs = this.nowMs() + ms;
    this.#disarm();
    this.#standingMs = this.nowMs();
    await this.#released();
    for (let task = this.#takeDue(targetMs); task; task = this.#takeDue(targetMs)) {
      this.#standingMs = Math.max(this.#standingMs, task.dueMs);
      await this.#run(task);
      await this.#released();
    }
    const reachedMs = Math.max(targetMs, this.#standingMs);
    this.#standingMs = this.#frozen ? reachedMs : undefined;
    this.#offsetMs = reachedMs - Date.now();
    this.#arm();
  }

  async #released(): Promise<void> {
    while (this.#held.size > 0) await Promise.allSettled(this.#held);
  }

  #takeDue(untilMs: number): Task | undefined {
    const first = this.#tasks[0];
    return first && first.dueMs <= untilMs ? this.#tasks.shift() : undefined;
  }

  #remove(task: Task): void {
    this.#tasks = this.#tasks.filter((other) => other !== task);
    this.#arm();
  }

  async #run(task: Task): Promise<void> {
    try {
      await insideTask.run(this, task.run);
    } catch (error) {
      this.report(error, task.name);
    }
  }

  #arm(): void {
    this.#disarm();
    const first = this.#tasks[0];
    if (!first || this.#standingMs !== undefined) return;
    const delayMs = Math.min(Math.max(first.dueMs - this.nowMs(), 0), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.#runOverdue(), delayMs).unref();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Real time does not wait for a slow task, so these start in order but do not wait for each other. */
  #runOverdue(): void {
    const nowMs = this.nowMs();
    for (let task = this.#takeDue(nowMs); task; task = this.#takeDue(nowMs)) this.hold(this.#run(task));
    this.#arm();
  }
}

function reportOnStandardError(error: unknown, name: string): void {
  process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
}
