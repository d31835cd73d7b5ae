import type { Credentials } from '../core/api-key.ts';
import type { Exchange, Time } from '../core/ports.ts';
import type { Http } from './http.ts';

/** What every adapter is given. */
export interface AdapterOptions {
  readonly baseUrl: string;
  readonly environment: 'live' | 'demo';
  /** The manager key; asked for only by calls that need it. */
  readonly manager: () => Promise<Credentials>;
  readonly time: Time;
  /** How a signed call travels. */
  readonly http: Http;
}

/** Makes an exchange's adapter. */
export type Adapter = (options: AdapterOptions) => Exchange;
