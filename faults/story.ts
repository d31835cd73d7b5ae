import type { MovableClock } from '../local/clock.ts';
import { FAULT_KINDS, type FaultKind, type RemoteCall } from './fault-kinds.ts';

/** What happened in one schedule, as lines that a person can read. */
export class Story {
  readonly lines: string[] = [];
  readonly #clock: MovableClock;
  readonly #startMs: number;

  constructor(clock: MovableClock) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
  }

  /** Something that is not a call of a function: a person acts, time passes, a promise is broken. */
  tell(line: string): void {
    this.lines.push(`${this.#time()}  ${line}`);
  }

  call(
    number: number,
    process: { role: string },
    { attempt, fault }: { attempt: RemoteCall; fault: FaultKind | undefined },
  ): void {
    const callee = { exchange: 'exchange', secrets: 'Secrets Manager', bus: 'audit bus' }[attempt.callee];
    const struck = fault ? `   ✗ ${FAULT_KINDS[fault]}` : '';
    this.lines.push(
      `${this.#time()}  #${String(number).padEnd(3)} ${process.role.padEnd(9)} → ${callee}: ${attempt.name}${struck}`,
    );
  }

  #time(): string {
    const seconds = Math.round((this.#clock.nowMs() - this.#startMs) / 1000);
    const two = (n: number) => String(n).padStart(2, '0');
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }
}
