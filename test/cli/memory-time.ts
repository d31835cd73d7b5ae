import type { Interrupt } from '../../cli/verb.ts';

/** When tests are played. */
export const NOW = new Date('2026-11-21T08:00:00Z');

/** Time that passes only when somebody waits, or when a cloud takes its time to answer. */
export class MemoryTime {
  /** A person presses Ctrl-C so long after the beginning. */
  interruptAfterMs = Number.POSITIVE_INFINITY;
  #passedMs = 0;
  #interrupts: AbortController[] = [];

  /** Since the beginning. */
  get passedMs(): number {
    return this.#passedMs;
  }

  readonly now = () => new Date(NOW.getTime() + this.#passedMs);

  readonly pause = async (ms: number): Promise<void> => this.pass(ms);

  /** Whether anybody is told of Ctrl-C; otherwise it ends the program. */
  get isCaught(): boolean {
    return this.#interrupts.length > 0;
  }

  readonly catchInterrupt = (): Interrupt => {
    const controller = new AbortController();
    this.#interrupts.push(controller);
    const release = () => {
      this.#interrupts = this.#interrupts.filter((other) => other !== controller);
    };
    return { signal: controller.signal, release };
  };

  pass(ms: number): void {
    this.#passedMs += ms;
    if (this.#passedMs < this.interruptAfterMs) return;
    for (const controller of this.#interrupts) controller.abort();
  }
}
