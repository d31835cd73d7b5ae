import type { Credentials } from '../../core/api-key.ts';
import { ExchangeUnavailableError } from '../../core/errors.ts';
import type { Activity, Movement, OrderList, OrderQuery, SeenOrder, Span } from '../../core/ports.ts';
import { balances, orders, subAccounts, transfers, withdrawals } from './activity-responses.ts';
import type { BinanceCalls } from './calls.ts';
import { binanceTraits } from './traits.ts';

const MOST_ORDERS = 1_000;
/** Of one symbol in one pass: 5,000 orders. */
const MOST_ORDER_PAGES = 5;
/** Longest span of one question. */
const ORDERS_SPAN_MS = 24 * 3_600_000;
const MOST_TRANSFERS = 500;
const MOST_SUB_ACCOUNTS = 200;
/** More than this in one pass is a sign by itself. */
const MOST_PAGES = 10;

/** What Binance tells of its accounts. @see https://developers.binance.com/docs (read Nov 2026; each call's own page) */
export function binanceActivity(calls: BinanceCalls): Activity {
  return {
    listsEveryRight: binanceTraits.sees.everyRight,
    listOrders: async (signer, query) => await listOrders(calls, signer, query),
    listCoins: async (key) =>
      await calls.read({
        path: '/api/v3/account',
        parameters: { omitZeroBalances: 'true' },
        parser: balances,
        key,
      }),
    listWithdrawals: async (span) =>
      await calls.read({
        path: '/sapi/v1/capital/withdraw/history',
        parameters: timesOf(span),
        parser: withdrawals,
      }),
    listTransfers: async (fromEmail, span) => await listTransfers(calls, fromEmail, span),
    listFrozen: async () => await listFrozen(calls),
  };
}

/** Oldest first, so what is cut off is the newest. */
async function listOrders(
  calls: BinanceCalls,
  key: Credentials,
  { symbols, span }: OrderQuery,
): Promise<OrderList> {
  const found = new Map<string, SeenOrder>();
  let isCut = false;
  for (const symbol of symbols) {
    let from = new Date(Math.max(span.from.getTime(), span.to.getTime() - ORDERS_SPAN_MS));
    for (let page = 1; ; page += 1) {
      const parameters = { symbol, ...timesOf({ from, to: span.to }), limit: String(MOST_ORDERS) };
      const list = await calls.read({ path: '/api/v3/allOrders', parameters, parser: orders, key });
      for (const order of list) found.set(`${symbol} ${order.id}`, order);
      const last = list.at(-1)?.at ?? from;
      const isLast = list.length < MOST_ORDERS || last.getTime() === from.getTime();
      isCut ||= page === MOST_ORDER_PAGES && !isLast;
      if (isLast || page === MOST_ORDER_PAGES) break;
      from = last;
    }
  }
  return { orders: [...found.values()], isCut };
}

async function listTransfers(calls: BinanceCalls, fromEmail: string, span: Span): Promise<Movement[]> {
  const movements: Movement[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const limit = { page: String(page), limit: String(MOST_TRANSFERS) };
    const list = await calls.read({
      path: '/sapi/v1/sub-account/universalTransfer',
      parameters: { fromEmail, ...timesOf(span), ...limit },
      parser: transfers,
    });
    movements.push(...list);
    if (list.length < MOST_TRANSFERS) break;
  }
  return movements;
}

async function listFrozen(calls: BinanceCalls): Promise<string[]> {
  const frozen: string[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const limit = { page: String(page), limit: String(MOST_SUB_ACCOUNTS) };
    const list = await calls.read({
      path: '/sapi/v1/sub-account/list',
      parameters: { isFreeze: 'true', ...limit },
      parser: subAccounts,
    });
    frozen.push(...list.filter(({ isFrozen }) => isFrozen).map(({ id }) => id));
    if (list.length < MOST_SUB_ACCOUNTS) return frozen;
  }
  throw new ExchangeUnavailableError('the list of sub-accounts', 'it does not end');
}

function timesOf({ from, to }: Span): { startTime: string; endTime: string } {
  return { startTime: String(from.getTime()), endTime: String(to.getTime()) };
}
