import { setTimeout as sleep } from 'node:timers/promises';
import { captureOutput } from '../faults/capture.ts';
import type { ExchangeName } from '../faults/setting.ts';
import { WORKS } from '../faults/works.ts';
import { World } from '../faults/world.ts';

const ROUND_TRIP_MS = 50;

/** A whole rotation when every remote call takes so long. */
export interface RoundTrips {
  readonly calls: number;
  readonly ms: number;
  /** 1 if nothing but the calls takes time; below 1 if some go side by side. */
  readonly ratio: number;
}

/** Rotates a key once with a real pause at every call, and measures how long that takes. */
export async function measureRoundTrips(exchange: ExchangeName): Promise<RoundTrips> {
  const world = new World({ exchange, seed: 1, tries: 1, every: 'rate(30 days)', choices: {} });
  const release = captureOutput(() => undefined);
  try {
    await world.setUp();
    await WORKS.rotation.prepare(world);
    world.wire.arm({ before: async () => await sleep(ROUND_TRIP_MS), faultAt: () => undefined });
    const startedAt = performance.now();
    await world.startRotation();
    const ms = performance.now() - startedAt;
    const calls = world.wire.calls.length;
    return { calls, ms, ratio: ms / (calls * ROUND_TRIP_MS) };
  } finally {
    release();
  }
}
