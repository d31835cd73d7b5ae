import { priceOf } from '../market.ts';
import { Refusal } from './refusal.ts';

/** Product types. Source: https://www.bitget.com/api-doc/uta/trade/Place-Order */
export const categories = ['SPOT', 'MARGIN', 'USDT-FUTURES', 'COIN-FUTURES', 'USDC-FUTURES'] as const;

/** @throws Refusal 25100 for a pair that is not traded */
export function lastPrice(symbol: string): number {
  const price = priceOf(symbol);
  if (price === undefined) throw new Refusal('25100', symbol);
  return price;
}
