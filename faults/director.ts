import type { FaultKind } from './fault-kinds.ts';
import { isFaultKind } from './fault-kinds.ts';
import { ACTS, type ActName } from './people.ts';
import type { Happening } from './schedule.ts';
import type { Process, WireEvents } from './wire.ts';
import type { World } from './world.ts';

/** An act that stops in the middle. */
interface Pause {
  readonly after: number;
  /** The process that acts; known from its first call. */
  process: Process | undefined;
  calls: number;
  readonly reached: () => void;
  readonly goOn: Promise<void>;
}

/** Makes the happenings of a schedule happen, each at its call. */
export class Director implements WireEvents {
  readonly #world: World;
  readonly #happenings: readonly Happening[];
  readonly #begun = new Set<Happening>();
  #pause: Pause | undefined;
  /** The process in whose middle the act began. */
  #bystander: Process | undefined;
  #hasPaused = true;
  #release: () => void = () => undefined;
  #paused: Promise<unknown> = Promise.resolve();

  constructor(world: World, happenings: readonly Happening[]) {
    this.#world = world;
    this.#happenings = happenings;
  }

  async before(number: number, process: Process): Promise<void> {
    await this.#stopIfPaused(process);
    for (const happening of this.#happenings) {
      const { at, what } = happening;
      if (at !== number || isFaultKind(what) || this.#begun.has(happening)) continue;
      this.#begun.add(happening);
      await this.#begin(what, happening, process);
    }
  }

  faultAt(number: number): FaultKind | undefined {
    for (const { at, what } of this.#happenings) if (at === number && isFaultKind(what)) return what;
    return undefined;
  }

  /** Whether everything has happened that was to happen: a schedule in which something did not tests nothing new. */
  happened(calls: number): boolean {
    return this.#hasPaused && this.#happenings.every(({ at }) => at < calls);
  }

  /** The remote calls that acts have made so far. */
  actCalls = 0;

  /** Lets an act that stopped in the middle go on to its end. */
  async release(): Promise<void> {
    this.#release();
    this.#pause = undefined;
    await this.#paused;
  }

  async #begin(what: ActName, { pausesAfter }: Happening, by: Process): Promise<void> {
    const { tells, act } = ACTS[what];
    const acting = () => this.#world.act(tells, () => act(this.#world));
    if (pausesAfter === undefined) return await this.#count(acting);
    this.#hasPaused = false;
    const reached = new Promise<void>((resolve) => {
      const goOn = new Promise<void>((go) => {
        this.#release = go;
      });
      this.#pause = { after: pausesAfter, process: undefined, calls: 0, reached: resolve, goOn };
    });
    this.#bystander = by;
    this.#paused = acting();
    await Promise.race([reached, this.#paused]);
  }

  async #count(acting: () => Promise<void>): Promise<void> {
    const before = this.#world.wire.calls.length;
    await acting();
    this.actCalls += this.#world.wire.calls.length - before;
  }

  async #stopIfPaused(process: Process): Promise<void> {
    const pause = this.#pause;
    if (!pause || process === this.#bystander) return;
    pause.process ??= process;
    if (pause.process !== process) return;
    if (pause.calls === pause.after) {
      this.#world.story.tell(`${process.role} stands still`);
      pause.reached();
      this.#hasPaused = true;
      await pause.goOn;
      this.#world.story.tell(`${process.role} goes on`);
    }
    pause.calls += 1;
  }
}
