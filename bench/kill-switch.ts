import { isStopped, stopAccount } from '../cli/stopping.ts';
import type { ExchangeName } from '../faults/setting.ts';
import { operate } from '../lambda/handlers/operate.ts';
import type { OperateRequest } from '../lambda/operate-protocol.ts';
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
 * side, each on a clock of its own. The limits of AWS are not in it: 50 changes of labels a second.
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

/** By the CLI's own loop: it orders what is left again, as one order takes no more than a minute. */
async function stopAll(account: BenchAccount): Promise<number> {
  const { time } = account;
  const startedAt = time.now().getTime();
  const ask = async (_account: string, request: OperateRequest) => {
    const answer = await operate(request, account.context('operate'));
    if (!answer) throw new Error('operate has no answer');
    return answer;
  };
  const stopping = await time.until(
    stopAccount(
      { account: account.declaration.account, reason: 'Asked' },
      {
        ...{ operate: { ask }, actor: 'bench', now: () => time.now(), pause: (ms) => time.wait(ms) },
        watcher: { onAnswer: () => undefined, onFailure: () => undefined },
      },
    ),
  );
  if (!isStopped(stopping) || account.living > 0) throw new Error(`${account.living} keys live on`);
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
