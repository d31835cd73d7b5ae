import { vi } from 'vitest';

/** A call that gets no answer is given up soon: long enough for a machine of this kind to answer, if it will. */
export function withShortTimeOuts(): void {
  const timeOut = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeOut(400));
}
