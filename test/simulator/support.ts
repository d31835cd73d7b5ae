import { createHmac } from 'node:crypto';
import {
  type Credentials,
  type IncomingRequest,
  type OpenExchange,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../simulator/index.ts';

/** A simulator without rate limits, so that a test's speed does not matter; hostile as by default. */
export function startTestSimulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  return startSimulator({ exchange: 'bitget', seed: 7, rateLimits: false, ...options });
}

export interface ManagementReply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly body: any;
}

/** Calls the management port. */
export async function manage(simulator: Simulator, call: string, body?: object): Promise<ManagementReply> {
  const [method = '', path = ''] = call.split(' ');
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${simulator.managementUrl}${path}`, { method, ...text });
  return { status: response.status, body: await response.json() };
}

/** Orders one fault. */
export async function order(simulator: Simulator, fault: object): Promise<void> {
  const { status, body } = await manage(simulator, 'POST /faults', fault);
  if (status !== 200) throw new Error(body.error);
}

/** One request to the exchange's port, and what a test wants wrong about it. */
export interface Attempt {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly timestamp?: string;
  /** Headers to replace; an undefined one is left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The body that is sent instead of the signed one. */
  readonly sentBody?: string;
  /** The query that is sent instead of the signed one, without the question mark. */
  readonly sentQuery?: string;
}

export interface ExchangeReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: string | undefined;
  readonly msg: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly data: any;
}

/** A request as a Bitget client would sign it, for an exchange without a port. */
export function bitgetSigned(
  open: OpenExchange,
  { method, path, body: fields }: { method: string; path: string; body: object },
): IncomingRequest {
  const body = JSON.stringify(fields);
  const timestamp = String(open.clock.now());
  const { apiKey, secret, password = '' } = open.manager;
  const sign = createHmac('sha256', secret).update(`${timestamp}${method}${path}${body}`).digest('base64');
  const headers = {
    'access-key': apiKey,
    'access-sign': sign,
    'access-timestamp': timestamp,
    'access-passphrase': password,
    'content-type': 'application/json',
  };
  return { method, path, query: '', headers, body, address: '127.0.0.1' };
}

/**
 * A Bitget client made for these tests: it signs as the documents say, and sends what the test wants instead.
 */
export function bitgetCaller(simulator: Simulator, credentials: Credentials = simulator.manager) {
  return async (call: string, attempt: Attempt = {}): Promise<ExchangeReply> => {
    const [method = '', path = ''] = call.split(' ');
    const names = Object.keys(attempt.query ?? {}).sort();
    const pairs = names.map((name) => `${name}=${attempt.query?.[name]}`).join('&');
    const query = pairs === '' ? '' : `?${pairs}`;
    const body = attempt.body === undefined ? '' : JSON.stringify(attempt.body);
    const timestamp = attempt.timestamp ?? String(simulator.clock.now());
    const preHash = `${timestamp}${method}${path}${query}${body}`;
    const headers: Record<string, string | undefined> = {
      'ACCESS-KEY': credentials.apiKey,
      'ACCESS-SIGN': createHmac('sha256', credentials.secret).update(preHash).digest('base64'),
      'ACCESS-TIMESTAMP': timestamp,
      'ACCESS-PASSPHRASE': credentials.password,
      'Content-Type': 'application/json',
      ...attempt.headers,
    };
    const sent = attempt.sentBody ?? body;
    const response = await fetch(
      `${simulator.url}${path}${attempt.sentQuery === undefined ? query : `?${attempt.sentQuery}`}`,
      {
        method,
        headers: Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ...(sent === '' ? {} : { body: sent }),
      },
    );
    const text = await response.text();
    const parsed = parse(text);
    return { status: response.status, headers: response.headers, text, ...parsed };
  };
}

function parse(text: string): Pick<ExchangeReply, 'code' | 'msg' | 'data'> {
  try {
    return JSON.parse(text);
  } catch {
    return { code: undefined, msg: undefined, data: undefined };
  }
}

export type BitgetCaller = ReturnType<typeof bitgetCaller>;

/** A correct request for a new key, with what a test wants different. */
export function keyWish(subUid: string, changes: object = {}): { body: object } {
  return {
    body: {
      subUid,
      note: 'rk-test',
      type: 'read_write',
      passphrase: 'passphrase1',
      permissions: ['uta_trade'],
      ips: ['127.0.0.1'],
      ...changes,
    },
  };
}

/** Makes a key by the API and answers its credentials. @throws when the exchange refuses */
export async function makeKey(
  call: BitgetCaller,
  subUid: string,
  changes: object = {},
): Promise<Credentials> {
  const { body } = keyWish(subUid, changes);
  const { code, msg, data } = await call('POST /api/v3/user/create-sub-api', { body });
  if (code !== '00000') throw new Error(`${code} ${msg}`);
  return { apiKey: data.apiKey, secret: data.secret, password: 'passphrase1' };
}
