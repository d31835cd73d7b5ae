import type * as z from 'zod';
import type { Credentials } from '../../core/api-key.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { AdapterOptions } from '../adapter.ts';
import type { HttpAnswer, HttpCall } from '../http.ts';
import type { Limit, Use } from '../pace.ts';
import { binanceError, type FailedCall, unclear } from './errors.ts';
import { refusalBody } from './responses.ts';
import { type Parameters, signedQuery } from './sign.ts';

interface Question<T extends z.ZodType> {
  readonly path: string;
  readonly parameters: Parameters;
  readonly parser: T;
  /** The key that signs; the manager key if absent. */
  readonly key?: Credentials;
}

interface Change<T extends z.ZodType> {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly parameters: Parameters;
  /** @default the answer is not looked at beyond that it is no refusal */
  readonly parser?: T;
}

/**
 * What one account may spend in a minute on calls that manage keys, which cost 3,000 each. The cost is confirmed, the
 * budget is not. @see https://developers.binance.com/docs/sub_account/general-info (read Nov 2026)
 */
const MANAGEMENT: Limit = { name: 'UID weight', weight: 180_000, perMs: 60_000 };
const MANAGEMENT_WEIGHT = 3_000;
/** Calls of one address; a self-description costs 1, other weights are as each call's own page says. */
const ADDRESS: Limit = { name: 'IP weight', weight: 6_000, perMs: 60_000 };
const ADDRESS_WEIGHT: Readonly<Record<string, number>> = { '/api/v3/allOrders': 20, '/api/v3/account': 20 };
/** The one call that costs the account more than managing keys. */
const WITHDRAWALS = '/sapi/v1/capital/withdraw/history';
const WITHDRAWALS_WEIGHT = 18_000;

/** Signs and sends, and turns answers into values or errors. */
export class BinanceCalls {
  readonly #options: AdapterOptions;

  constructor(options: AdapterOptions) {
    this.#options = options;
  }

  /** @throws ExchangeRefusedError, ExchangeUnavailableError, RateLimitedError */
  async read<T extends z.ZodType>({ path, parameters, parser, key }: Question<T>): Promise<z.output<T>> {
    const signer = key ?? (await this.#options.manager());
    const sign = () => this.#sign({ method: 'GET', path, parameters }, signer);
    const answer = await this.#options.http.read(sign, usesOf(path));
    return parse(answer, { name: `GET ${path}`, changes: false }, parser);
  }

  /** @throws ExchangeRefusedError, OutcomeUnknownError, ExchangeUnavailableError, RateLimitedError */
  async write<T extends z.ZodType>({ method, path, parameters, parser }: Change<T>): Promise<z.output<T>> {
    const signer = await this.#options.manager();
    const sign = () => this.#sign({ method, path, parameters }, signer);
    const answer = await this.#options.http.write(sign, usesOf(path));
    return parse(answer, { name: `${method} ${path}`, changes: true }, parser);
  }

  /** All parameters go into the query string, as in the official client. */
  #sign(
    { method, path, parameters }: { method: HttpCall['method']; path: string; parameters: Parameters },
    key: Credentials,
  ): HttpCall {
    const url = new URL(path, this.#options.baseUrl);
    return {
      name: `${method} ${path}`,
      method,
      url: `${url.href}?${signedQuery(key, parameters, this.#options.time.now())}`,
      headers: { 'X-MBX-APIKEY': key.keyId },
    };
  }
}

function usesOf(path: string): Use[] {
  if (path === WITHDRAWALS) return [{ limit: MANAGEMENT, weight: WITHDRAWALS_WEIGHT }];
  if (path.startsWith('/sapi/v1/sub-account/subAccountApi'))
    return [{ limit: MANAGEMENT, weight: MANAGEMENT_WEIGHT }];
  return [{ limit: ADDRESS, weight: ADDRESS_WEIGHT[path] ?? 1 }];
}

function parse<T extends z.ZodType>(
  { status, text }: HttpAnswer,
  call: Omit<FailedCall, 'status'>,
  parser: T | undefined,
): z.output<T> {
  const failed = { ...call, status };
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null) throw unclear(`status ${status} without JSON`, failed);
  const refusal = refusalBody.safeParse(body);
  if (refusal.success) throw binanceError(refusal.data.code, failed);
  if (status >= 300) throw unclear(`status ${status} without a code`, failed);
  const parsed = parser?.safeParse(body);
  if (parsed && !parsed.success) throw unclear('the answer is not as documented', failed);
  return parsed?.data as z.output<T>;
}
