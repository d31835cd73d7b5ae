import { binanceTraits } from './binance/traits.ts';
import { bitgetTraits } from './bitget/traits.ts';
import type { ExchangeTraits } from './traits.ts';

/** Every exchange that can be declared. An adapter is added here, in `adapters.ts` and nowhere else. */
export const EXCHANGES: Readonly<Record<string, ExchangeTraits>> = {
  [binanceTraits.name]: binanceTraits,
  [bitgetTraits.name]: bitgetTraits,
};
