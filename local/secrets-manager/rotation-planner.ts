import type { MovableClock, Scheduled } from '../clock.ts';
import { nextWindow, type RotationWindow } from './rotation-schedule.ts';
import type { RotationSettings, Secret } from './secret.ts';

interface PlannerDependencies {
  readonly clock: MovableClock;
  /** Where in its window a rotation starts, from 0 up to, not including, 1. */
  position(): number;
  open(secret: Secret, window: RotationWindow): Promise<void>;
}

/** A rotation that starts later in its window than this could not finish inside it. */
const LEAST_REMAINDER_MS = 60_000;

/** Keeps the next rotation window of every secret on the clock. */
export class RotationPlanner {
  readonly #dependencies: PlannerDependencies;
  readonly #planned = new Map<string, { window: RotationWindow; start: Scheduled }>();

  constructor(dependencies: PlannerDependencies) {
    this.#dependencies = dependencies;
  }

  plannedWindow(secret: Secret): RotationWindow | undefined {
    return this.#planned.get(secret.arn)?.window;
  }

  /** Plans the window that follows from the settings, in place of the one planned before. */
  plan(secret: Secret, settings: RotationSettings): RotationWindow {
    const window = nextWindow(settings.schedule, settings.anchorMs, this.#dependencies.clock.nowMs());
    this.planWindow(secret, window);
    return window;
  }

  planWindow(secret: Secret, window: RotationWindow): void {
    this.drop(secret);
    const { clock, open, position } = this.#dependencies;
    const earliestMs = Math.max(window.startMs, clock.nowMs());
    const roomMs = Math.max(0, window.endMs - LEAST_REMAINDER_MS - earliestMs);
    const start = clock.at(earliestMs + position() * roomMs, `scheduled rotation of ${secret.name}`, () =>
      open(secret, window),
    );
    this.#planned.set(secret.arn, { window, start });
  }

  drop(secret: Secret): void {
    this.#planned.get(secret.arn)?.start.cancel();
    this.#planned.delete(secret.arn);
  }
}
