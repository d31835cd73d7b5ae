import type { AccountDeclaration, AllowedMovements } from '../declaration.ts';
import type { ActivityObservation, Blindness, Sight } from './activity.ts';
import type { KeyDescription } from './api-key.ts';
import { ExchangeUnavailableError, RateLimitedError, RekeyError } from './errors.ts';
import { dayOf, type Fact } from './facts.ts';
import { widened } from './findings.ts';
import { busiest, isBurst } from './order-rhythm.ts';
import type { Movement, SeenOrder } from './ports.ts';
import type { Sign } from './sign.ts';
import { findStop } from './staging.ts';
import { strangeCoins } from './strange-coins.ts';

/** Counts that each watch measures, zero included. */
export interface WatchGauges {
  readonly unexpectedMovements: number;
  readonly undeclaredOrders: number;
  readonly undeclaredCoins: number;
  readonly orderBursts: number;
  readonly frozenSubAccounts: number;
  readonly blindWatches: number;
  /** Added to what the list of keys shows. */
  readonly widenedKeys: number;
}

/** What the activity of an account gives away. */
export interface Suspicion {
  readonly findings: readonly Fact[];
  readonly signs: readonly Sign[];
  readonly gauges: WatchGauges;
}

type Finding = Omit<Suspicion, 'gauges'> & { readonly gauges?: Partial<WatchGauges> };

/** An exchange that does not answer for some minutes is no news: nothing is lost, as the next look goes back to the last. */
const SHORT_BLINDNESS_MS = 30 * 60_000;
/** Movements that are told one by one; of more, only their number. */
const MOST_TOLD = 20;

/** Judges what was seen. Pure and total; the same things seen again give the same facts with the same ids. */
export function judgeActivity(
  { sights, withdrawals, blind }: ActivityObservation,
  declaration: AccountDeclaration,
  now: Date,
): Suspicion {
  const parts = [
    unexpectedWithdrawals(withdrawals, declaration),
    ...sights.flatMap((sight) => [
      unexpectedTransfers(sight, declaration),
      undeclaredOrders(sight, now),
      ordersLeftOut(sight, now),
      undeclaredCoins(sight, now),
      orderBurst(sight, now),
      frozen(sight, now),
      rightsBeyondTheList(sight, now),
    ]),
    ...blind.map((blindness) => tellBlindness(blindness, now)),
  ];
  return {
    findings: parts.flatMap(({ findings }) => findings),
    signs: parts.flatMap(({ signs }) => signs),
    gauges: addUp(parts),
  };
}

const NOTHING: Finding = { findings: [], signs: [] };

function unexpectedWithdrawals(all: readonly Movement[], declaration: AccountDeclaration): Finding {
  const movements = all.filter((movement) => !isAllowed(movement, declaration.watch.withdrawals));
  return movementsFound(movements, { keys: declaration.keys.map(({ name }) => name), declaredBy: 'account' });
}

function unexpectedTransfers(
  { transfers = [], subAccount, keys }: Sight,
  declaration: AccountDeclaration,
): Finding {
  const movements = transfers.filter((movement) => !isAllowed(movement, declaration.watch.transfers));
  return movementsFound(movements, { subAccount, keys: namesOf(keys), declaredBy: 'account' });
}

function isAllowed({ to }: Movement, allowed: AllowedMovements): boolean {
  return allowed === 'any' || (allowed !== 'none' && allowed.to.includes(to));
}

function movementsFound(
  movements: readonly Movement[],
  about: { subAccount?: string; keys: readonly string[]; declaredBy: Sign['declaredBy'] },
): Finding {
  const { subAccount, keys, declaredBy } = about;
  const last = latest(movements.map(({ at }) => at));
  if (!last) return NOTHING;
  const findings = movements.slice(0, MOST_TOLD).map(
    (movement): Fact => ({
      ...({ event: 'UnexpectedMovement', reason: movement.kind, subAccount } as const),
      since: movement.at,
      evidence: { id: movement.id, coin: movement.coin, amount: movement.amount, to: movement.to },
      message: sentenceOf(movement, movements.length),
      occurrence: movement.id,
    }),
  );
  const kind = movements[0]?.kind ?? 'Withdrawal';
  return {
    findings,
    gauges: { unexpectedMovements: movements.length },
    // No key of ours moves funds: that somebody could is a reason to end them, not to replace them.
    signs: [{ reason: kind, keys, lastSeen: last, admits: ['stop'], declaredBy }],
  };
}

function sentenceOf({ kind, amount, coin, to }: Movement, count: number): string {
  const more = count > MOST_TOLD ? `; ${count} in all` : '';
  return kind === 'Withdrawal'
    ? `${amount} ${coin} were withdrawn to ${to}, which is not allowed${more}`
    : `${amount} ${coin} were transferred out of the sub-account to ${to}, which is not allowed${more}`;
}

function undeclaredOrders(sight: Sight, now: Date): Finding {
  const orders = sight.orders?.orders ?? [];
  const declared = sight.keys.flatMap(({ declared: { symbols } }) => symbols ?? []);
  const elsewhere = declared.includes('any') ? [] : orders.filter(({ symbol }) => !declared.includes(symbol));
  const byHand = orders.filter(({ enteredBy }) => enteredBy === 'person');
  const groups = [
    ...groupBySymbol(elsewhere).map((group) => ({ group, reason: 'SymbolNotDeclared' as const })),
    ...groupBySymbol(byHand).map((group) => ({ group, reason: 'EnteredByHand' as const })),
  ];
  return {
    findings: groups.map(({ group, reason }) => ordersFound(sight, group, { reason, now })),
    gauges: { undeclaredOrders: elsewhere.length + byHand.length },
    signs: groups.flatMap(({ group, reason }): Sign[] => {
      const lastSeen = latest(group.map(({ at }) => at));
      return lastSeen
        ? [{ reason, keys: traders(sight), lastSeen, admits: ['rotate', 'stop'], declaredBy: 'key' }]
        : [];
    }),
  };
}

function groupBySymbol(orders: readonly SeenOrder[]): SeenOrder[][] {
  const groups = new Map<string, SeenOrder[]>();
  for (const order of orders) {
    const group = groups.get(order.symbol);
    if (group) group.push(order);
    else groups.set(order.symbol, [order]);
  }
  return [...groups.values()];
}

function ordersFound(
  sight: Sight,
  orders: readonly SeenOrder[],
  { reason, now }: { reason: 'SymbolNotDeclared' | 'EnteredByHand'; now: Date },
): Fact {
  const symbol = orders[0]?.symbol ?? '';
  const how = reason === 'SymbolNotDeclared' ? 'which is not declared' : 'and not through the API';
  return {
    ...({ event: 'UndeclaredOrder', reason } as const),
    ...aboutTrader(sight),
    since: earliest(orders.map(({ at }) => at)),
    evidence: { symbol, orders: orders.length, id: orders[0]?.id ?? '' },
    message: `sub-account ${sight.subAccount} entered ${orders.length} order(s) in ${symbol}, ${how}`,
    occurrence: `${symbol} ${dayOf(now)}`,
  };
}

/** What is left out of a list that is too long is as unseen as what cannot be read at all. */
function ordersLeftOut({ orders, subAccount }: Sight, now: Date): Finding {
  if (!orders?.isCut) return NOTHING;
  return {
    findings: [
      {
        ...({ event: 'WatchBlind', reason: 'ListTooLong', subAccount } as const),
        evidence: { what: 'orders' },
        message: `sub-account ${subAccount} entered more orders than a pass can read; nothing unusual in the others would be noticed`,
        occurrence: `orders ${dayOf(now)}`,
      },
    ],
    gauges: { blindWatches: 1 },
    signs: [],
  };
}

/** A coin can be sent to anybody: it is told, and proves nothing. */
function undeclaredCoins({ coins = [], keys, subAccount }: Sight, now: Date): Finding {
  const strange = strangeCoins(coins, keys);
  return {
    findings: strange.map(
      (coin): Fact => ({
        ...({ event: 'UndeclaredCoin', reason: 'CoinNotDeclared', subAccount } as const),
        evidence: { coin },
        message: `sub-account ${subAccount} holds ${coin}, which belongs to no declared symbol`,
        occurrence: `${coin} ${dayOf(now)}`,
      }),
    ),
    gauges: { undeclaredCoins: strange.length },
    signs: [],
  };
}

function orderBurst(sight: Sight, now: Date): Finding {
  const count = busiest(sight.orders?.orders ?? []);
  if (!isBurst(sight.rhythm, count, now)) return NOTHING;
  return {
    findings: [
      {
        ...({ event: 'OrderBurst', reason: 'FarAboveUsual' } as const),
        ...aboutTrader(sight),
        evidence: { orders: count, usualAtMost: Math.ceil(sight.rhythm?.peak ?? 0) },
        message: `sub-account ${sight.subAccount} entered ${count} orders in five minutes; ${Math.ceil(sight.rhythm?.peak ?? 0)} was the most so far`,
        occurrence: dayOf(now),
      },
    ],
    gauges: { orderBursts: 1 },
    signs: [],
  };
}

/** What Rekey froze itself, with keys that were stopped, is as it should be. */
function frozen({ isFrozen, keys, subAccount }: Sight, now: Date): Finding {
  if (isFrozen !== true || keys.every(({ secret }) => findStop(secret))) return NOTHING;
  return {
    findings: [
      {
        ...({ event: 'SubAccountFrozen', reason: 'FoundFrozen', subAccount } as const),
        message: `sub-account ${subAccount} is frozen at the exchange, and not by Rekey: its keys can do nothing`,
        occurrence: dayOf(now),
      },
    ],
    gauges: { frozenSubAccounts: 1 },
    signs: [],
  };
}

/** Rights that a key has and the list of keys does not show, the right to withdraw above all. */
function rightsBeyondTheList(sight: Sight, now: Date): Finding {
  const found = [...sight.descriptions].flatMap(([name, told]) => {
    const reason = rightBeyond(sight, name, told);
    return reason ? [{ name, reason }] : [];
  });
  return {
    findings: found.map(
      ({ name, reason }): Fact => ({
        ...({ event: 'PowerWidened', key: name, ...reason } as const),
        occurrence: dayOf(now),
      }),
    ),
    gauges: { widenedKeys: found.length },
    signs: found.map(({ name, reason }) => widened(name, reason, now)),
  };
}

function rightBeyond(
  sight: Sight,
  name: string,
  told: KeyDescription,
): { reason: string; message: string } | undefined {
  if (told.mayWithdraw)
    return { reason: 'WithdrawalAllowed', message: 'the key may withdraw; no key of Rekey ever may' };
  const observed = sight.keys.find(({ declared }) => declared.name === name);
  const listed = observed?.listed ?? [];
  const known = [...(observed?.declared.products ?? []), ...listed.flatMap(({ products }) => products)];
  const more = told.products.filter((product) => !known.includes(product));
  if (more.length === 0) return undefined;
  return {
    reason: 'ProductAdded',
    message: `the key has the rights ${more.join(', ')}, which nobody declared`,
  };
}

function tellBlindness({ what, subAccount, error, readAt }: Blindness, now: Date): Finding {
  const gauges = { blindWatches: 1 };
  const mayPass = error instanceof ExchangeUnavailableError || error instanceof RateLimitedError;
  if (mayPass && readAt && now.getTime() - readAt.getTime() < SHORT_BLINDNESS_MS)
    return { findings: [], signs: [], gauges };
  const reason = error instanceof RekeyError ? error.reason : 'Unexpected';
  const where = subAccount === undefined ? '' : ` of sub-account ${subAccount}`;
  return {
    findings: [
      {
        ...({ event: 'WatchBlind', reason, subAccount } as const),
        evidence: { what },
        message: `the ${what}${where} could not be read, so nothing unusual in them would be noticed`,
        occurrence: `${what} ${dayOf(now)}`,
      },
    ],
    gauges,
    signs: [],
  };
}

/** An exchange tells orders by sub-account: whose they are is plain only if one key trades there. */
function aboutTrader(sight: Sight): { key?: string; subAccount: string } {
  const [first, ...more] = traders(sight);
  const { subAccount } = sight;
  return first === undefined || more.length > 0 ? { subAccount } : { key: first, subAccount };
}

function traders({ keys }: Sight): string[] {
  return keys.filter(({ declared }) => declared.permission === 'trade').map(({ declared }) => declared.name);
}

function namesOf(keys: Sight['keys']): string[] {
  return keys.map(({ declared }) => declared.name);
}

function earliest(times: readonly Date[]): Date | undefined {
  return [...times].sort((a, b) => a.getTime() - b.getTime())[0];
}

function latest(times: readonly Date[]): Date | undefined {
  return [...times].sort((a, b) => b.getTime() - a.getTime())[0];
}

function addUp(parts: readonly Finding[]): WatchGauges {
  const sum = (name: keyof WatchGauges) =>
    parts.reduce((total, { gauges }) => total + (gauges?.[name] ?? 0), 0);
  return {
    unexpectedMovements: sum('unexpectedMovements'),
    undeclaredOrders: sum('undeclaredOrders'),
    undeclaredCoins: sum('undeclaredCoins'),
    orderBursts: sum('orderBursts'),
    frozenSubAccounts: sum('frozenSubAccounts'),
    blindWatches: sum('blindWatches'),
    widenedKeys: sum('widenedKeys'),
  };
}
