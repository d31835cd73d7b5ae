import { findDrifted, findExpiring, findForeign, findMissing, findOverdue, measureAge } from './findings.ts';
import type { Observation } from './observation.ts';
import type { Gauges, Plan } from './plan.ts';
import { planPending } from './plan-pending.ts';
import { planRestarts } from './plan-restarts.ts';
import { planRetirements } from './plan-retirements.ts';
import { type Contribution, type Subject, subjectOf } from './subject.ts';

/** The whole policy. Each rule sees one declared key and knows nothing of the others. */
const RULES: readonly ((subject: Subject) => Contribution)[] = [
  planRetirements, // keys that are or should be on their way out
  planPending, // keys that wait for promotion, and orphans
  planRestarts, // rotations that were asked for and not started
  findMissing, // the exchange does not list the key in use
  findDrifted, // the key in use is not as declared
  findExpiring, // the exchange will end the key in use
  findOverdue, // the rotation itself is late or turned off
  measureAge,
];

/**
 * Decides what a reconcile pass shall do. Pure and total: any observation gives a plan, and when the plan has
 * been carried out the next observation gives none. A key that Rekey did not make is never in an action.
 */
export function planReconcile(observation: Observation, now: Date): Plan {
  const subjects = observation.keys.map((observed) => subjectOf(observed, observation, now));
  const parts = [
    ...subjects.flatMap((subject) => RULES.map((rule) => rule(subject))),
    findForeign(observation, now),
  ];
  return {
    findings: parts.flatMap((part) => part.findings ?? []),
    actions: parts.flatMap((part) => part.actions ?? []),
    gauges: addUp(parts.map((part) => part.gauges ?? {})),
  };
}

const NOTHING: Gauges = {
  rotationsOverdue: 0,
  revocationsOverdue: 0,
  retiringKeys: 0,
  orphanKeys: 0,
  foreignKeys: 0,
  driftedKeys: 0,
  keysExpiring: 0,
  keysMissing: 0,
  oldestKeyDays: 0,
};

function addUp(parts: readonly Partial<Gauges>[]): Gauges {
  const sum = (name: keyof Gauges) => parts.reduce((total, part) => total + (part[name] ?? 0), 0);
  const oldestKeyDays = Math.max(0, ...parts.map((part) => part.oldestKeyDays ?? 0));
  const names = Object.keys(NOTHING) as (keyof Gauges)[];
  return {
    ...(Object.fromEntries(names.map((name) => [name, sum(name)])) as unknown as Gauges),
    oldestKeyDays,
  };
}
