import type { Credentials } from '../../core/api-key.ts';
import { ExchangeRefusedError, ExchangeUnavailableError } from '../../core/errors.ts';
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
    feeCoins: ['BNB'],
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

/** A symbol that is not traded. @see https://developers.binance.com/docs/binance-spot-api-docs/errors (read Nov 2026) */
const NO_SUCH_SYMBOL = '-1121';
/** Coins that others are bought with. */
const QUOTES = ['USDT', 'USDC', 'FDUSD', 'BTC', 'ETH', 'BNB', 'EUR', 'TRY'];

/** Orders are told of named symbols only: what was bought elsewhere shows as a coin, and the coin says where to look. */
async function listOrders(calls: BinanceCalls, key: Credentials, query: OrderQuery): Promise<OrderList> {
  const found = new Map<string, SeenOrder>();
  let isCut = false;
  for (const symbol of query.symbols)
    isCut = (await readOrders(calls, key, { symbol, span: query.span, found })) || isCut;
  for (const symbol of guessedSymbols(query)) {
    try {
      isCut = (await readOrders(calls, key, { symbol, span: query.span, found })) || isCut;
    } catch (error) {
      if (!(error instanceof ExchangeRefusedError) || error.code !== NO_SUCH_SYMBOL) throw error;
    }
  }
  return { orders: [...found.values()], isCut };
}

/** In which symbols strange coins may have been bought: against the coins that the declared ones are traded in. */
function guessedSymbols({ symbols, strangeCoins = [] }: OrderQuery): string[] {
  const quotes = QUOTES.filter((quote) => symbols.some((symbol) => symbol.endsWith(quote)));
  return strangeCoins.flatMap((coin) => quotes.map((quote) => `${coin}${quote}`));
}

interface Reading {
  readonly symbol: string;
  readonly span: Span;
  readonly found: Map<string, SeenOrder>;
}

/** Oldest first, so what is cut off is the newest. @returns whether there were more than are read */
async function readOrders(
  calls: BinanceCalls,
  key: Credentials,
  { symbol, span, found }: Reading,
): Promise<boolean> {
  let from = new Date(Math.max(span.from.getTime(), span.to.getTime() - ORDERS_SPAN_MS));
  for (let page = 1; ; page += 1) {
    const parameters = { symbol, ...timesOf({ from, to: span.to }), limit: String(MOST_ORDERS) };
    const list = await calls.read({ path: '/api/v3/allOrders', parameters, parser: orders, key });
    for (const order of list) found.set(`${symbol} ${order.id}`, order);
    const last = list.at(-1)?.at ?? from;
    if (list.length < MOST_ORDERS || last.getTime() === from.getTime()) return false;
    if (page === MOST_ORDER_PAGES) return true;
    from = last;
  }
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
