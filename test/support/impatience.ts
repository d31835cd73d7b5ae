import { vi } from 'vitest';

/**
 * Pauses between attempts take no time. They are told from the timers of Node's own HTTP client by being round
 * and short, and having nothing to hand over.
 */
export function withoutPauses(): void {
  const later = globalThis.setTimeout;
  const soon = (act: () => void, ms = 0, ...handed: unknown[]) =>
    later(act, handed.length === 0 && ms % 100 === 0 && ms < 5_000 ? 0 : ms, ...(handed as []));
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(soon as typeof setTimeout);
}

/** A call that gets no answer is given up soon: long enough for a machine of this kind to answer, if it will. */
export function withShortTimeOuts(): void {
  const timeOut = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeOut(400));
}
