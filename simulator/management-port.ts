import { InputError } from './input-error.ts';
import { NotFoundError } from './not-found-error.ts';
import type { Delivery, IncomingRequest } from './traffic.ts';

/** What a management route answers: an HTTP status and a JSON object. */
export interface ManagementAnswer {
  readonly status: number;
  readonly body: object;
}

/** `path` may end in one variable part, written `/:name`; `act` gets its value and the parsed body. */
export interface ManagementRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  act(body: unknown, variable: string): ManagementAnswer;
}

/** Answers a request on the management port: 400 for bad input, 404 for what does not exist. */
export function handleManagementRequest(
  routes: readonly ManagementRoute[],
  request: IncomingRequest,
): Delivery {
  const { status, body } = answer(routes, request);
  const headers = { 'content-type': 'application/json' };
  return { kind: 'answer', delayMs: 0, status, headers, body: `${JSON.stringify(body)}\n` };
}

function answer(routes: readonly ManagementRoute[], request: IncomingRequest): ManagementAnswer {
  try {
    for (const route of routes) {
      const variable = match(route, request);
      if (variable !== undefined) return route.act(parseBody(request.body), variable);
    }
    throw new NotFoundError(`no ${request.method} ${request.path} on the management port`);
  } catch (error) {
    if (error instanceof InputError) return { status: 400, body: { error: error.message } };
    if (error instanceof NotFoundError) return { status: 404, body: { error: error.message } };
    throw error;
  }
}

/**
 * The value of the route's variable part ('' when it has none), or undefined when the route does not match.
 */
function match(route: ManagementRoute, request: IncomingRequest): string | undefined {
  if (route.method !== request.method) return undefined;
  const [fixed = '', variable] = route.path.split('/:');
  if (variable === undefined) return route.path === request.path ? '' : undefined;
  const given = request.path.slice(fixed.length + 1);
  const fits = request.path.startsWith(`${fixed}/`) && given !== '' && !given.includes('/');
  return fits ? given : undefined;
}

function parseBody(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError('the body is not JSON', { cause: error });
  }
}
