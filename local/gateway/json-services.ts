import { z } from 'zod';
import { PutEventsRefusedError, putEvents } from '../events/put-events.ts';
import type { LocalCaller } from '../iam/principals.ts';
import type { Services } from '../services.ts';
import { LOGS_OPERATIONS } from './logs-api.ts';
import type { GatewayAnswer, GatewayRequest } from './request.ts';
import { ServiceRefusal } from './service-refusal.ts';

/** What an operation works with. */
interface OperationContext {
  readonly services: Services;
  readonly caller: LocalCaller;
}

/** One operation of a service that speaks AWS JSON. @throws ServiceRefusal; ZodError for a wrong request */
export type JsonOperation = (input: unknown, context: OperationContext) => object;

/** Operations by what `X-Amz-Target` has before the dot. Secrets Manager is served apart. */
const JSON_SERVICES: Readonly<Record<string, Readonly<Record<string, JsonOperation>>>> = {
  AWSEvents: { PutEvents: putEventsOperation },
  Logs_20140328: LOGS_OPERATIONS,
};

/** Answers a request in AWS JSON 1.1; what the local cloud does not have it refuses by name. */
export function answerJson(request: GatewayRequest, services: Services): GatewayAnswer {
  const target = String(request.headers['x-amz-target']);
  try {
    const [service = '', name = ''] = target.split('.');
    const operation = JSON_SERVICES[service]?.[name];
    if (!operation) throw unknownOperation(target);
    const output = operation(JSON.parse(request.body || '{}'), { services, caller: request.caller });
    return answer(200, output);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    return answer(refusal.status, { __type: refusal.name, message: refusal.message });
  }
}

/** Says which operation was asked for and that it is not here. */
export function unknownOperation(name: string): ServiceRefusal {
  return new ServiceRefusal(
    'UnknownOperationException',
    `the local cloud does not have the operation ${name}`,
  );
}

function putEventsOperation(input: unknown, { services, caller }: OperationContext): object {
  const { buses, authorizer, clock } = services;
  return putEvents(input, {
    buses,
    now: clock.now(),
    mayPut: (resource) =>
      authorizer.mayCall(caller, {
        action: 'events:PutEvents',
        resource,
        resourcePolicy: buses.resourcePolicy(buses.get(resource)),
      }),
  });
}

function refusalOf(error: unknown): ServiceRefusal | undefined {
  if (error instanceof ServiceRefusal) return error;
  if (error instanceof PutEventsRefusedError) return new ServiceRefusal(error.name, error.message);
  if (error instanceof z.ZodError) return new ServiceRefusal('ValidationException', z.prettifyError(error));
  if (error instanceof SyntaxError)
    return new ServiceRefusal('SerializationException', 'The request is not valid JSON.');
  return undefined;
}

function answer(status: number, output: object): GatewayAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) };
}
