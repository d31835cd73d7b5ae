import type { Order } from './ledger.ts';
import { categories, lastPrice } from './market.ts';
import { optionalMoment, optionalText, pageLimit, requiredChoice, requiredText } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { type SignedCall, type SignedRoute, stamp, type World } from './world.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Sources: https://www.bitget.com/api-doc/uta/trade/Place-Order and Get-Order-History. */
export const tradeRoutes: readonly SignedRoute[] = [
  {
    name: 'place-order',
    method: 'POST',
    path: '/api/v3/trade/place-order',
    perSecond: 10,
    access: 'signed',
    needs: { permission: 'uta_trade', write: true },
    mainAccountOnly: false,
    handle: placeOrder,
  },
  {
    name: 'history-orders',
    method: 'GET',
    path: '/api/v3/trade/history-orders',
    perSecond: 20,
    access: 'signed',
    needs: { permission: 'uta_trade', write: false },
    mainAccountOnly: false,
    handle: listOrders,
  },
];

function placeOrder(call: SignedCall): object {
  const { world, account } = call;
  const order = { ...parseOrder(call), orderId: world.ledger.nextOrderId() };
  if (world.ledger.orders.of(account.uid).some((earlier) => sameClientOrder(earlier, order)))
    throw new Refusal('25212');
  const cost = Number(order.qty) * (Number(order.price) || lastPrice(order.symbol));
  const usdt = account.balances.find(({ coin }) => coin === 'USDT')?.amount ?? 0;
  if (order.side === 'buy' && cost > usdt) throw new Refusal('25202');
  world.ledger.orders.add(account.uid, order);
  return { orderId: order.orderId, clientOid: order.clientOid };
}

function sameClientOrder(earlier: Order, order: Order): boolean {
  return order.clientOid !== '' && earlier.clientOid === order.clientOid;
}

/**
 * A market order, and a limit order at the last price or better, is filled at once; any other stays open for
 * ever.
 */
function parseOrder({ fields, world }: SignedCall): Omit<Order, 'orderId'> {
  const side = requiredChoice(fields, 'side', ['buy', 'sell']);
  const orderType = requiredChoice(fields, 'orderType', ['limit', 'market']);
  const category = requiredChoice(fields, 'category', categories);
  const symbol = requiredText(fields, 'symbol');
  const last = lastPrice(symbol);
  const qty = positiveNumber(fields, 'qty');
  const price = orderType === 'limit' ? positiveNumber(fields, 'price') : '';
  const limit = Number(price);
  const filled = orderType === 'market' || (side === 'buy' ? limit >= last : limit <= last);
  // For a market buy on the spot market the quantity is in the quote coin.
  const inQuote = orderType === 'market' && side === 'buy' && !category.endsWith('FUTURES');
  return {
    clientOid: parseClientOid(fields),
    category,
    symbol,
    side,
    orderType,
    timeInForce: optionalText(fields, 'timeInForce') ?? 'gtc',
    reduceOnly: optionalText(fields, 'reduceOnly') ?? 'no',
    posSide: optionalText(fields, 'posSide') ?? '',
    qty: inQuote ? (Number(qty) / last).toFixed(8) : qty,
    price,
    executedAt: filled ? String(last) : null,
    createdAt: world.clock.now(),
  };
}

function positiveNumber(fields: SignedCall['fields'], name: string): string {
  const text = requiredText(fields, name);
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return text;
  throw new Refusal('40017', name);
}

function parseClientOid(fields: SignedCall['fields']): string {
  const clientOid = optionalText(fields, 'clientOid') ?? '';
  if (/^[.A-Z:/a-z0-9_-]{0,32}$/.test(clientOid)) return clientOid;
  throw new Refusal('40017', 'clientOid');
}

/** The caller's own orders of one category, newest first, at most 30 days of the last 90. */
function listOrders({ world, fields, account }: SignedCall): object {
  const category = requiredChoice(fields, 'category', categories);
  const symbol = optionalText(fields, 'symbol');
  const end = optionalMoment(fields, 'endTime') ?? world.clock.now();
  const start = optionalMoment(fields, 'startTime') ?? end - 30 * dayMs;
  if (start > end || end - start > 30 * dayMs) throw new Refusal('40017', 'startTime');
  const cursor = optionalText(fields, 'cursor');
  const oldest = Math.max(start, world.clock.now() - 90 * dayMs);
  const page = world.ledger.orders
    .between(account.uid, oldest, end)
    .filter((order) => order.category === category)
    .filter((order) => symbol === undefined || order.symbol === symbol)
    .filter((order) => cursor === undefined || BigInt(order.orderId) < BigInt(cursor))
    .reverse()
    .slice(0, pageLimit(fields, 100));
  return { list: page.map((order) => describeOrder(world, order)), cursor: page.at(-1)?.orderId ?? '' };
}

function describeOrder(world: World, order: Order): object {
  const { orderId, clientOid, category, symbol, orderType, side, timeInForce, posSide, qty } = order;
  const executed = order.executedAt !== null;
  const value = executed ? (Number(qty) * Number(order.executedAt)).toFixed(8) : '0';
  return {
    orderId,
    clientOid,
    category,
    symbol,
    orderType,
    side,
    price: order.price,
    qty,
    amount: '0',
    cumExecQty: executed ? qty : '0',
    cumExecValue: value,
    avgPrice: order.executedAt ?? '0',
    timeInForce,
    orderStatus: executed ? 'filled' : 'live',
    posSide,
    holdMode: 'one_way_mode',
    reduceOnly: order.reduceOnly.toUpperCase(),
    feeDetail: executed ? [{ feeCoin: 'USDT', fee: (Number(value) * 0.001).toFixed(8) }] : [],
    cancelReason: '',
    execType: 'normal',
    stpMode: 'none',
    createdTime: stamp(world, order.createdAt),
    updatedTime: stamp(world, order.createdAt),
  };
}
