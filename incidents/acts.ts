import { SECOND_MS } from './setting.ts';
import type { Step } from './trace.ts';

/** One act, and when it is to happen. */
export interface Planned {
  readonly atMs: number;
  readonly step: Step;
}

/** Every single act of a trace in order; repeated ones one by one. */
export function actsOf(steps: readonly Step[], startMs: number): Planned[] {
  return steps
    .flatMap((step) => {
      const { times = 1, every = 1 } = step as { times?: number; every?: number };
      return Array.from({ length: times }, (_, index) => ({
        atMs: Math.round(startMs + (step.at + index * every) * SECOND_MS),
        step,
      }));
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** From the first act of a trace to its last, in milliseconds. */
export function lengthOf(steps: readonly Step[]): number {
  return Math.max(...actsOf(steps, 0).map(({ atMs }) => atMs));
}
