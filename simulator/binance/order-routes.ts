import { baseCoin } from '../market.ts';
import { book } from './accounts.ts';
import { parseOrderForm } from './order-form.ts';
import {
  changesOf,
  describeFill,
  describeOrder,
  eight,
  type Order,
  type OrderForm,
  outcomeOf,
  quoteOf,
} from './orders.ts';
import { Refusal } from './refusal.ts';
import { perAddress, type SignedCall, type SignedRoute, stamp, type World } from './world.ts';

/** Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints */
export const orderRoutes: readonly SignedRoute[] = [
  {
    name: 'place-order',
    method: 'POST',
    path: '/api/v3/order',
    weight: perAddress(1),
    access: 'signed',
    needs: 'canTrade',
    masterOnly: false,
    parameters: [
      'symbol',
      'side',
      'type',
      'timeInForce',
      'quantity',
      'quoteOrderQty',
      'price',
      'newClientOrderId',
      'newOrderRespType',
    ],
    handle: placeOrder,
  },
];

function placeOrder(call: SignedCall): object {
  const { world, account, parameters } = call;
  const form = parseOrderForm(call);
  const detail = parameters.optionalLegal('newOrderRespType', /^(ACK|RESULT|FULL)$/) ?? 'FULL';
  if (world.ledger.orders.of(account.email).some((order) => blocks(order, form)))
    throw new Refusal('-2010', { details: ['Duplicate order sent.'] });
  checkBalance(call, form);
  return describeNew(world, enterOrder(world, account.email, form), detail);
}

/** An order number is taken until its order is filled. */
function blocks(earlier: Order, { clientOrderId }: OrderForm): boolean {
  return earlier.clientOrderId === clientOrderId && earlier.status === 'NEW';
}

/** Open orders lock nothing, so several of them can be too great together. */
function checkBalance({ account }: SignedCall, form: OrderForm): void {
  const buys = form.side === 'BUY';
  const spent = buys ? 'USDT' : baseCoin(form.symbol);
  const cost = buys
    ? Number(form.quantity) * Number(form.price ?? 0) || quoteOf(form)
    : Number(form.quantity);
  const held = account.balances.find(({ asset }) => asset === spent)?.amount ?? 0;
  if (cost <= held) return;
  throw new Refusal('-2010', { details: ['Account has insufficient balance for requested action.'] });
}

/** Enters an order of an account, at once filled, open or expired. What is filled is booked. */
export function enterOrder({ ledger, clock }: World, email: string, form: OrderForm): Order {
  const numbers = { orderId: ledger.nextNumber(), tradeId: ledger.nextNumber() };
  const order = { ...form, ...numbers, status: outcomeOf(form), createdAt: clock.now() };
  ledger.orders.add(email, order);
  const account = ledger.account(email);
  if (account) for (const { asset, change } of changesOf(order)) book(account, asset, change);
  return order;
}

function describeNew(world: World, order: Order, detail: string): object {
  const transactTime = stamp(world, order.createdAt);
  const { symbol, orderId, clientOrderId } = order;
  if (detail === 'ACK') return { symbol, orderId, orderListId: -1, clientOrderId, transactTime };
  const result = {
    ...describeOrder(order),
    transactTime,
    workingTime: transactTime,
    selfTradePreventionMode: 'NONE',
  };
  if (detail === 'RESULT') return result;
  const fills = order.status === 'FILLED' ? [{ ...describeFill(order), tradeId: order.tradeId }] : [];
  return { ...result, fills };
}

/** An order as the list of all orders shows it. */
export function describeOld(world: World, order: Order): object {
  const time = stamp(world, order.createdAt);
  return {
    ...describeOrder(order),
    stopPrice: eight(0),
    icebergQty: eight(0),
    time,
    updateTime: time,
    isWorking: true,
    workingTime: time,
    selfTradePreventionMode: 'NONE',
  };
}
