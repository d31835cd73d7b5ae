import { z } from 'zod';
import type { Services } from '../services.ts';
import type { EventRecord } from './event-record.ts';
import type { GatewayAnswer, GatewayRequest } from './request.ts';

/** What the management routes show and move. */
export interface Managed {
  readonly services: Services;
  readonly events: EventRecord;
  advance(ms: number): Promise<void>;
}

const clockRequest = z.strictObject({ advanceMs: z.number().min(0) });

type Route = (managed: Managed, request: GatewayRequest) => object | Promise<object>;

/** For the CLI and other processes on this machine; none of this is AWS. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET /_local/health': ({ services: { clock, place } }) => ({
    healthy: true,
    now: clock.now().toISOString(),
    ...place,
  }),
  'GET /_local/state': ({ services }) => stateOf(services),
  'GET /_local/clock': ({ services: { clock } }) => ({ now: clock.now().toISOString() }),
  'POST /_local/clock': async ({ services: { clock }, advance }, { body }) => {
    await advance(clockRequest.parse(JSON.parse(body)).advanceMs);
    return { now: clock.now().toISOString() };
  },
  'GET /_local/events': ({ events }, { query }) => ({ events: events.list(query.get('bus') ?? undefined) }),
};

export function isManagementPath(path: string): boolean {
  return path.startsWith('/_local/');
}

export async function answerManagement(request: GatewayRequest, managed: Managed): Promise<GatewayAnswer> {
  const route = ROUTES[`${request.method} ${request.path}`];
  if (!route) return json(404, { error: `no such route; there are: ${Object.keys(ROUTES).join(', ')}` });
  try {
    return json(200, await route(managed, request));
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) });
    if (error instanceof SyntaxError) return json(400, { error: 'the body is not valid JSON' });
    throw error;
  }
}

function stateOf({ alarms, functions, queues, buses, topics, apiDestinations, clock }: Services): object {
  return {
    alarms: alarms.list(),
    functions: functions.list(),
    queues: queues.list().map(({ name }) => ({ name, messages: queues.messages(name).length })),
    topics: topics.list().map(({ name }) => name),
    deliveries: topics.deliveries(),
    apiDestinationRequests: apiDestinations.requests(),
    buses: buses.list().map(({ name, rules, archives }) => ({
      name,
      rules: [...rules.values()].map((rule) => ({ name: rule.name, state: rule.state })),
      archives: [...archives.values()].map((archive) => ({ name: archive.name, events: archive.events })),
    })),
    errors: clock
      .errors()
      .map(({ name, error }) => `${name}: ${error instanceof Error ? error.message : error}`),
  };
}

function json(status: number, body: object): GatewayAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}\n` };
}
