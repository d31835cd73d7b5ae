import { Refusal } from './refusal.ts';

/** Product types. Source: https://www.bitget.com/api-doc/uta/trade/Place-Order */
export const categories = ['SPOT', 'MARGIN', 'USDT-FUTURES', 'COIN-FUTURES', 'USDC-FUTURES'] as const;

/** Prices that never move. */
const prices: Readonly<Record<string, number>> = { BTCUSDT: 98_000, ETHUSDT: 3_600, BGBUSDT: 4.2 };

export const symbols = Object.keys(prices);

/** @throws Refusal 25100 for a pair that is not traded */
export function lastPrice(symbol: string): number {
  const price = prices[symbol];
  if (price === undefined) throw new Refusal('25100', symbol);
  return price;
}
