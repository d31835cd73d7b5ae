import { InvalidInputError } from '../core/errors.ts';
import type { Exchange } from '../core/ports.ts';
import type { AccountDeclaration } from '../declaration.ts';
import type { Adapter, AdapterOptions } from './adapter.ts';
import { binance } from './binance/adapter.ts';
import { bitget } from './bitget/adapter.ts';
import { EXCHANGES } from './catalog.ts';

/** The adapter of each exchange in the catalog; a test compares the two. */
export const ADAPTERS: Readonly<Record<string, Adapter>> = { binance, bitget };

/** The exchange of an account. @throws InvalidInputError `UnknownExchange` */
export function exchangeOf(
  { exchange, environment, baseUrl }: AccountDeclaration,
  options: Pick<AdapterOptions, 'manager' | 'time' | 'http'>,
): Exchange {
  const adapter = ADAPTERS[exchange];
  const traits = EXCHANGES[exchange];
  if (!adapter || !traits) throw new InvalidInputError('UnknownExchange', `there is no exchange ${exchange}`);
  return adapter({ ...options, environment, baseUrl: baseUrl ?? traits.baseUrl });
}
