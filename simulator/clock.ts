/**
 * The simulator's time, in milliseconds since 1970. It follows real time at an offset until it is frozen.
 * Delays of answers (`slow`) are the one thing that passes in real time.
 */
export class SimulatorClock {
  #offsetMs = 0;
  #frozenAt: number | null = null;
  #heldAt: number | null = null;

  now(): number {
    return this.#heldAt ?? this.#frozenAt ?? Date.now() + this.#offsetMs;
  }

  get frozen(): boolean {
    return this.#frozenAt !== null;
  }

  /** Moves the clock by so many milliseconds; a negative number moves it back. */
  advance(ms: number): void {
    this.set(this.now() + ms);
  }

  /** Sets the clock; a frozen clock stays frozen at the new time. */
  set(ms: number): void {
    if (this.#frozenAt === null) this.#offsetMs = ms - Date.now();
    else this.#frozenAt = ms;
  }

  /** Stops the clock at its present time. Freezing a frozen clock changes nothing. */
  freeze(): void {
    this.#frozenAt = this.now();
  }

  /** Lets a frozen clock go on from where it stands. */
  run(): void {
    const now = this.now();
    this.#frozenAt = null;
    this.set(now);
  }

  /** Lets something happen at another time; afterwards the clock goes on as if nothing had been. */
  during<T>(ms: number, act: () => T): T {
    this.#heldAt = ms;
    try {
      return act();
    } finally {
      this.#heldAt = null;
    }
  }

  /** Back to real time, running. */
  reset(): void {
    this.#offsetMs = 0;
    this.#frozenAt = null;
  }
}
