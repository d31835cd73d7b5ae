import { type HttpAnswer, type HttpCall, NetworkFault } from './http.ts';

const TIME_OUT_MS = 10_000;
const LONGEST_ANSWER = 1_000_000;

/** Sends a call over the network. Follows no redirect: it would carry the signature elsewhere. @throws NetworkFault */
export async function sendOverNetwork({ method, url, headers, body }: HttpCall): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_OUT_MS),
    });
    const text = await response.text();
    if (text.length > LONGEST_ANSWER) throw new NetworkFault('answer too long');
    return { status: response.status, text, ...retryAfter(response.headers.get('retry-after')) };
  } catch (error) {
    throw error instanceof NetworkFault ? error : new NetworkFault(wordOf(error));
  }
}

/** In seconds; the other form of the header, a date, is sent by no exchange on file. */
function retryAfter(seconds: string | null): { retryAfterMs?: number } {
  return seconds !== null && /^\d{1,7}$/.test(seconds) ? { retryAfterMs: Number(seconds) * 1_000 } : {};
}

function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  if (error.name === 'TimeoutError') return 'time-out';
  const cause: unknown = error.cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : 'connection lost';
}
