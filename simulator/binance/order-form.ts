import { priceOf } from '../market.ts';
import type { OrderForm } from './orders.ts';
import { Refusal } from './refusal.ts';
import type { SignedCall } from './world.ts';

const leastValue = 5;
const decimal = /^([0-9]{1,20})(\.[0-9]{1,20})?$/;
const clientId = /^[a-zA-Z0-9-_]{1,36}$/;

/**
 * Reads a new order; of the types only limit and market are simulated.
 * Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
 */
export function parseOrderForm(call: SignedCall): OrderForm {
  const symbol = parseSymbol(call);
  const { parameters } = call;
  const side = parameters.required('side');
  if (side !== 'BUY' && side !== 'SELL') throw new Refusal('-1117');
  const type = parameters.required('type');
  if (type !== 'LIMIT' && type !== 'MARKET') throw new Refusal('-1116');
  const clientOrderId =
    parameters.optionalLegal('newClientOrderId', clientId) ?? call.world.ledger.nextText(22);
  const detail = type === 'LIMIT' ? parseLimit(call) : parseMarket(call, symbol);
  checkSize(symbol, detail);
  return { symbol, side, type, clientOrderId, ...detail };
}

/** @throws Refusal -1121 for a pair that is not traded */
export function parseSymbol({ parameters }: SignedCall): string {
  const symbol = parameters.requiredLegal('symbol', /^[A-Z0-9-_.]{1,20}$/);
  if (priceOf(symbol) === undefined) throw new Refusal('-1121');
  return symbol;
}

type Detail = Pick<OrderForm, 'price' | 'quantity' | 'quoteOrderQty' | 'timeInForce'>;

function parseLimit({ parameters }: SignedCall): Detail {
  const timeInForce = parameters.required('timeInForce');
  if (timeInForce !== 'GTC' && timeInForce !== 'IOC' && timeInForce !== 'FOK') throw new Refusal('-1115');
  if (parameters.optional('quoteOrderQty') !== undefined)
    throw new Refusal('-1106', { details: ['quoteOrderQty'] });
  const quantity = parameters.requiredLegal('quantity', decimal);
  const price = parameters.requiredLegal('price', decimal);
  if (Number(price) === 0) throw new Refusal('-1013', { details: ['PRICE_FILTER'] });
  return { timeInForce, quantity, price, quoteOrderQty: undefined };
}

function parseMarket({ parameters }: SignedCall, symbol: string): Detail {
  for (const name of ['price', 'timeInForce'])
    if (parameters.optional(name) !== undefined) throw new Refusal('-1106', { details: [name] });
  const quantity = parameters.optionalLegal('quantity', decimal);
  const quoteOrderQty = parameters.optionalLegal('quoteOrderQty', decimal);
  if (quantity !== undefined && quoteOrderQty !== undefined) throw new Refusal('-1128');
  const bought = quantity ?? toQuantity(quoteOrderQty, symbol);
  return { timeInForce: 'GTC', quantity: bought, price: undefined, quoteOrderQty };
}

function toQuantity(quoteOrderQty: string | undefined, symbol: string): string {
  if (quoteOrderQty === undefined)
    throw new Refusal('-1102', { wording: 'both', details: ['quantity', 'quoteOrderQty'] });
  return (Math.floor((Number(quoteOrderQty) / (priceOf(symbol) ?? 1)) * 1e8) / 1e8).toFixed(8);
}

function checkSize(symbol: string, { quantity, price }: Detail): void {
  for (const [name, text] of Object.entries({ quantity, price: price ?? '' }))
    if ((text.split('.')[1] ?? '').length > 8) throw new Refusal('-1111', { details: [name] });
  if (Number(quantity) === 0) throw new Refusal('-1013', { details: ['LOT_SIZE'] });
  const value = Number(quantity) * Number(price ?? priceOf(symbol));
  if (value < leastValue) throw new Refusal('-1013', { details: ['NOTIONAL'] });
}
