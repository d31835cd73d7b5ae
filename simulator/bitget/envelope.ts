import type { Answer } from '../exchange.ts';
import type { Refusal } from './refusal.ts';
import { serverTime, type World } from './world.ts';

/** A successful answer; `left` is how many calls the rate limit still has room for. */
export function succeed(world: World, data: unknown, left: number): Answer {
  const headers = { 'x-mbx-used-remain-limit': String(left), ...timeHeaders(world) };
  const body = { code: '00000', msg: 'success', requestTime: serverTime(world), data };
  return { status: 200, headers, body, code: '00000' };
}

/** A refusal in the envelope of all answers. */
export function refuse(world: World, { code, message, status }: Refusal): Answer {
  const now = serverTime(world);
  // The one published body of this refusal has the time as text.
  const requestTime = code === '40037' ? String(now) : now;
  return { status, headers: timeHeaders(world), body: { code, msg: message, requestTime, data: null }, code };
}

function timeHeaders(world: World): Record<string, string> {
  const now = String(serverTime(world));
  return { 'x-bg-request-accept-time': now, 'x-bg-response-complete-time': now };
}
