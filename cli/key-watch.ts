import type { KeyStatus } from '../lambda/operate-protocol.ts';
import { expectOutcome } from './answer.ts';
import type { OperateFunctions } from './cloud.ts';
import { NotDoneError } from './problem.ts';
import type { Host } from './verb.ts';

/** What looking at keys works with. */
export interface LookTools extends Pick<Host, 'now' | 'pause'> {
  readonly operate: OperateFunctions;
}

/** What is waited for. */
export interface Awaited {
  readonly account: string;
  /** Names of the keys. */
  readonly keys: readonly string[];
  readonly fits: (key: KeyStatus) => boolean;
  readonly mostMs: number;
  readonly signal: AbortSignal;
}

/** A look asks the exchange, whose limits are needed for the keys: after the first ones they are further apart. */
const FIRST_PAUSES_MS = [1_000, 1_000, 2_000, 2_000];
const PAUSE_MS = 5_000;

/** The keys of an account as they are now. @throws NotDoneError */
export async function lookAt(account: string, { operate }: LookTools): Promise<readonly KeyStatus[]> {
  const request = { act: 'status' } as const;
  return expectOutcome(await operate.ask(account, request), 'status', request).status.keys;
}

/** Looks again and again. A look that fails is followed by another. @returns whether it was seen in time */
export async function waitUntil(awaited: Awaited, tools: LookTools): Promise<boolean> {
  const { account, keys, fits, mostMs, signal } = awaited;
  const { now, pause } = tools;
  const until = now().getTime() + mostMs;
  for (let look = 0; !signal.aborted; look += 1) {
    const seen = await lookAt(account, tools).catch(asNothing);
    const found = seen.filter(({ key }) => keys.includes(key));
    if (found.length === keys.length && found.every(fits)) return true;
    if (now().getTime() >= until) return false;
    await pause(FIRST_PAUSES_MS[look] ?? PAUSE_MS, signal);
  }
  return false;
}

function asNothing(error: unknown): readonly KeyStatus[] {
  if (error instanceof NotDoneError) return [];
  throw error;
}
