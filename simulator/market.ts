/** Prices that never move. The last three are of coins that hardly anyone trades. */
const prices: Readonly<Record<string, number>> = {
  BTCUSDT: 98_000,
  ETHUSDT: 3_600,
  BGBUSDT: 4.2,
  BNBUSDT: 650,
  SOLUSDT: 180,
  XRPUSDT: 2.2,
  ADAUSDT: 0.8,
  DOGEUSDT: 0.3,
  LTCUSDT: 95,
  LINKUSDT: 18,
  VIAUSDT: 0.12,
  SYSUSDT: 0.06,
  DMGUSDT: 0.004,
};

/** What is traded at every simulated exchange, against USDT. */
export const symbols = Object.keys(prices);

/** The price of a pair, or undefined when it is not traded. */
export function priceOf(symbol: string): number | undefined {
  return Object.hasOwn(prices, symbol) ? prices[symbol] : undefined;
}

/** The coin that is bought and sold for USDT. */
export function baseCoin(symbol: string): string {
  return symbol.replace(/USDT$/, '');
}
