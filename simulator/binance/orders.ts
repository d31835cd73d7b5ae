import { baseCoin, priceOf } from '../market.ts';

/** What is asked for when an order is entered. */
export interface OrderForm {
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: 'LIMIT' | 'MARKET';
  /** As it was sent; a market order has none. */
  readonly price: string | undefined;
  readonly quantity: string;
  /** What a market order was to cost or bring, if that was sent instead of a quantity. */
  readonly quoteOrderQty: string | undefined;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  readonly clientOrderId: string;
}

/** Orders trade at once and whole, or never. */
export interface Order extends OrderForm {
  readonly orderId: number;
  readonly status: 'FILLED' | 'NEW' | 'EXPIRED';
  readonly tradeId: number;
  readonly createdAt: number;
}

const commissionRate = 0.001;

/** A market order, and a limit order at the last price or better, trades; the others stay open or expire. */
export function outcomeOf(form: OrderForm): Order['status'] {
  const last = priceOf(form.symbol) ?? 0;
  const limit = Number(form.price ?? last);
  if (form.side === 'BUY' ? limit >= last : limit <= last) return 'FILLED';
  return form.timeInForce === 'GTC' ? 'NEW' : 'EXPIRED';
}

/** The fields that answers to a new order and lists of orders have in common. */
export function describeOrder(order: Order): object {
  const filled = order.status === 'FILLED';
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    price: eight(Number(order.price ?? 0)),
    origQty: eight(Number(order.quantity)),
    executedQty: eight(filled ? Number(order.quantity) : 0),
    origQuoteOrderQty: eight(Number(order.quoteOrderQty ?? 0)),
    cummulativeQuoteQty: eight(filled ? quoteOf(order) : 0),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** The fields that a fill of a new order and a trade have in common. */
export function describeFill(order: Order): object {
  const buys = order.side === 'BUY';
  const commission = commissionRate * (buys ? Number(order.quantity) : quoteOf(order));
  return {
    price: eight(priceOf(order.symbol) ?? 0),
    qty: eight(Number(order.quantity)),
    commission: eight(commission),
    commissionAsset: buys ? baseCoin(order.symbol) : 'USDT',
  };
}

/** What a filled order changes in its account's balances: the commission is taken from what is received. */
export function changesOf(order: Order): { readonly asset: string; readonly change: number }[] {
  if (order.status !== 'FILLED') return [];
  const [base, quote] = [Number(order.quantity), quoteOf(order)];
  const kept = 1 - commissionRate;
  return order.side === 'BUY'
    ? [
        { asset: baseCoin(order.symbol), change: base * kept },
        { asset: 'USDT', change: -quote },
      ]
    : [
        { asset: baseCoin(order.symbol), change: -base },
        { asset: 'USDT', change: quote * kept },
      ];
}

/** What a filled order cost or brought. */
export function quoteOf({ symbol, quantity }: OrderForm): number {
  return Number(quantity) * (priceOf(symbol) ?? 0);
}

/** Amounts have eight decimal places. */
export function eight(amount: number): string {
  return amount.toFixed(8);
}
