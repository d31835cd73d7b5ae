import type { Answer } from '../exchange.ts';
import type { Refusal } from './refusal.ts';
import type { Used } from './weights.ts';

/** A successful answer: no envelope, and no code. */
export function succeed(body: object, used: Used): Answer {
  return { status: 200, headers: used, body, code: null };
}

/** A refusal: the code as a number, and its text. */
export function refuse({ code, message, status, retryAfter }: Refusal, used: Used): Answer {
  const headers = retryAfter === undefined ? used : { ...used, 'retry-after': String(retryAfter) };
  return { status, headers, body: { code: Number(code), msg: message }, code };
}

/** No page says what an unknown route gets; here it is not Binance's envelope. */
export const notFound: Answer = {
  status: 404,
  headers: {},
  body: '<html><head><title>404</title></head><body><h1>Not Found</h1></body></html>\n',
  code: null,
};
