import type { AuditEventName } from '../lambda/core/audit-event.ts';
import type { Attack } from './attack.ts';
import { alarmsIn } from './quiet.ts';
import { type ExchangeName, SECOND_MS } from './setting.ts';
import type { Step, VisibleTrace } from './trace.ts';
import { inWords } from './words.ts';
import type { Heard, World } from './world.ts';

/** What tells of how Rekey itself gets on, and of no incident. */
const OPERATION: readonly AuditEventName[] = [
  ...(['WatchBlind', 'RotationFailed', 'RevocationFailed', 'RotationOverdue', 'RevocationOverdue'] as const),
  ...(['PendingAbandoned', 'OrphanFound', 'OrphanRevoked', 'ManagerRefused', 'KeyResumed'] as const),
];
/** Answers: they follow a sign and are none. */
const ANSWERS: readonly AuditEventName[] = ['StopOrdered', 'EmergencyRotationStarted'];

/** How an incident ended. */
export interface Verdict {
  readonly name: string;
  readonly exchange: ExchangeName;
  readonly detected: boolean;
  /** From the first act that can be seen to the first event that wakes somebody. */
  readonly detectionSeconds: number | null;
  /** From the same act until nothing that the attacker holds works any more. */
  readonly answerSeconds: number | null;
  /** Event and reason of the first sign. */
  readonly sign: string | null;
  /** Until the last of our keys that lived was dead; null if none was ended. */
  readonly keysDeadSeconds: number | null;
  /** Why there is no answer, where there is none. */
  readonly withoutAnswer: string | null;
  /** What the attacker had done before the first sign, in words, and what after it. */
  readonly harmBefore: string;
  readonly harmAfter: string;
}

/** What is judged. */
export interface Case {
  readonly trace: VisibleTrace;
  readonly world: World;
  readonly attack: Attack;
  readonly startMs: number;
}

/** The first event about the incident that somebody would have been told of. */
export function firstSign({ world, startMs }: Pick<Case, 'world' | 'startMs'>): Heard | undefined {
  return alarmsIn(world.heard.filter(({ atMs }) => atMs >= startMs)).find(
    ({ event }) => !OPERATION.includes(event.event) && !ANSWERS.includes(event.event),
  );
}

/** Judges what has happened so far. */
export function judge(played: Case): Verdict {
  const { trace, world, attack, startMs } = played;
  const sign = firstSign(played);
  const after = (ms: number) => Math.round((ms - startMs) / SECOND_MS);
  const signMs = sign?.atMs ?? Number.POSITIVE_INFINITY;
  const deadMs = keysDeadAt(played);
  const powerless = powerlessAt(played);
  return {
    name: `${trace.name}-${world.exchange.exchange}`,
    exchange: world.exchange.exchange,
    detected: sign !== undefined,
    detectionSeconds: sign ? after(sign.atMs) : null,
    answerSeconds: powerless.atMs === undefined ? null : after(powerless.atMs),
    sign: sign ? `${sign.event.event} ${sign.event.reason}` : null,
    keysDeadSeconds: deadMs === undefined ? null : after(deadMs),
    withoutAnswer: powerless.atMs === undefined ? powerless.why : null,
    harmBefore: inWords(attack.deeds.filter(({ atMs }) => atMs <= signMs)),
    harmAfter: inWords(attack.deeds.filter(({ atMs }) => atMs > signMs)),
  };
}

/** When the last of our keys that lived when it began was dead; undefined as long as one lives. */
export function keysDeadAt({ world, startMs }: Pick<Case, 'world' | 'startMs'>): number | undefined {
  const ours = world.exchange.keys.filter(
    ({ madeBy, subAccount, createdAt, deletedAt }) =>
      madeBy === 'api' &&
      subAccount !== null &&
      Date.parse(createdAt) <= startMs &&
      (deletedAt === null || Date.parse(deletedAt) > startMs),
  );
  const ends = ours.map(({ deletedAt }) => (deletedAt === null ? undefined : Date.parse(deletedAt)));
  return ends.includes(undefined) || ends.length === 0 ? undefined : Math.max(...ends.map(Number));
}

/** When nothing that the attacker holds works any more: dead, or frozen; or why no answer comes to that. */
function powerlessAt(played: Case): { atMs?: number; why: string } {
  const { trace, world, attack, startMs } = played;
  const acts = trace.steps.map(({ act }) => act);
  const isAsked = world.heard.some(({ event }) => ANSWERS.includes(event.event));
  const deadMs = keysDeadAt(played);
  const frozen = world.heard.find(
    ({ event, atMs }) => event.event === 'SubAccountFrozen' && event.reason === 'Stopped' && atMs >= startMs,
  );
  if (trace.steps.some((step) => 'by' in step && step.by === 'website'))
    return { why: 'done with a login or a key that is not ours: a person has to close the account' };
  if (acts.includes('transfer'))
    return { why: 'done with a login at the main account: a person has to close it' };
  if (acts.includes('make-key')) {
    if (frozen) return { atMs: Math.max(frozen.atMs, deadMs ?? 0), why: '' };
    return {
      why: 'the key is not ours and is never touched; the exchange cannot freeze: a person deletes it',
    };
  }
  if (acts.includes('delete-keys')) return { why: 'the keys are gone already' };
  if (!isAsked) return { why: whyNotAsked(acts, firstSign(played)) };
  const usable = attack.keys.some((id) =>
    world.exchange.keys.some((key) => key.apiKey === id && !key.deletedAt),
  );
  return deadMs === undefined || usable
    ? { why: 'a key still lives: it was made after the sign, or is not dead yet' }
    : { atMs: deadMs, why: '' };
}

function whyNotAsked(acts: readonly Step['act'][], sign: Heard | undefined): string {
  if (!sign) return 'nothing was noticed';
  if (acts.includes('drop-rights')) return 'nobody attacks; a rotation makes a key that has the right again';
  if (acts.includes('readers-stuck')) return 'nobody attacks; the old key is kept, if waiting is declared';
  return `${sign.event.event} proves nothing, so it is told and not answered`;
}
