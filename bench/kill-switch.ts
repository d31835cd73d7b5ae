import type { ExchangeName } from '../faults/setting.ts';
import { operate } from '../lambda/handlers/operate.ts';
import { BenchAccount } from './fleet.ts';

const KEYS_PER_ACCOUNT = 100;
const EXCHANGES: readonly ExchangeName[] = Array.from({ length: 10 }, (_, n) =>
  n % 2 === 0 ? 'bitget' : 'binance',
);

/** How many keys an exchange lets one account delete in which time. */
const DELETES: Readonly<Record<ExchangeName, { count: number; perMs: number }>> = {
  bitget: { count: 10, perMs: 1_000 },
  binance: { count: 60, perMs: 60_000 }, // 3,000 of 180,000 each
};

export interface KillSwitch {
  readonly keys: number;
  /** From the order until the last key is dead, by the exchanges' own tables. */
  readonly seconds: number;
  /** The least that the exchanges' limits allow. */
  readonly leastSeconds: number;
  readonly ratio: number;
  /** The same for each kind of exchange by itself; the worst of its accounts. */
  readonly ratios: Readonly<Record<string, number>>;
}

/**
 * Stops 1,000 keys on 10 exchange accounts with their real limits, as `rekey stop --all` does: all accounts side by
 * side, each ordered again until nothing is left. The limits of AWS are not in it: 50 changes of labels a second.
 */
export async function measureKillSwitch(): Promise<KillSwitch> {
  const ratios: Record<string, number> = {};
  let seconds = 0;
  let leastSeconds = 0;
  for (const [index, exchange] of EXCHANGES.entries()) {
    const account = new BenchAccount({
      name: `account-${index}`,
      exchange,
      keys: KEYS_PER_ACCOUNT,
      keysPerSubAccount: 1,
    });
    await account.setUp();
    const took = await stopAll(account);
    const least = leastSecondsOf(exchange);
    ratios[exchange] = Math.max(ratios[exchange] ?? 0, took / least);
    seconds = Math.max(seconds, took);
    leastSeconds = Math.max(leastSeconds, least);
  }
  return {
    keys: EXCHANGES.length * KEYS_PER_ACCOUNT,
    seconds,
    leastSeconds,
    ratio: seconds / leastSeconds,
    ratios,
  };
}

async function stopAll(account: BenchAccount): Promise<number> {
  const startedAt = account.time.now().getTime();
  const order = { act: 'stop', reason: 'Asked', actor: 'bench' };
  await account.time.until(
    (async () => {
      for (let again = true; again; ) {
        const answer = await operate(order, account.context('operate'));
        if (answer?.outcome !== 'stopped') throw new Error(JSON.stringify(answer));
        again = answer.notBegun.length > 0 || answer.keys.some(({ left }) => left > 0);
      }
    })(),
  );
  if (account.living > 0) throw new Error(`${account.living} keys live on`);
  const deaths = account.exchange.keys.flatMap(({ deletedAt }) =>
    deletedAt === null ? [] : [Date.parse(deletedAt)],
  );
  return (Math.max(...deaths) - startedAt) / 1_000;
}

/** All that a window has room for at once, then the next window. */
function leastSecondsOf(exchange: ExchangeName): number {
  const { count, perMs } = DELETES[exchange];
  return (Math.ceil(KEYS_PER_ACCOUNT / count) - 1) * (perMs / 1_000);
}
