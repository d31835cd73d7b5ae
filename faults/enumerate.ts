import type { BaselineName } from './baselines/baselines.ts';
import { FAULT_KINDS, type FaultKind, type RemoteCall, suits } from './fault-kinds.ts';
import type { ActName } from './people.ts';
import { ACTS } from './people.ts';
import { runSchedule } from './run-schedule.ts';
import type { Happening, Schedule } from './schedule.ts';
import type { ExchangeName } from './setting.ts';
import { WEATHERS, type WeatherName } from './weather.ts';
import { WORKS, type WorkName } from './works.ts';

/** Every family of schedules, and how its members are found for one exchange. */
export const FAMILIES = {
  single: {
    tells: 'every fault at every remote call of every work, with every continuation',
    list: singleFaults,
  },
  pair: {
    tells: 'every pair of faults of one rotation, its retry and the reconcile passes after it',
    list: pairsOfFaults,
  },
  act: {
    tells: 'something that another function or a person does, in the middle of a work, at every remote call',
    list: actsInBetween,
  },
  'act-and-fault': {
    tells: 'another function in the middle of a rotation, and a fault at every later call of either',
    list: actsAndFaults,
  },
  interleaving: {
    tells: 'two functions at once: one stops at each of its calls, the other at each of its own',
    list: interleavings,
  },
  weather: {
    tells: 'an exchange or a Secrets Manager that is slow, alone and with a fault at every remote call',
    list: weathers,
  },
} as const satisfies Record<string, { tells: string; list: (exchange: ExchangeName) => Promise<Schedule[]> }>;

export type FamilyName = keyof typeof FAMILIES;

const ALL_KINDS = Object.keys(FAULT_KINDS) as FaultKind[];
/**
 * One of each kind of faults that lead to the same. To be killed after a call is to be killed before the next one,
 * except after an audit event, which ends a step.
 */
const CHANGE_KINDS: readonly FaultKind[] = ['kill-before', 'lost', 'repeated', 'late', 'unavailable'];
const EVENT_KINDS: readonly FaultKind[] = ['kill-before', 'kill-after', 'unavailable'];
const READ_KINDS: readonly FaultKind[] = ['kill-before'];
/** How a step fails at a read makes no difference to how it goes on: one way of each, where it was struck in all before. */
const CUT_READ_KINDS: readonly FaultKind[] = ['kill-before', 'outage'];
const WORK_NAMES = Object.keys(WORKS) as WorkName[];

/** Calls of which a fault changes nothing but what is watched; each is struck by itself, in one continuation. */
const WATCH_CALLS = /TagResource|\/sub-list|\/sub-account\/list/;

function essentialKinds(call: RemoteCall): FaultKind[] {
  if (WATCH_CALLS.test(call.name)) return [];
  if (call.callee === 'bus') return [...EVENT_KINDS];
  return (call.changes ? CHANGE_KINDS : READ_KINDS).filter((kind) => suits(kind, call));
}

/** Every fault at every call of the rotations that a baseline makes in its own way, with every continuation. */
export async function baselineSchedules(exchange: ExchangeName, baseline: BaselineName): Promise<Schedule[]> {
  const schedules: Schedule[] = [];
  for (const work of ['rotation', 'second-rotation'] as const) {
    for (const continuation of WORKS[work].continuations) {
      const schedule = aSchedule(exchange, work, { continuation });
      const { own } = await callsOf(schedule, baseline);
      schedules.push(
        schedule,
        ...withFaults(schedule, own, (call) => ALL_KINDS.filter((kind) => suits(kind, call))),
      );
    }
  }
  return schedules;
}

/** The remote calls that a schedule makes; the work's own come first. */
async function callsOf(
  schedule: Schedule,
  baseline?: BaselineName,
): Promise<{ all: readonly RemoteCall[]; own: readonly RemoteCall[] }> {
  const { calls, workCalls } = await runSchedule(schedule, { baseline });
  return { all: calls, own: calls.slice(0, workCalls) };
}

function aSchedule(exchange: ExchangeName, work: WorkName, changes: Partial<Schedule> = {}): Schedule {
  const continuation = WORKS[work].continuations[0] ?? 'retry';
  return { exchange, work, continuation, weather: 'fair', happenings: [], ...changes };
}

async function singleFaults(exchange: ExchangeName): Promise<Schedule[]> {
  const schedules: Schedule[] = [];
  for (const work of WORK_NAMES) {
    for (const [index, continuation] of WORKS[work].continuations.entries()) {
      const schedule = aSchedule(exchange, work, { continuation });
      const { own } = await callsOf(schedule);
      const kinds = (call: RemoteCall) => (index === 0 || call.changes ? ALL_KINDS : CUT_READ_KINDS);
      const kindsOf = (call: RemoteCall) =>
        index > 0 && WATCH_CALLS.test(call.name) ? [] : kinds(call).filter((kind) => suits(kind, call));
      schedules.push(schedule, ...withFaults(schedule, own, kindsOf));
    }
  }
  return schedules;
}

/**
 * Calls after a first fault among which a second one may strike at a read: the rest of the rotation, its retry and
 * the pass between. Later passes only look, until they change something.
 */
const READS_AFTER_A_FAULT = 36;

async function pairsOfFaults(exchange: ExchangeName): Promise<Schedule[]> {
  const schedules: Schedule[] = [];
  const { own } = await callsOf(aSchedule(exchange, 'rotation'));
  for (const first of withFaults(aSchedule(exchange, 'rotation'), own, essentialKinds)) {
    const { all } = await callsOf(first);
    const lastRead = (first.happenings[0]?.at ?? 0) + READS_AFTER_A_FAULT;
    const kindsOf = (call: RemoteCall, at: number) => {
      return call.changes || at <= lastRead ? essentialKinds(call) : [];
    };
    schedules.push(...withFaults(first, all, kindsOf));
  }
  return schedules;
}

const INTERRUPTED_WORKS: readonly WorkName[] = [
  'first-issue',
  'rotation',
  'revocation',
  'clean-up',
  'emergency',
  'stop',
];

async function actsInBetween(exchange: ExchangeName): Promise<Schedule[]> {
  const schedules: Schedule[] = [];
  for (const work of INTERRUPTED_WORKS) {
    const schedule = aSchedule(exchange, work);
    const { own } = await callsOf(schedule);
    for (const what of Object.keys(ACTS) as ActName[]) {
      schedules.push(...own.map((_call, at) => ({ ...schedule, happenings: [{ at, what }] })));
    }
  }
  return schedules;
}

async function actsAndFaults(exchange: ExchangeName): Promise<Schedule[]> {
  const schedules: Schedule[] = [];
  const rotation = aSchedule(exchange, 'rotation');
  const { own } = await callsOf(rotation);
  for (const what of ['reconcile', 'emergency', 'rotate'] as const) {
    for (const at of own.keys()) {
      const disturbed = { ...rotation, happenings: [{ at, what }] };
      const { own: calls } = await callsOf(disturbed);
      schedules.push(
        ...withFaults(disturbed, calls, ({ changes }) => (changes ? ['kill-after'] : ['kill-before'])),
      );
    }
  }
  return schedules;
}

/** The other function stops after so many calls of its own, until the work is done. */
async function interleavings(exchange: ExchangeName): Promise<Schedule[]> {
  const schedules: Schedule[] = [];
  const pairs = [
    ['rotation', 'reconcile'],
    ['revocation', 'reconcile'],
    ['clean-up', 'reconcile'],
    ['give-up', 'reconcile'],
    ['emergency', 'reconcile'],
    ['rotation', 'emergency'],
    ['emergency', 'emergency'],
  ] as const;
  for (const [work, what] of pairs) {
    const schedule = aSchedule(exchange, work);
    const { own } = await callsOf(schedule);
    for (const at of own.keys()) {
      const { actCalls } = await runSchedule({ ...schedule, happenings: [{ at, what }] });
      // What the other works are made of is here with each pause already; the exchanges take the others in turn.
      const step = work === 'rotation' && what === 'reconcile' ? 1 : 2;
      const first = step === 1 || exchange === 'bitget' ? 1 : 2;
      for (let pausesAfter = first; pausesAfter < actCalls; pausesAfter += step) {
        schedules.push({ ...schedule, happenings: [{ at, what, pausesAfter }] });
      }
    }
  }
  return schedules;
}

async function weathers(exchange: ExchangeName): Promise<Schedule[]> {
  const schedules: Schedule[] = [];
  const names = (Object.keys(WEATHERS) as WeatherName[]).filter((name) => name !== 'fair');
  for (const weather of names) {
    for (const work of INTERRUPTED_WORKS) {
      const schedule = aSchedule(exchange, work, { weather });
      const { own } = await callsOf(schedule);
      const readKinds: FaultKind[] = work === 'rotation' ? ['kill-before'] : [];
      const kinds = ({ changes }: RemoteCall): FaultKind[] => (changes ? ['kill-after', 'lost'] : readKinds);
      schedules.push(schedule, ...withFaults(schedule, own, kinds));
    }
  }
  return schedules;
}

/** The schedule with one more fault, at each call after the ones that it has already. */
function withFaults(
  schedule: Schedule,
  calls: readonly RemoteCall[],
  kindsOf: (call: RemoteCall, at: number) => readonly FaultKind[],
): Schedule[] {
  const from = Math.max(-1, ...schedule.happenings.map(({ at }) => at)) + 1;
  return calls.slice(from).flatMap((call, offset) =>
    kindsOf(call, from + offset).map((what): Schedule => {
      const happening: Happening = { at: from + offset, what };
      return { ...schedule, happenings: [...schedule.happenings, happening] };
    }),
  );
}
