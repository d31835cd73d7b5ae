import { ORDERS_TAG } from '../contract.ts';
import type { AccountDeclaration } from '../declaration.ts';
import { observeActivity, rhythmHolder, type Sight } from './activity.ts';
import { type Scene, tell } from './facts.ts';
import type { Observation } from './observation.ts';
import { busiest, formatRhythm, isWorthNoting, learn } from './order-rhythm.ts';
import type { AuditLog, Exchange, SecretStore, Span, Time } from './ports.ts';
import type { Sign } from './sign.ts';
import { judgeActivity, type WatchGauges } from './suspicion.ts';
import { type Told, tellOnce } from './told.ts';

const MINUTE_MS = 60_000;
/** A process that remembers no pass looks back so far. */
const COLD_SPAN_MS = 2 * 60 * MINUTE_MS;
/** What an exchange shows late is still seen. What is seen twice has the same id. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** No exchange answers for a longer span of orders in one question. */
const LONGEST_SPAN_MS = 23 * 60 * MINUTE_MS;

/** Until when each sub-account was watched, by its id; the main account's is empty. */
export type WatchMemory = Map<string, Date>;

/** What is watched in a pass. */
interface WatchJob {
  readonly declaration: AccountDeclaration;
  readonly scene: Scene;
  readonly observation: Observation;
  readonly memory: { readonly told: Told; readonly watch: WatchMemory };
}

interface WatchPorts {
  readonly exchange: Exchange;
  readonly store: SecretStore;
  readonly audit: AuditLog;
  readonly time: Time;
}

/** What a watch has come to. */
export interface WatchResult {
  readonly signs: readonly Sign[];
  readonly gauges: WatchGauges;
  readonly failures: readonly { readonly what: string; readonly error: unknown }[];
}

/**
 * Looks at what happened on the account since the last pass, and tells what nobody declared. Reads only, apart from
 * the note of how many orders are usual. Never throws: a pass must not fail for what is only watched.
 */
export async function watchActivity(
  { declaration, scene, observation, memory }: WatchJob,
  ports: WatchPorts,
): Promise<WatchResult> {
  const now = ports.time.now();
  const spanOf = (subAccount = '') => spanUntil(now, memory.watch.get(subAccount));
  const seen = await observeActivity({ declaration, observation, spanOf }, ports);
  const blindSpots = seen.blind.map((blindness) => ({
    ...blindness,
    readAt: memory.watch.get(blindness.subAccount ?? ''),
  }));
  const { findings, signs, gauges } = judgeActivity({ ...seen, blind: blindSpots }, declaration, now);
  const failures: { what: string; error: unknown }[] = [];
  try {
    const events = findings.map((fact) => tell(scene, now, fact));
    await tellOnce(events, memory.told, ports.audit);
    const blind = seen.blind.map(({ subAccount = '' }) => subAccount);
    // What could not be read or told must be looked at again.
    for (const place of ['', ...seen.sights.map(({ subAccount }) => subAccount)])
      if (!blind.includes(place)) memory.watch.set(place, now);
  } catch (error) {
    failures.push({ what: 'findings of the watch', error });
  }
  for (const sight of seen.sights) {
    await noteRhythm(sight, ports, now).catch((error: unknown) =>
      failures.push({ what: `rhythm of sub-account ${sight.subAccount}`, error }),
    );
  }
  return { signs, gauges, failures };
}

function spanUntil(to: Date, watchedUntil: Date | undefined): Span {
  const fromMs = watchedUntil ? watchedUntil.getTime() - OVERLAP_MS : to.getTime() - COLD_SPAN_MS;
  return { from: new Date(Math.max(fromMs, to.getTime() - LONGEST_SPAN_MS)), to };
}

async function noteRhythm({ orders, rhythm, keys }: Sight, { store }: WatchPorts, now: Date): Promise<void> {
  const holder = rhythmHolder(keys);
  if (!orders || !holder) return;
  const next = learn(rhythm, busiest(orders.orders), now);
  if (isWorthNoting(rhythm, next)) await store.tag(holder.secret.arn, ORDERS_TAG, formatRhythm(next));
}
