import { secretName } from '../contract.ts';
import type { AccountDeclaration, Answer, KeyDeclaration } from '../declaration.ts';
import { dayOf, type Fact } from './facts.ts';
import { freezeStopped } from './freeze.ts';
import { type Order, rotateEmergency, versionsInDoubt } from './operations.ts';
import type { Sign } from './sign.ts';
import { CURRENT, findStop, findVersion, isLeaked } from './staging.ts';
import { type StopPorts, type StopReason, stopKey, untilAfter } from './stop.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** With so many versions made within so long, rotating again does not help: somebody has to look. */
const LIMITS = [
  { versions: 2, withinMs: HOUR_MS, words: 'an hour' },
  { versions: 6, withinMs: DAY_MS, words: 'a day' },
];
/** How long stopping one key may take in a pass. */
const STOP_MS = 60_000;

/** What is to be done about one key, and why. */
export interface PlannedAnswer {
  readonly key: string;
  readonly answer: Exclude<Answer, 'tell'>;
  readonly reason: string;
  /** Keys that were made later are not in doubt. */
  readonly lastSeen: Date;
}

/**
 * The answers that the declaration wants to these signs, one for each key. Pure. Where two are wanted, the stronger
 * one; of signs of one kind the latest counts.
 */
export function planAnswers(signs: readonly Sign[], declaration: AccountDeclaration): PlannedAnswer[] {
  return declaration.keys.flatMap((declared) => {
    const wanted = signs
      .filter(({ keys }) => keys.includes(declared.name))
      .flatMap((sign) => answerTo(sign, declared, declaration));
    const strongest = wanted.filter(({ answer }) => answer === 'stop');
    const [first, ...others] = strongest.length > 0 ? strongest : wanted;
    if (!first) return [];
    return [others.reduce((latest, next) => (next.lastSeen > latest.lastSeen ? next : latest), first)];
  });
}

function answerTo(sign: Sign, declared: KeyDeclaration, declaration: AccountDeclaration): PlannedAnswer[] {
  const answer = sign.declaredBy === 'account' ? declaration.watch.onSuspicion : declared.onSuspicion;
  if (answer === 'tell' || !sign.admits.includes(answer)) return [];
  return [{ key: declared.name, answer, reason: sign.reason, lastSeen: sign.lastSeen }];
}

/**
 * Gives an answer, unless it was given before: a key that is marked as leaked is being replaced already, and one that
 * was made after the sign was last seen is not in doubt, as when somebody has resumed it and knows. @returns a fact to tell if
 * the answer was withheld
 */
export async function giveAnswer(
  planned: PlannedAnswer,
  order: Omit<Order, 'key'>,
  ports: StopPorts,
): Promise<Fact | undefined> {
  const { key, answer, reason, lastSeen } = planned;
  const state = await ports.store.describe(secretName(order.declaration.account, key));
  if (findStop(state)) return undefined;
  const times = await ports.store.versionTimes(state.arn);
  const doubtful = versionsInDoubt(state, times, lastSeen);
  const fresh = doubtful.filter((versionId) => !isLeaked(state.versions.get(versionId) ?? []));
  const current = findVersion(state, CURRENT) ?? '';
  if (answer === 'stop' && doubtful.includes(current)) {
    const until = untilAfter(ports.time, STOP_MS);
    await stopKey({ ...order, key }, ports, { reason: stopReason(reason), until });
    await freezeStopped(order, ports);
    return undefined;
  }
  if (fresh.length === 0) return undefined;
  const now = ports.time.now();
  const why = fresh.includes(current) ? whyWithheld([...times.values()], now) : undefined;
  if (why) return withheld(planned, why, now);
  await rotateEmergency({ ...order, key }, lastSeen, ports);
  return undefined;
}

/** A read is told by another sensor, and later. */
function stopReason(reason: string): StopReason {
  return reason === 'UndeclaredRead' ? 'UndeclaredRead' : 'Suspicion';
}

function whyWithheld(times: readonly Date[], now: Date): string | undefined {
  const reached = LIMITS.find(({ versions, withinMs }) => {
    const recent = times.filter((at) => now.getTime() - at.getTime() < withinMs);
    return recent.length >= versions;
  });
  return reached && `${reached.versions} versions were made within ${reached.words}`;
}

function withheld({ key, answer, reason }: PlannedAnswer, why: string, now: Date): Fact {
  return {
    ...({ event: 'AnswerWithheld', key, answer, reason: 'AnswerLimited' } as const),
    evidence: { sign: reason },
    message: `${reason} asks for another emergency rotation, and ${why}: rotating does not help; look, and stop the key`,
    occurrence: `${reason} ${dayOf(now)}`,
  };
}
