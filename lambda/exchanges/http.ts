import { ExchangeUnavailableError, OutcomeUnknownError, RateLimitedError } from '../core/errors.ts';

/** One call to an exchange, already signed. */
export interface HttpCall {
  /** For people and logs: method and path, never the query or the body. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer as it came. Untrusted and secret: it goes to the exchange's parser and nowhere else. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const TIME_OUT_MS = 10_000;
const LONGEST_ANSWER = 1_000_000;
const READ_ATTEMPTS = 3;
/** Limits count per second: the pauses must outlast one. */
const FIRST_PAUSE_MS = 400;
/** Failures in which the request certainly never left. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'];

/**
 * Sends a call that changes nothing; tries again up to three times when the exchange does not answer.
 * @param sign makes the call anew for each attempt, since signatures carry the time
 * @throws ExchangeUnavailableError, RateLimitedError
 */
export async function read(sign: () => HttpCall): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readOnce(sign());
    } catch (error) {
      if (attempt === READ_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 3 ** (attempt - 1)));
    }
  }
}

/**
 * Sends a call that changes something, once.
 * @throws RateLimitedError, ExchangeUnavailableError if it had no effect; OutcomeUnknownError if it may have had
 */
export async function write(call: HttpCall): Promise<HttpAnswer> {
  const answer = await send(call).catch((error: unknown) => {
    const code = faultCode(error);
    if (NEVER_SENT.includes(code)) throw new ExchangeUnavailableError(call.name, code);
    throw new OutcomeUnknownError(call.name, code);
  });
  if (answer.status === 429) throw new RateLimitedError(call.name);
  if (answer.status >= 500) throw new OutcomeUnknownError(call.name, `status ${answer.status}`);
  return answer;
}

async function readOnce(call: HttpCall): Promise<HttpAnswer> {
  const answer = await send(call).catch((error: unknown) => {
    throw new ExchangeUnavailableError(call.name, faultCode(error));
  });
  if (answer.status === 429) throw new RateLimitedError(call.name);
  if (answer.status >= 500) throw new ExchangeUnavailableError(call.name, `status ${answer.status}`);
  return answer;
}

async function send({ method, url, headers, body }: HttpCall): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIME_OUT_MS),
  });
  const text = await response.text();
  if (text.length > LONGEST_ANSWER) throw new Error('answer too long');
  return { status: response.status, text };
}

/** A word for what went wrong; the error itself is dropped, as nobody knows what it holds. */
function faultCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  if (error.name === 'TimeoutError') return 'time-out';
  const cause: unknown = error.cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : 'connection lost';
}
