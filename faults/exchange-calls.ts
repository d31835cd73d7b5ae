import { type HttpAnswer, type HttpCall, NetworkFault, type Send } from '../lambda/exchanges/http.ts';
import type { MovableClock } from '../local/clock.ts';
import type { IncomingRequest, OpenExchange } from '../simulator/index.ts';
import type { Leaks } from './leaks.ts';
import type { Process, Wire } from './wire.ts';

/** The address that the functions call from. */
export const FUNCTION_ADDRESS = '127.0.0.1';

/** How each exchange says no: one answer to what may not be done, one to what comes too often. */
const REFUSALS = {
  bitget: {
    refused: { status: 400, text: '{"code":"40014","msg":"Incorrect permissions","data":null}' },
    throttled: { status: 429, text: '{"code":"429","msg":"Too many requests","data":null}' },
  },
  binance: {
    refused: { status: 401, text: '{"code":-1002,"msg":"You are not authorized to execute this request."}' },
    throttled: {
      status: 429,
      text: '{"code":-1003,"msg":"Too many requests."}',
      retryAfterMs: 30_000,
    },
  },
} as const satisfies Record<OpenExchange['exchange'], Record<string, HttpAnswer>>;

const UNAVAILABLE: HttpAnswer = {
  status: 503,
  text: '<html><h1>Service Temporarily Unavailable</h1></html>',
};

/** What calls to the exchange go through. */
interface Line {
  readonly exchange: OpenExchange;
  readonly clock: MovableClock;
  readonly wire: Wire;
  readonly leaks: Leaks;
}

/** How a process's signed calls travel: in this process, to the simulated exchange. */
export function exchangeLine(line: Line, process: Process): Send {
  return async (call) => {
    const { wire, leaks } = line;
    leaks.noteRequest(call);
    const { refused, throttled } = REFUSALS[line.exchange.exchange];
    const answer = await wire.call(process, {
      callee: 'exchange',
      name: call.name,
      changes: call.method !== 'GET',
      act: async () => deliver(line, call),
      actLate: (ms) => {
        line.exchange.orderFault({ fault: 'late-effect', ms, count: 1 });
        handle(line, call);
      },
      faulty: {
        lost: () => {
          throw new NetworkFault('time-out');
        },
        refused: () => refused,
        throttled: () => throttled,
        unavailable: () => UNAVAILABLE,
        garbage: ({ status, text }) => ({ status, text: text.slice(0, Math.ceil(text.length / 2)) }),
      },
    });
    leaks.noteAnswer(call, answer.text);
    return answer;
  };
}

/** A call that no process of the product makes: nothing strikes it. */
export function deliver(line: Pick<Line, 'exchange' | 'clock'>, call: HttpCall): HttpAnswer {
  const delivery = handle(line, call);
  if (delivery.kind !== 'answer') throw new NetworkFault('connection lost');
  const seconds = delivery.headers['retry-after'];
  const retryAfter = seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1_000 };
  return { status: delivery.status, text: delivery.body, ...retryAfter };
}

function handle(
  { exchange, clock }: Pick<Line, 'exchange' | 'clock'>,
  { method, url, headers, body = '' }: HttpCall,
) {
  const { pathname, search } = new URL(url);
  exchange.clock.set(clock.nowMs());
  const lowerCase = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const request: IncomingRequest = {
    method,
    path: pathname,
    query: search.slice(1),
    headers: lowerCase,
    body,
    address: FUNCTION_ADDRESS,
  };
  return exchange.handle(request);
}
