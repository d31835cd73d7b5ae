import type { Time } from './ports.ts';

/** How long to keep asking: waits of `firstMs`, doubling up to `longestMs`, until `totalMs` are spent. */
export interface Patience {
  readonly firstMs: number;
  readonly longestMs: number;
  readonly totalMs: number;
}

/** Secrets Manager is eventually consistent: what was just written may be missing for a moment. */
export const SETTLING: Patience = { firstMs: 500, longestMs: 4_000, totalMs: 8_000 };

/**
 * Asks again and again until `attempt` gives an answer other than undefined, or patience ends.
 * For reads only.
 */
export async function askUntil<T>(
  attempt: () => Promise<T | undefined>,
  time: Time,
  patience: Patience,
): Promise<T | undefined> {
  let waited = 0;
  for (let pause = patience.firstMs; ; pause = Math.min(pause * 2, patience.longestMs)) {
    const answer = await attempt();
    if (answer !== undefined || waited + pause > patience.totalMs) return answer;
    await time.wait(pause);
    waited += pause;
  }
}
