import { MINUTE_MS } from './setting.ts';
import type { World } from './world.ts';

/** What the exchange and Secrets Manager are like while the work is done; sets in when it begins. */
export const WEATHERS = {
  fair: { tells: 'everything answers at once', setIn: () => undefined },
  'stale-3s': { tells: 'reads of Secrets Manager are 3 seconds behind', setIn: stale(3_000) },
  'stale-20s': { tells: 'reads of Secrets Manager are 20 seconds behind', setIn: stale(20_000) },
  'activation-30s': { tells: 'a new key works after half a minute', setIn: fault('slow-activation', 30_000) },
  'activation-4m': {
    tells: 'a new key works after four minutes',
    setIn: fault('slow-activation', 4 * MINUTE_MS),
  },
  'activation-12m': {
    tells: 'a new key works after twelve minutes',
    setIn: fault('slow-activation', 12 * MINUTE_MS),
  },
  'dying-30s': { tells: 'a revoked key works on for half a minute', setIn: fault('slow-revocation', 30_000) },
  'dying-8m': {
    tells: 'a revoked key works on for eight minutes',
    setIn: fault('slow-revocation', 8 * MINUTE_MS),
  },
  'list-10s': { tells: 'the list is ten seconds behind', setIn: fault('stale-list', 10_000) },
  'list-2m': { tells: 'the list is two minutes behind', setIn: fault('stale-list', 2 * MINUTE_MS) },
  'list-20m': { tells: 'the list is twenty minutes behind', setIn: fault('stale-list', 20 * MINUTE_MS) },
  'no-age': { tells: 'the list does not tell when a key was made', setIn: fault('omit-ts') },
} as const satisfies Record<string, { tells: string; setIn: (world: World) => void }>;

export type WeatherName = keyof typeof WEATHERS;

function stale(ms: number): (world: World) => void {
  return ({ secrets }) => secrets.staleReadsFor(ms);
}

function fault(name: string, ms?: number): (world: World) => void {
  return ({ exchange }) => exchange.orderFault({ fault: name, ...(ms === undefined ? {} : { ms }) });
}
