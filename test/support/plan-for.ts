import type { Observation, ObservedKey } from '../../lambda/core/observation.ts';
import type { Action, Plan } from '../../lambda/core/plan.ts';
import { planReconcile } from '../../lambda/core/reconcile.ts';
import { anObservation } from './builders.ts';
import { START } from './fixed-time.ts';

/** What a test wants different in an observed key. */
export type Observed = Partial<ObservedKey>;

/** The plan for these observed keys, at the start of time. */
export function planFor(...keys: Observed[]): Plan {
  const observation: Observation = anObservation(...keys);
  return planReconcile(observation, START);
}

export function actionsFor(...keys: Observed[]): Action[] {
  return [...planFor(...keys).actions];
}

/** Event and reason of each finding. */
export function findingsFor(...keys: Observed[]): string[] {
  return planFor(...keys).findings.map(({ event, reason }) => `${event} ${reason}`);
}
