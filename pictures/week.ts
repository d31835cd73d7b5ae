import { captureOutput } from '../faults/capture.ts';
import { FUNCTION_ADDRESS } from '../faults/exchange-calls.ts';
import { ACCOUNT_ID } from '../faults/setting.ts';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import type { AccountDeclaration, KeyDeclaration } from '../lambda/declaration.ts';
import { EXCHANGES } from '../lambda/exchanges/catalog.ts';
import { MovableClock } from '../local/clock.ts';
import { ExchangeAccount } from './exchange-account.ts';
import { Measurements } from './measurements.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2027-01-04T00:00:00Z');
const DAYS = 7;
/** Bots look for a new key this often. */
const READ_MINUTES = 15;
const GRACE_HOURS = 12;

/** What a simulated week has left behind. */
export interface Week {
  readonly fromMs: number;
  readonly toMs: number;
  readonly accounts: readonly string[];
  readonly measured: Measurements;
  /** By account. */
  readonly audit: ReadonlyMap<string, readonly AuditEvent[]>;
}

/** Hour of the week at which each key is first rotated; then every second day. */
const MAIN = {
  'grid-bot': 2,
  'arb-bot': 5,
  'market-maker': 9,
  'hedge-bot': 14,
  'tax-tool': 20,
  'trend-bot': 27,
};
const SPOT = { 'dca-bot': 3, 'basket-bot': 11, reports: 21 };

/** A bot that hangs over the rotation of its key, and is started again. */
const HANGING = { bot: 'hedge-bot', fromMs: START_MS + 109 * HOUR_MS, toMs: START_MS + 115 * HOUR_MS };

/**
 * A week of two exchange accounts with nine keys: deployed, rotated every second day, and with some mishaps. The same
 * week each time.
 */
export async function simulateWeek(): Promise<Week> {
  const clock = new MovableClock({ startAt: new Date(START_MS), frozen: true });
  const measured = new Measurements(() => clock.nowMs());
  const main = accountOf({ name: 'main', exchange: 'bitget', seed: 11, keys: Object.keys(MAIN) }, clock);
  const spot = accountOf({ name: 'spot', exchange: 'binance', seed: 12, keys: Object.keys(SPOT) }, clock);
  const giveBack = captureOutput((text) => measured.take(text));
  try {
    await main.deploy((key) => everySecondDay(MAIN[key as keyof typeof MAIN]));
    await spot.deploy((key) => everySecondDay(SPOT[key as keyof typeof SPOT]));
    for (const account of [main, spot]) letBotsRead(account, clock);
    plan(main, spot, clock);
    await clock.advance(DAYS * 24 * HOUR_MS);
  } finally {
    giveBack();
  }
  const [failure] = clock.errors();
  if (failure) throw failure.error;
  return {
    fromMs: START_MS,
    toMs: START_MS + DAYS * 24 * HOUR_MS,
    accounts: ['main', 'spot'],
    measured,
    audit: new Map([main, spot].map(({ declaration, audit }) => [declaration.account, audit])),
  };
}

/** What goes wrong, or is done by somebody, and when. */
function plan(main: ExchangeAccount, spot: ExchangeAccount, clock: MovableClock): void {
  const at = (day: number, hour: number, act: () => Promise<unknown> | unknown) =>
    clock.at(START_MS + (day * 24 + hour) * HOUR_MS, 'story', async () => void (await act()));
  // The exchange makes no keys for a while, in the middle of a rotation.
  at(2, 8.9, () => main.exchange.orderFault({ fault: 'unavailable', route: 'create-sub-api', count: 3 }));
  // Somebody makes a key at the website, and deletes it when he is asked about it.
  const foreign = { apiKey: '' };
  at(3, 7, () => {
    const [subAccount] = spot.exchange.subAccounts;
    foreign.apiKey = spot.exchange.website.createKey({ subAccount, label: 'test' }).apiKey;
  });
  at(3, 12, () => spot.exchange.website.deleteKey(foreign.apiKey));
  // A person reads a key that must not be read by people: the declared answer is an emergency rotation.
  at(4, 10, async () => await main.read('arb-bot'));
  // Somebody who is signed in at the website trades on a bot's sub-account.
  at(5, 9, () => {
    const [subAccount] = main.exchange.subAccounts;
    main.exchange.website.order({ subAccount, symbol: 'DOGEUSDT', size: '5000' });
  });
  // A key is stopped for a night.
  const request = { key: 'dca-bot', actor: 'alice@desk' };
  at(5, 18, () => spot.operate({ act: 'stop', keys: [request.key], reason: 'Asked', actor: request.actor }));
  at(6, 8, () => spot.operate({ act: 'resume', ...request }));
}

function letBotsRead(account: ExchangeAccount, clock: MovableClock): void {
  for (const { name, readers } of account.declaration.keys) {
    clock.every(READ_MINUTES * 60_000, `${name} reads`, async () => {
      if (name === HANGING.bot && clock.nowMs() > HANGING.fromMs && clock.nowMs() < HANGING.toMs) return;
      // Before its first rotation a secret has nothing to read.
      for (const { role } of readers) await account.read(name, role).catch(() => undefined);
    });
  }
}

interface AccountSketch {
  readonly name: string;
  readonly exchange: 'bitget' | 'binance';
  readonly seed: number;
  readonly keys: readonly string[];
}

function accountOf({ name, exchange, seed, keys }: AccountSketch, clock: MovableClock): ExchangeAccount {
  const declare = (subAccounts: readonly string[]): AccountDeclaration => ({
    ...{ account: name, exchange, environment: 'live', baseUrl: 'http://exchange' },
    watch: { withdrawals: 'none', transfers: 'none', onSuspicion: 'tell' },
    keys: keys.map((key, index) => ({
      ...keyOf(key, exchange),
      subAccount: subAccounts[index % subAccounts.length] ?? '',
    })),
  });
  return new ExchangeAccount({ exchange, seed, clock, declare });
}

function keyOf(name: string, exchange: AccountSketch['exchange']): Omit<KeyDeclaration, 'subAccount'> {
  const role = `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;
  return {
    ...{ name, permission: 'trade', allowList: [FUNCTION_ADDRESS] },
    products: [...(EXCHANGES[exchange]?.products.trade.defaults ?? [])],
    ...{ gracePeriodMinutes: GRACE_HOURS * 60, intervalMinutes: 2 * 24 * 60, waitForReadersMinutes: 0 },
    readers: [{ role, cacheMinutes: READ_MINUTES, runs: 'always', addresses: [] }],
    ...(name === 'grid-bot' ? { symbols: ['BTCUSDT'] } : {}),
    ...{ onUndeclaredRead: 'rotate', onSuspicion: 'tell', freezeOnStop: false, drill: false },
  };
}

/** On odd days of the month, from an hour of the first of these days on. */
function everySecondDay(hour: number): string {
  return `cron(0 ${hour % 24} ${hour < 24 ? '4' : '5'}/2 * ? *)`;
}
