import { parseSymbol } from './order-form.ts';
import { describeOld } from './order-routes.ts';
import { describeFill, eight, type Order, quoteOf } from './orders.ts';
import { Refusal } from './refusal.ts';
import { perAddress, type SignedCall, type SignedRoute, stamp, type World } from './world.ts';

const dayMs = 24 * 60 * 60 * 1000;
const common = { method: 'GET', access: 'signed', needs: null, masterOnly: false } as const;

/** Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints */
export const historyRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'all-orders',
    path: '/api/v3/allOrders',
    weight: perAddress(20),
    parameters: ['symbol', 'orderId', 'startTime', 'endTime', 'limit'],
    handle: listOrders,
  },
  {
    ...common,
    name: 'my-trades',
    path: '/api/v3/myTrades',
    weight: perAddress(20),
    parameters: ['symbol', 'orderId', 'startTime', 'endTime', 'fromId', 'limit'],
    handle: listTrades,
  },
];

/** The caller's own orders of one pair, oldest first. */
function listOrders(call: SignedCall): object {
  const { world, parameters } = call;
  const from = parameters.optionalLegal('orderId', /^[0-9]{1,20}$/);
  const found =
    from === undefined
      ? inRange(call)
      : ownOrders(call, call.world.ledger.orders.of(call.account.email)).filter(
          ({ orderId }) => orderId >= Number(from),
        );
  return cut(call, found, from !== undefined).map((order) => describeOld(world, order));
}

/** The caller's own trades of one pair, oldest first. */
function listTrades(call: SignedCall): object {
  const { world, parameters } = call;
  const ofOrder = parameters.optionalLegal('orderId', /^[0-9]{1,20}$/);
  const fromId = parameters.optionalLegal('fromId', /^[0-9]{1,20}$/);
  const timed = ['startTime', 'endTime'].some((name) => parameters.optional(name) !== undefined);
  if (timed && (ofOrder ?? fromId) !== undefined) throw new Refusal('-1128');
  const trades = inRange(call)
    .filter(({ status }) => status === 'FILLED')
    .filter(({ orderId }) => ofOrder === undefined || orderId === Number(ofOrder))
    .filter(({ tradeId }) => fromId === undefined || tradeId >= Number(fromId));
  return cut(call, trades, fromId !== undefined).map((order) => describeTrade(world, order));
}

function ownOrders(call: SignedCall, orders: readonly Order[]): Order[] {
  const symbol = parseSymbol(call);
  return orders.filter((order) => order.symbol === symbol);
}

/** At most 24 hours when both ends are given; an absent end leaves that side open. */
function inRange(call: SignedCall): Order[] {
  const { world, parameters, account } = call;
  const start = parameters.moment('startTime') ?? Number.NEGATIVE_INFINITY;
  const end = parameters.moment('endTime') ?? Number.POSITIVE_INFINITY;
  if (Number.isFinite(end - start) && end - start > dayMs) throw new Refusal('-1127', { details: ['24'] });
  const skew = world.faults.clockSkewMs;
  return ownOrders(call, world.ledger.orders.between(account.email, start - skew, end - skew));
}

/** The oldest from a given start, otherwise the latest. */
function cut({ parameters }: SignedCall, found: readonly Order[], fromId: boolean): readonly Order[] {
  const limit = parameters.whole('limit', { otherwise: 500, least: 1, most: 1_000 });
  const fromStart = fromId || parameters.optional('startTime') !== undefined;
  return fromStart ? found.slice(0, limit) : found.slice(-limit);
}

function describeTrade(world: World, order: Order): object {
  return {
    symbol: order.symbol,
    id: order.tradeId,
    orderId: order.orderId,
    orderListId: -1,
    ...describeFill(order),
    quoteQty: eight(quoteOf(order)),
    time: stamp(world, order.createdAt),
    isBuyer: order.side === 'BUY',
    isMaker: false,
    isBestMatch: true,
  };
}
