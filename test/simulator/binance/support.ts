import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect } from 'vitest';
import {
  type Credentials,
  type ExchangeOptions,
  type OpenExchange,
  openExchange,
} from '../../../simulator/index.ts';

/** A Binance in this process, without rate limits and hostile defaults, at a frozen clock. */
export function openBinance(options: Partial<ExchangeOptions> = {}): OpenExchange {
  const settings = { seed: 7, rateLimits: false, hostility: false, ...options };
  const open = openExchange({ ...settings, exchange: 'binance' });
  open.clock.freeze();
  return open;
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request, and what a test wants wrong about it. An undefined value or header is left out. */
export interface Attempt {
  readonly query?: Values;
  /** Sent as a form. */
  readonly body?: Values;
  readonly timestamp?: string | number | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly address?: string;
  /** What is sent instead of the signed query and body, both still without the signature. */
  readonly sentQuery?: string;
  readonly sentBody?: string;
  /** What is signed instead of what is sent. */
  readonly signed?: string;
  /** Instead of the right signature; null for none. */
  readonly signature?: string | null;
  /** Where the signature is put. */
  readonly place?: 'query' | 'body' | 'first';
}

export interface Reply {
  readonly status: number | undefined;
  readonly code: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly body: any;
}

/** What a key signs with: Binance's secret, or its maker's own private key. */
export type Signer = Pick<Credentials, 'apiKey'> & { readonly secret: string | KeyObject };

/** A Binance client made for these tests: it signs as the documents say, and sends what the test wants instead. */
export function binanceCaller(open: OpenExchange, signer: Signer = open.manager) {
  return (call: string, attempt: Attempt = {}): Reply => {
    const [method = '', path = ''] = call.split(' ');
    const { sentQuery, sentBody } = unsigned(attempt, open.clock.now());
    const signature = attempt.signature ?? signText(signer.secret, attempt.signed ?? sentQuery + sentBody);
    const request = { method, path, ...place(attempt, { sentQuery, sentBody }, signature) };
    const headers = {
      'x-mbx-apikey': signer.apiKey,
      ...(request.body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...attempt.headers,
    };
    const delivery = open.handle({ ...request, headers, address: attempt.address ?? '127.0.0.1' });
    if (delivery.kind !== 'answer') return lost;
    const body = parse(delivery.body);
    const { status, headers: answered, body: text } = delivery;
    return { status, headers: answered, text, body, code: body?.code };
  };
}

export type BinanceCaller = ReturnType<typeof binanceCaller>;

const lost: Reply = { status: undefined, code: undefined, headers: {}, text: '', body: undefined };

function unsigned(attempt: Attempt, now: number): { sentQuery: string; sentBody: string } {
  const timestamp = 'timestamp' in attempt ? attempt.timestamp : now;
  const inBody = attempt.body !== undefined && attempt.query === undefined;
  const query = inBody ? {} : { ...attempt.query, timestamp };
  const body = inBody ? { ...attempt.body, timestamp } : (attempt.body ?? {});
  return { sentQuery: attempt.sentQuery ?? encode(query), sentBody: attempt.sentBody ?? encode(body) };
}

const unauthorised = [-1002, -2014, -2015];

/** What expects a refusal, and answers its message. `by` names the key that calls; absent: the manager. */
export function refusalsOf(current: () => OpenExchange) {
  return (call: string, { by, ...attempt }: Attempt & { by?: Credentials }, code: number): string => {
    const { status, body } = binanceCaller(current(), by)(call, attempt);
    expect(body).toMatchObject({ code, msg: expect.not.stringMatching(/^$|\{\d\}/) });
    expect(status).toBe(unauthorised.includes(code) ? 401 : 400);
    return body.msg;
  };
}

function place(
  { signature: given, place: where }: Attempt,
  { sentQuery, sentBody }: { sentQuery: string; sentBody: string },
  signature: string,
): { query: string; body: string } {
  if (given === null) return { query: sentQuery, body: sentBody };
  const pair = `signature=${encodeURIComponent(signature)}`;
  const inBody = where === 'body' || (where === undefined && sentQuery === '');
  if (where === 'first') return { query: `${pair}&${sentQuery}`, body: sentBody };
  return inBody
    ? { query: sentQuery, body: join(sentBody, pair) }
    : { query: join(sentQuery, pair), body: sentBody };
}

function join(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('&');
}

export function encode(values: Values): string {
  return Object.entries(values)
    .filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

export function signText(secret: string | KeyObject, text: string): string {
  if (typeof secret === 'string') return createHmac('sha256', secret).update(text).digest('hex');
  const algorithm = secret.asymmetricKeyType === 'rsa' ? 'RSA-SHA256' : null;
  return sign(algorithm, Buffer.from(text), secret).toString('base64');
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const create = 'POST /sapi/v1/sub-account/subAccountApi';
export const createV2 = 'POST /sapi/v2/sub-account/subAccountApi';
export const list = 'GET /sapi/v1/sub-account/subAccountApi';
export const modify = 'POST /sapi/v1/sub-account/subAccountApiPermission';
export const remove = 'DELETE /sapi/v1/sub-account/subAccountApi';
export const getIps = 'GET /sapi/v1/sub-account/subAccountApi/ipRestriction';
export const setIps = 'POST /sapi/v2/sub-account/subAccountApi/ipRestriction';
export const deleteIps = 'DELETE /sapi/v1/sub-account/subAccountApi/ipRestriction/ipList';
export const restrictions = 'GET /sapi/v1/account/apiRestrictions';
export const placeOrder = 'POST /api/v3/order';

/** The parameters of a correct request for a new key, with what a test wants different. */
export function keyWish(email: string, changes: Values = {}): Values {
  return { email, apiName: 'rk-test', status: 2, canTrade: true, ipAddress: '127.0.0.1', ...changes };
}

/** Makes a key by the API and answers its credentials. @throws when the exchange refuses */
export function makeKey(call: BinanceCaller, email: string, changes: Values = {}): Credentials {
  const { status, text, body } = call(create, { query: keyWish(email, changes) });
  if (status !== 200) throw new Error(text);
  return { apiKey: body.apiKey, secret: body.secretKey };
}

/** A key pair, the public half in PEM form. */
export function keyPair(type: 'ed25519' | 'rsa' | 'x25519', bits = 2048) {
  const { publicKey, privateKey } = generate(type, bits);
  return { privateKey, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

function generate(type: 'ed25519' | 'rsa' | 'x25519', bits: number) {
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: bits });
  return type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
}
