import {
  countState,
  findDrifted,
  findExpiring,
  findForeign,
  findMissing,
  findOverdue,
  measureAge,
} from './findings.ts';
import { findLagging } from './lagging.ts';
import type { Observation } from './observation.ts';
import type { Gauges, Plan } from './plan.ts';
import { planPending } from './plan-pending.ts';
import { planRestarts } from './plan-restarts.ts';
import { planRetirements } from './plan-retirements.ts';
import { planStopped } from './plan-stopped.ts';
import { findStop } from './staging.ts';
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
  findLagging, // readers that still hold a replaced key
  measureAge,
  countState,
];

/** All that counts for a key that was stopped. */
const RULES_FOR_STOPPED: typeof RULES = [planStopped];

/**
 * Decides what a reconcile pass shall do. Pure and total: any observation gives a plan, and when the plan has
 * been carried out the next observation gives none. A key that Rekey did not make is never in an action.
 */
export function planReconcile(observation: Observation, now: Date): Plan {
  const subjects = observation.keys.map((observed) => subjectOf(observed, observation, now));
  const parts = [
    ...subjects.flatMap((subject) => rulesFor(subject).map((rule) => rule(subject))),
    findForeign(observation, now),
  ];
  return {
    findings: parts.flatMap((part) => part.findings ?? []),
    actions: parts.flatMap((part) => part.actions ?? []),
    gauges: addUp(parts.map((part) => part.gauges ?? {})),
    signs: parts.flatMap((part) => part.signs ?? []),
    notes: parts.flatMap((part) => part.notes ?? []),
  };
}

function rulesFor({ observed }: Subject): typeof RULES {
  return findStop(observed.secret) ? RULES_FOR_STOPPED : RULES;
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
  widenedKeys: 0,
  laggingReaders: 0,
  currentKeys: 0,
  rotatingKeys: 0,
  emptyKeys: 0,
  stoppedKeys: 0,
  oldestKeyDays: 0,
  keyAgeOfPolicy: 0,
};

/** Counts of which the greatest one stands for all. */
const GREATEST = ['oldestKeyDays', 'keyAgeOfPolicy'] as const;

function addUp(parts: readonly Partial<Gauges>[]): Gauges {
  const totals: Record<keyof Gauges, number> = { ...NOTHING };
  for (const part of parts) {
    for (const [name, value] of Object.entries(part) as [keyof Gauges, number][]) {
      const isGreatest = GREATEST.some((greatest) => greatest === name);
      totals[name] = isGreatest ? Math.max(totals[name], value) : totals[name] + value;
    }
  }
  return totals;
}
