import type * as z from 'zod';
import type { Credentials } from '../../core/api-key.ts';
import { ExchangeUnavailableError } from '../../core/errors.ts';
import type { Activity, Movement, OrderList, SeenOrder, Span } from '../../core/ports.ts';
import { orderPage, subAccountPage, transferPage, withdrawalPage } from './activity-responses.ts';
import type { BitgetCalls } from './calls.ts';
import { bitgetTraits } from './traits.ts';

/** Orders of each category are asked for by itself. @see https://www.bitget.com/api-doc/uta/trade/Get-Order-History */
const CATEGORIES = ['SPOT', 'MARGIN', 'USDT-FUTURES', 'COIN-FUTURES', 'USDC-FUTURES'];
const PAGE_LIMIT = 100;
/** Of one category in one pass: 2,000 orders. */
const MOST_ORDER_PAGES = 20;
/** More withdrawals or transfers than this in one pass are a sign by themselves. */
const MOST_PAGES = 10;

/**
 * What Bitget tells of its accounts. How an order was entered is told for classic accounts only.
 * @see https://www.bitget.com/api-doc/uta/account (read Nov 2026)
 */
export function bitgetActivity(calls: BitgetCalls): Activity {
  return {
    listsEveryRight: bitgetTraits.sees.everyRight,
    listOrders: async (signer, { span }) => await listOrders(calls, signer, span),
    listWithdrawals: async (span) =>
      await listMovements(calls, '/api/v3/account/withdrawal-records', {
        query: timesOf(span),
        parser: withdrawalPage,
      }),
    listTransfers: async (subUid, span) =>
      await listMovements(calls, '/api/v3/account/sub-transfer-record', {
        query: { subUid, role: 'initiator', ...timesOf(span) },
        parser: transferPage,
      }),
    listFrozen: async () => await listFrozen(calls),
  };
}

/** Newest first, so what is cut off is the oldest. */
async function listOrders(calls: BitgetCalls, key: Credentials, span: Span): Promise<OrderList> {
  const orders: SeenOrder[] = [];
  let isCut = false;
  for (const category of CATEGORIES) {
    let cursor: string | undefined;
    for (let page = 1; ; page += 1) {
      const query = { category, ...timesOf(span), ...pageOf(cursor) };
      const answer = await calls.get('/api/v3/trade/history-orders', { parser: orderPage, query, key });
      orders.push(...answer.items);
      isCut ||= page === MOST_ORDER_PAGES && answer.items.length === PAGE_LIMIT;
      if (answer.items.length < PAGE_LIMIT || page === MOST_ORDER_PAGES || answer.cursor === cursor) break;
      cursor = answer.cursor;
    }
  }
  return { orders, isCut };
}

interface MovementQuestion {
  readonly query: Readonly<Record<string, string>>;
  readonly parser: z.ZodType<{ readonly items: readonly Movement[]; readonly cursor?: string | undefined }>;
}

async function listMovements(
  calls: BitgetCalls,
  path: string,
  { query, parser }: MovementQuestion,
): Promise<Movement[]> {
  const movements: Movement[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await calls.get(path, { parser, query: { ...query, ...pageOf(cursor) } });
    movements.push(...answer.items);
    const next = answer.cursor ?? answer.items.at(-1)?.id;
    if (answer.items.length < PAGE_LIMIT || next === cursor) break;
    cursor = next;
  }
  return movements;
}

async function listFrozen(calls: BitgetCalls): Promise<string[]> {
  const frozen: string[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await calls.get('/api/v3/user/sub-list', {
      parser: subAccountPage,
      query: pageOf(cursor),
    });
    frozen.push(...answer.items.filter(({ isFrozen }) => isFrozen).map(({ id }) => id));
    if (answer.hasNext !== true) return frozen;
    if (!answer.cursor || answer.cursor === cursor) break;
    cursor = answer.cursor;
  }
  throw new ExchangeUnavailableError('the list of sub-accounts', 'it does not end');
}

function timesOf({ from, to }: Span): { startTime: string; endTime: string } {
  return { startTime: String(from.getTime()), endTime: String(to.getTime()) };
}

function pageOf(cursor: string | undefined): Record<string, string> {
  return { limit: String(PAGE_LIMIT), ...(cursor === undefined ? {} : { cursor }) };
}
