import type * as z from 'zod';
import type { Credentials } from '../../core/api-key.ts';
import { ExchangeUnavailableError, OutcomeUnknownError } from '../../core/errors.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { AdapterOptions } from '../adapter.ts';
import type { HttpAnswer, HttpCall } from '../http.ts';
import type { Use } from '../pace.ts';
import { bitgetError } from './errors.ts';
import { envelope, SUCCESS } from './responses.ts';
import { type BitgetRequest, signedHeaders } from './sign.ts';

interface Question<T extends z.ZodType> {
  readonly parser: T;
  readonly query?: Readonly<Record<string, string>>;
  /** The key that signs; the manager key if absent. */
  readonly key?: Credentials;
}

/** Calls a second of one signer, as each call's own page says (read Nov 2026). */
const CALLS_PER_SECOND: Readonly<Record<string, number>> = {
  '/api/v3/account/info': 5,
  '/api/v3/account/sub-transfer-record': 5,
  '/api/v3/trade/history-orders': 20,
};
const OTHER_CALLS_PER_SECOND = 10;

/** Signs and sends, and turns answers into values or errors. */
export class BitgetCalls {
  readonly #options: AdapterOptions;

  constructor(options: AdapterOptions) {
    this.#options = options;
  }

  async get<T extends z.ZodType>(
    path: string,
    { parser, query = {}, key }: Question<T>,
  ): Promise<z.output<T>> {
    const signer = key ?? (await this.#options.manager());
    const sign = () => this.#sign({ method: 'GET', path, query, body: '' }, signer);
    const answer = await this.#options.http.read(sign, usesOf(path, signer));
    const name = `GET ${path}`;
    const data = parseAnswer(answer, { name, changes: false });
    const parsed = parser.safeParse(data);
    if (!parsed.success) throw new ExchangeUnavailableError(name, 'the answer is not as documented');
    return parsed.data;
  }

  async post<T extends z.ZodType>(path: string, content: object, parser?: T): Promise<z.output<T>> {
    const body = JSON.stringify(content);
    const signer = await this.#options.manager();
    const sign = () => this.#sign({ method: 'POST', path, query: {}, body }, signer);
    const answer = await this.#options.http.write(sign, usesOf(path, signer));
    const name = `POST ${path}`;
    const data = parseAnswer(answer, { name, changes: true });
    const parsed = parser?.safeParse(data);
    if (parsed && !parsed.success) throw new OutcomeUnknownError(name, 'the answer is not as documented');
    return parsed?.data as z.output<T>;
  }

  #sign(request: BitgetRequest, key: Credentials): HttpCall {
    const { baseUrl, environment, time } = this.#options;
    const url = new URL(request.path, baseUrl);
    for (const name of Object.keys(request.query).sort())
      url.searchParams.set(name, request.query[name] ?? '');
    return {
      name: `${request.method} ${request.path}`,
      method: request.method,
      url: url.href,
      headers: signedHeaders(key, request, { now: time.now(), environment }),
      ...(request.method === 'GET' ? {} : { body: request.body }),
    };
  }
}

function usesOf(path: string, signer: Credentials): Use[] {
  const weight = CALLS_PER_SECOND[path] ?? OTHER_CALLS_PER_SECOND;
  return [{ limit: { name: `${path} ${signer.keyId}`, weight, perMs: 1_000 } }];
}

function parseAnswer({ text }: HttpAnswer, call: { name: string; changes: boolean }): unknown {
  const answer = envelope.safeParse(parseJson(text));
  if (answer.success && answer.data.code === SUCCESS) return answer.data.data;
  if (answer.success) throw bitgetError(answer.data.code, call);
  const detail = 'the answer is not in its envelope';
  throw call.changes
    ? new OutcomeUnknownError(call.name, detail)
    : new ExchangeUnavailableError(call.name, detail);
}
