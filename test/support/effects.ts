/** The function was cut off: a time-out, a crash. What it was doing is not finished, and it does nothing more. */
class CutOffError extends Error {
  override readonly name = 'CutOffError';
}

/** `before` and `after`: the process dies there. `lost`: the effect happens, and only its answer is lost. */
export type Interruption = 'before' | 'after' | 'lost';

/**
 * Counts what the in-memory ports change in the world, across all of them, so that a test can stop a piece of
 * work at each of its effects in turn.
 */
export class Effects {
  readonly names: string[] = [];
  #plan: { readonly index: number; readonly how: Interruption } | undefined;
  #dead = false;

  /** Interrupts the effect with this number, counted from 0 from now on. */
  interrupt(index: number, how: Interruption): void {
    this.names.length = 0;
    this.#plan = { index, how };
  }

  /** A new process: nothing is interrupted any more. */
  revive(): void {
    this.names.length = 0;
    this.#plan = undefined;
    this.#dead = false;
  }

  /** Reads fail too in a process that is dead. */
  requireAlive(): void {
    if (this.#dead) throw new CutOffError('this process was cut off');
  }

  /** Does something to the world, or is interrupted at it. `lost` makes the error of a lost answer. */
  do<T>(name: string, act: () => T, lost: () => Error): T {
    this.requireAlive();
    const struck = this.#plan?.index === this.names.length ? this.#plan.how : undefined;
    this.names.push(name);
    if (struck === 'before') this.#die(name);
    const result = act();
    if (struck === 'after') this.#die(name);
    if (struck === 'lost') throw lost();
    return result;
  }

  #die(name: string): never {
    this.#dead = true;
    throw new CutOffError(`cut off at ${name}`);
  }
}
