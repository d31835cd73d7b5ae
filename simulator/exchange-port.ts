import type { SimulatorClock } from './clock.ts';
import type { Answer, SimulatedExchange } from './exchange.ts';
import type { FaultBoard } from './fault-board.ts';
import type { FaultName } from './fault-names.ts';
import type { LateEffects } from './late-effects.ts';
import type { SeededRandom } from './random.ts';
import type { RequestLog } from './request-log.ts';
import type { Delivery, HttpAnswer, IncomingRequest } from './traffic.ts';
import { withUnknownFields } from './unknown-fields.ts';

/** What the exchange's port consists of. */
export interface ExchangePort {
  readonly exchange: SimulatedExchange;
  readonly clock: SimulatorClock;
  readonly faults: FaultBoard;
  readonly random: SeededRandom;
  readonly log: RequestLog;
  readonly late: LateEffects;
}

/** What the client gets, and what the log notes about it. */
interface Outcome {
  readonly delivery: Delivery;
  readonly code: string | null;
  readonly fault: FaultName | null;
}

/**
 * Lets requests that were stuck in the network take effect, each at its own time. Whoever looks at the
 * exchange calls this first.
 */
export function carryOutLate({ late, clock, exchange }: ExchangePort): void {
  for (const { request, arrivedAt, dueAt } of late.takeDue(clock.now()))
    clock.during(dueAt, () => exchange.answer(request, arrivedAt));
}

/** Carries out one request with the faults in force, and notes it in the log. */
export function handleExchangeRequest(port: ExchangePort, request: IncomingRequest): Delivery {
  carryOutLate(port);
  const outcome = strikeBefore(port, request) ?? strikeAfter(port, request);
  const { delivery, code, fault } = outcome;
  port.log.add({
    at: new Date(port.clock.now()).toISOString(),
    method: request.method,
    path: request.path,
    route: port.exchange.routeOf(request) ?? null,
    key: port.exchange.claimedKey(request) ?? null,
    address: request.address,
    status: delivery.kind === 'answer' ? delivery.status : null,
    code,
    fault,
  });
  return delivery;
}

/** The faults that keep the request from the exchange, so that it has no effect, or none yet. */
function strikeBefore(port: ExchangePort, request: IncomingRequest): Outcome | undefined {
  const { exchange, faults } = port;
  const route = exchange.routeOf(request);
  if (faults.strike('lose-request', route)) return unanswered('lose-request', { kind: 'cut', delayMs: 0 });
  const late = faults.strike('late-effect', route);
  if (late?.ms !== undefined) return postpone(port, request, late.ms);
  if (faults.strike('firewall', route)) return { ...answered(blocked, 0), code: null, fault: 'firewall' };
  if (faults.strike('unavailable', route))
    return { ...answered(unavailable, 0), code: null, fault: 'unavailable' };
  if (faults.strike('throttle', route)) return refused(exchange.throttled(), 'throttle');
  const refuse = faults.strike('refuse', route);
  return refuse?.code === undefined ? undefined : refused(exchange.refusal(refuse.code), 'refuse');
}

function postpone({ late, clock }: ExchangePort, request: IncomingRequest, ms: number): Outcome {
  const arrivedAt = clock.now();
  late.add({ request, arrivedAt, dueAt: arrivedAt + ms });
  return unanswered('late-effect', { kind: 'cut', delayMs: 0 });
}

/** Lets the exchange act, then applies the faults that spoil its answer. */
function strikeAfter({ exchange, faults, random, clock }: ExchangePort, request: IncomingRequest): Outcome {
  const route = exchange.routeOf(request);
  const answer = exchange.answer(request, clock.now());
  const delayMs = faults.strike('slow', route)?.ms ?? 0;
  if (faults.strike('lose-answer', route)) return unanswered('lose-answer', { kind: 'cut', delayMs });
  if (faults.strike('hang', route)) return unanswered('hang', { kind: 'hang' });
  const refuse = faults.strike('refuse-after-effect', route);
  if (refuse?.code !== undefined)
    return refused(exchange.refusal(refuse.code), 'refuse-after-effect', delayMs);
  const strange = faults.strike('extra-fields', route) && typeof answer.body === 'object';
  const whole = toHttp(answer, strange ? withUnknownFields(answer.body, random) : answer.body);
  if (faults.strike('garbage', route))
    return { ...answered({ ...whole, body: firstHalf(whole.body) }, delayMs), code: null, fault: 'garbage' };
  return { ...answered(whole, delayMs), code: answer.code, fault: delayMs > 0 ? 'slow' : null };
}

function unanswered(fault: FaultName, delivery: Delivery): Outcome {
  return { delivery, code: null, fault };
}

function refused(answer: Answer, fault: FaultName, delayMs = 0): Outcome {
  return { ...answered(toHttp(answer, answer.body), delayMs), code: answer.code, fault };
}

function answered(answer: HttpAnswer, delayMs: number): { delivery: Delivery } {
  return { delivery: { kind: 'answer', delayMs, ...answer } };
}

function toHttp({ status, headers }: Answer, body: unknown): HttpAnswer {
  if (typeof body === 'string') return { status, headers: { 'content-type': 'text/html', ...headers }, body };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function firstHalf(text: string): string {
  return text.slice(0, Math.ceil(text.length / 2));
}

/** What a gateway in front of an exchange says when the exchange is down: no envelope, not even JSON. */
const unavailable = page(503, 'Service Temporarily Unavailable');

/** What a firewall in front of an exchange says to a request that it takes for an attack. */
const blocked = page(403, 'Request blocked');

function page(status: number, text: string): HttpAnswer {
  const body = `<html><head><title>${status}</title></head><body><h1>${text}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}
