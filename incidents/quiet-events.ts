import type { Baseline } from './baselines.ts';
import type { QuietAct } from './quiet-acts.ts';
import type { Random } from './random.ts';
import { DAY_MS } from './setting.ts';

/** How often the world around is not as it should be, in a day on average. Ours: no exchange publishes its own. */
const PER_DAY = {
  /** The exchange answers some calls in a row with 5xx. */
  unavailable: 1.5,
  /** The exchange says that there were too many calls. */
  throttle: 0.5,
  /** The exchange is down for some minutes: maintenance, or worse. */
  outage: 1 / 15,
  /** Lambda starts a new process of reconcile, which remembers nothing. */
  'cold-start': 4,
} as const;

/** Deposits, and transfers and withdrawals to where they are allowed to go. */
export function movementActs({ perWeek }: Baseline, dayMs: number, random: Random): QuietAct[] {
  const { deposits, transfers, withdrawals } = perWeek;
  const kinds = { deposit: deposits, transfer: transfers, withdraw: withdrawals } as const;
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((act) =>
    timesOn(dayMs, kinds[act] / 7, random).map((atMs): QuietAct => {
      const coin = act === 'deposit' && random.chance(0.2) ? 'BTC' : 'USDT';
      return { atMs, act, coin, amount: coin === 'BTC' ? '0.05' : String(random.whole(50, 2_000)) };
    }),
  );
}

/** Faults of the exchange and of the functions' host. */
export function hiccupActs(dayMs: number, random: Random): QuietAct[] {
  const times = (what: keyof typeof PER_DAY) => timesOn(dayMs, PER_DAY[what], random);
  return [
    ...times('unavailable').map(
      (atMs): QuietAct => ({ atMs, act: 'hiccup', fault: 'unavailable', count: random.whole(1, 4) }),
    ),
    ...times('throttle').map((atMs): QuietAct => ({ atMs, act: 'hiccup', fault: 'throttle', count: 1 })),
    ...times('outage').map((atMs): QuietAct => ({ atMs, act: 'outage', minutes: random.whole(2, 25) })),
    ...times('cold-start').map((atMs): QuietAct => ({ atMs, act: 'cold-start' })),
  ];
}

function timesOn(dayMs: number, perDay: number, random: Random): number[] {
  return Array.from({ length: random.count(perDay) }, () => dayMs + random.whole(0, DAY_MS - 1));
}
