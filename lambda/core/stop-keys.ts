import type { Order } from './operations.ts';
import { type StopPorts, type StopReason, type StopResult, stopKey } from './stop.ts';

/** How many keys are stopped side by side: the calls to AWS of one overlap with those to the exchange of another. */
const SIDE_BY_SIDE = 8;

/** What stopping several keys has come to. */
export interface StopAllResult {
  readonly stopped: ReadonlyMap<string, StopResult>;
  /** Keys that there was no time for. */
  readonly notBegun: readonly string[];
  /** Why a key could not be stopped, for the log. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/** Stops several keys. One that fails does not keep the others from being stopped, and counts as one that may live. */
export async function stopKeys(
  keys: readonly string[],
  order: Omit<Order, 'key'>,
  { ports, ...how }: { ports: StopPorts; reason: StopReason; until: Date },
): Promise<StopAllResult> {
  const stopped = new Map<string, StopResult>();
  const failures = new Map<string, unknown>();
  const queue = [...keys];
  const work = async () => {
    while (ports.time.now() < how.until) {
      const key = queue.shift();
      if (key === undefined) return;
      try {
        stopped.set(key, await stopKey({ ...order, key }, ports, how));
      } catch (error) {
        failures.set(key, error);
        stopped.set(key, { revoked: 0, left: 1, foreign: [] });
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return { stopped, notBegun: queue, failures };
}
