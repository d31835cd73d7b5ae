import type { Credentials } from '../core/api-key.ts';
import type { Exchange } from '../core/ports.ts';

/** What every adapter is given. */
export interface AdapterOptions {
  readonly baseUrl: string;
  readonly environment: 'live' | 'demo';
  /** The manager key; asked for only by calls that need it. */
  readonly manager: () => Promise<Credentials>;
  readonly now: () => Date;
}

/** Makes an exchange's adapter. */
export type Adapter = (options: AdapterOptions) => Exchange;
