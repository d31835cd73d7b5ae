import { expectOutcome } from './answer.ts';
import type { OperateFunctions } from './cloud.ts';
import { NotDoneError } from './problem.ts';
import type { Host } from './verb.ts';

/** What giving the order works with. */
export interface ResumeTools extends Pick<Host, 'pause' | 'actor'> {
  readonly operate: OperateFunctions;
}

const PAUSES_MS = [1_000, 2_000, 4_000, 8_000];

/**
 * Resumes a key of a drill, repeating the order until it is carried out; a repeated order does no harm, as a key that
 * is not stopped is not resumed. @returns why it may still be stopped, undefined if it is not
 */
export async function resumeKey(
  account: string,
  key: string,
  { operate, actor, pause }: ResumeTools,
): Promise<string | undefined> {
  const request = { act: 'resume', key, actor } as const;
  let failure = '';
  for (const pauseMs of [...PAUSES_MS, 0]) {
    try {
      const answer = await operate.ask(account, request);
      if (answer.outcome === 'refused' && answer.reason === 'NotStopped') return undefined;
      expectOutcome(answer, 'started', request);
      return undefined;
    } catch (error) {
      if (!(error instanceof NotDoneError)) throw error;
      failure = error.message;
    }
    await pause(pauseMs);
  }
  return failure;
}
