import type * as z from 'zod';
import type {
  Credentials,
  IssuedKey,
  KeyDescription,
  ListedKey,
  ManagerDescription,
} from '../../core/api-key.ts';
import { ExchangeRefusedError, ExchangeUnavailableError, OutcomeUnknownError } from '../../core/errors.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Exchange, IssueOrder } from '../../core/ports.ts';
import { Redacted } from '../../core/redacted.ts';
import type { AdapterOptions } from '../adapter.ts';
import type { HttpAnswer, HttpCall } from '../http.ts';
import type { Use } from '../pace.ts';
import { bitgetError, SUB_KEY_NOT_FOUND } from './errors.ts';
import { envelope, issued, keyDescription, keyPage, managerDescription, SUCCESS } from './responses.ts';
import { type BitgetRequest, signedHeaders } from './sign.ts';
import { bitgetTraits } from './traits.ts';

const PAGE_LIMIT = '100';
/** Far more pages than ten keys can fill; an exchange that pages for ever is not believed. */
const MOST_PAGES = 50;

/** Bitget, unified account, v3 API. @see https://www.bitget.com/api-doc/uta/account/sub-account (read Nov 2026) */
export function bitget(options: AdapterOptions): Exchange {
  const calls = new BitgetCalls(options);
  return {
    name: bitgetTraits.name,
    keysPerSubAccount: bitgetTraits.keysPerSubAccount,
    ...(bitgetTraits.passphraseLength === undefined
      ? {}
      : { passphraseLength: bitgetTraits.passphraseLength }),
    takesPublicKey: false,
    listKeys: (subAccount) => listKeys(calls, subAccount),
    completeKey: async (_subAccount, listed) => listed,
    issueKey: (order) => issueKey(calls, order),
    revokeKey: ({ keyId }) => revokeKey(calls, keyId),
    describeKey: (key): Promise<KeyDescription> =>
      calls.get('/api/v3/account/info', { parser: keyDescription, key }),
    describeManager: (): Promise<ManagerDescription> =>
      calls.get('/api/v3/account/info', { parser: managerDescription }),
  };
}

async function listKeys(calls: BitgetCalls, subUid: string): Promise<ListedKey[]> {
  const keys: ListedKey[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { subUid, limit: PAGE_LIMIT, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await calls.get('/api/v3/user/sub-api-list', { parser: keyPage, query });
    keys.push(...answer.items);
    if (answer.hasNext !== true) return keys;
    if (!answer.cursor || answer.cursor === cursor) break; // half a list would count living keys as dead
    cursor = answer.cursor;
  }
  throw new ExchangeUnavailableError('the key list', 'it does not end');
}

async function issueKey(calls: BitgetCalls, order: IssueOrder): Promise<IssuedKey> {
  const { keyId, secret } = await calls.post(
    '/api/v3/user/create-sub-api',
    {
      subUid: order.subAccount,
      note: order.label,
      type: order.permission === 'read' ? 'read_only' : 'read_write',
      passphrase: order.passphrase?.reveal(),
      permissions: order.products,
      ips: order.allowList,
    },
    issued,
  );
  return { keyId, secret: new Redacted(secret) };
}

async function revokeKey(calls: BitgetCalls, apiKey: string): Promise<void> {
  try {
    await calls.post('/api/v3/user/delete-sub-api', { apiKey });
  } catch (error) {
    const gone = error instanceof ExchangeRefusedError && error.code === SUB_KEY_NOT_FOUND;
    if (!gone) throw error;
  }
}

interface Question<T extends z.ZodType> {
  readonly parser: T;
  readonly query?: Readonly<Record<string, string>>;
  /** The key that signs; the manager key if absent. */
  readonly key?: Credentials;
}

/** Calls a second of one signer. @see https://www.bitget.com/api-doc/uta/account/Get-Account-Info (read Nov 2026) */
const CALLS_PER_SECOND: Readonly<Record<string, number>> = { '/api/v3/account/info': 5 };
const OTHER_CALLS_PER_SECOND = 10;

/** Signs and sends, and turns answers into values or errors. */
class BitgetCalls {
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
