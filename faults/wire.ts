import type { MovableClock } from '../local/clock.ts';
import type { FaultKind, RemoteCall } from './fault-kinds.ts';
import type { Story } from './story.ts';

/** One remote call with everything that can become of it. */
export interface Attempt<T> extends RemoteCall {
  /** Makes the call: it takes effect, and this is the answer. A refusal is thrown or answered, as the callee does it. */
  act(): Promise<T>;
  /** Makes the call so that it takes effect only so much later; nobody hears of it. */
  actLate(ms: number): void;
  /** The answers that faults make; those that are errors are thrown. */
  readonly faulty: {
    lost(): T;
    refused(): T;
    throttled(): T;
    unavailable(): T;
    garbage(answer: T): T;
  };
}

/** A process that runs one invocation of a function. */
export interface Process {
  readonly role: string;
  readonly limitMs: number;
  readonly startedAtMs: number;
  /** Killed processes make no further call and hear nothing more. */
  dead: boolean;
  /** Callees that answer nothing to this process any more. */
  readonly silent: Set<string>;
  /** Resolves when the process is killed. */
  readonly killed: Promise<void>;
  kill(): void;
}

/** What happens at one call, counted from the moment at which the wire was armed. */
export interface WireEvents {
  /** Before the call with this number: whatever else is to happen in the world just then. */
  before(number: number, process: Process): Promise<void>;
  /** The fault that this call meets. */
  faultAt(number: number): FaultKind | undefined;
}

/** How long a call takes. */
const LATENCY_MS = 30;
const LATE_MS = 60_000;

/**
 * Every remote call of every process goes through here. Numbers the calls from the moment at which it is armed, lets
 * faults and other happenings strike at one of them, and tells the story.
 */
export class Wire {
  readonly #clock: MovableClock;
  readonly #story: Story;
  #events: WireEvents | undefined;
  #count = 0;
  /** Calls since the wire was armed. */
  readonly calls: RemoteCall[] = [];
  /** Told after each call that may have changed something. */
  onEffect: () => void = () => undefined;

  constructor(clock: MovableClock, story: Story) {
    this.#clock = clock;
    this.#story = story;
  }

  /** Counts calls from now on, and lets things happen at some of them. */
  arm(events: WireEvents): void {
    this.#events = events;
    this.#count = 0;
    this.calls.length = 0;
  }

  /** From now on nothing happens but what the calls do. */
  disarm(): void {
    this.#events = undefined;
  }

  async call<T>(process: Process, attempt: Attempt<T>): Promise<T> {
    if (process.dead) return await never();
    const number = this.#count;
    this.#count += 1;
    this.calls.push({ callee: attempt.callee, name: attempt.name, changes: attempt.changes });
    await this.#events?.before(number, process);
    this.#clock.skip(LATENCY_MS);
    if (process.dead || this.#isTooLate(process)) return await die(process);
    const fault = process.silent.has(attempt.callee) ? 'unavailable' : this.#events?.faultAt(number);
    this.#story.call(number, process, { attempt, fault });
    return fault ? await this.#strike(fault, process, attempt) : await this.#act(attempt);
  }

  /** Lets a process wait; one that would wait beyond its limit is killed then. */
  async wait(process: Process, ms: number): Promise<void> {
    if (process.dead) return await never();
    const leftMs = process.startedAtMs + process.limitMs - this.#clock.nowMs();
    this.#clock.skip(Math.max(0, Math.min(ms, leftMs)));
    if (ms > leftMs) return await die(process);
  }

  async #strike<T>(fault: FaultKind, process: Process, attempt: Attempt<T>): Promise<T> {
    const { faulty } = attempt;
    switch (fault) {
      case 'kill-before':
        return await die(process);
      case 'refused':
        return faulty.refused();
      case 'throttled':
        return faulty.throttled();
      case 'unavailable':
        return faulty.unavailable();
      case 'outage':
        process.silent.add(attempt.callee);
        return faulty.unavailable();
      case 'late':
        attempt.actLate(LATE_MS);
        return faulty.lost();
      default:
        return await this.#strikeAfter(fault, process, attempt);
    }
  }

  async #strikeAfter<T>(
    fault: 'kill-after' | 'lost' | 'repeated' | 'error-after' | 'garbage' | 'slow',
    process: Process,
    attempt: Attempt<T>,
  ): Promise<T> {
    const { faulty } = attempt;
    // That the callee refuses by itself is heard by nobody either.
    const answer = await this.#act(attempt).catch(() => undefined);
    switch (fault) {
      case 'kill-after':
        return await die(process);
      case 'slow':
        this.#clock.skip(Math.max(0, process.startedAtMs + process.limitMs - this.#clock.nowMs()));
        return await die(process);
      case 'lost':
        return faulty.lost();
      case 'repeated':
        return await this.#act(attempt);
      case 'error-after':
        return faulty.unavailable();
      case 'garbage':
        return answer === undefined ? faulty.lost() : faulty.garbage(answer);
    }
  }

  async #act<T>(attempt: Attempt<T>): Promise<T> {
    try {
      return await attempt.act();
    } finally {
      if (attempt.changes) this.onEffect();
    }
  }

  #isTooLate({ startedAtMs, limitMs }: Process): boolean {
    return this.#clock.nowMs() > startedAtMs + limitMs;
  }
}

/** Nobody hears of this call any more. */
function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

function die<T>(process: Process): Promise<T> {
  process.kill();
  return never();
}
