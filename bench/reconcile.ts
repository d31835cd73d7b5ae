import type { ExchangeName } from '../faults/setting.ts';
import { newMemory } from '../lambda/core/pass.ts';
import { reconcile } from '../lambda/handlers/reconcile.ts';
import { MOST_KEYS } from '../lib/config/check-watch.ts';
import { BenchAccount } from './fleet.ts';

/** As many as one account may have (`check-watch.ts`): what its stack holds, or what one pass can list. */
const FULL: Readonly<Record<ExchangeName, number>> = { bitget: MOST_KEYS, binance: 90 };
const FLEET_KEYS = 10_000;
const KEYS_PER_SUB_ACCOUNT = 2;

/** One reconcile pass over an account whose keys are all in order. */
interface Pass {
  readonly keys: number;
  readonly calls: number;
  /** What the function waits for: 50 ms for each call to the exchange, 20 ms for AWS, and the exchange's limits. */
  readonly seconds: number;
}

export interface ReconcileFleet {
  readonly keys: number;
  /** One for each exchange account. */
  readonly functions: number;
  /** Of all functions together. */
  readonly calls: number;
  /** Of the slowest function; they run side by side. */
  readonly seconds: number;
  /** Calls and seconds for a key in a full account, over those in a quarter of one: 1 is linear, less is better. */
  readonly callsLinearity: number;
  readonly secondsLinearity: number;
}

/** Measures a full account and a quarter of one, and adds up the accounts that 10,000 keys take. */
export async function measureReconcile(exchange: ExchangeName): Promise<ReconcileFleet> {
  const most = FULL[exchange];
  const quarter = await passOver(exchange, Math.round(most / 4));
  const full = await passOver(exchange, most);
  const functions = Math.ceil(FLEET_KEYS / most);
  return {
    keys: FLEET_KEYS,
    functions,
    calls: functions * full.calls,
    seconds: full.seconds,
    callsLinearity: full.calls / full.keys / (quarter.calls / quarter.keys),
    secondsLinearity: full.seconds / full.keys / (quarter.seconds / quarter.keys),
  };
}

async function passOver(exchange: ExchangeName, keys: number): Promise<Pass> {
  const account = new BenchAccount({ name: 'main', exchange, keys, keysPerSubAccount: KEYS_PER_SUB_ACCOUNT });
  await account.setUp();
  const memory = newMemory();
  const pass = async () => await account.time.until(reconcile({}, account.context('reconcile'), memory));
  await pass(); // notes what is usual
  await account.time.until(account.time.wait(5 * 60_000));
  account.calls = { exchange: 0, aws: 0 };
  const startedAt = account.time.now().getTime();
  const { failures } = await pass();
  if (failures.length > 0) throw new Error(`the pass failed: ${failures.join(', ')}`);
  const seconds = (account.time.now().getTime() - startedAt) / 1_000;
  return { keys, calls: account.calls.exchange + account.calls.aws, seconds };
}
