import { InvocationRefusedError } from '../runtime/invocation.ts';
import type { Services } from '../services.ts';
import { unknownOperation } from './json-services.ts';
import type { GatewayAnswer, GatewayRequest } from './request.ts';
import { ServiceRefusal } from './service-refusal.ts';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const STATUS: Readonly<Record<string, number>> = {
  ResourceNotFoundException: 404,
  AccessDeniedException: 403,
  TooManyRequestsException: 429,
};

/** Whether a path belongs to Lambda's API. */
export function isLambdaPath(path: string): boolean {
  return path.startsWith('/2015-03-31/');
}

/**
 * Lambda as far as it is served: `Invoke`, with and without waiting.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function answerLambda(request: GatewayRequest, services: Services): Promise<GatewayAnswer> {
  try {
    return await invoke(request, services);
  } catch (error) {
    if (error instanceof InvocationRefusedError) return refuse(error, STATUS[error.name] ?? 400);
    if (error instanceof ServiceRefusal) return refuse(error, error.status);
    throw error;
  }
}

async function invoke(request: GatewayRequest, services: Services): Promise<GatewayAnswer> {
  const nameOrArn = INVOCATIONS.exec(request.path)?.[1];
  if (nameOrArn === undefined || request.method !== 'POST')
    throw unknownOperation(`${request.method} ${request.path}`);
  const called = decodeURIComponent(nameOrArn);
  requireAccess(called, request, services);
  if (request.headers['x-amz-log-type'] === 'Tail') throw unknownOperation('Invoke with LogType Tail');
  const payload = parsePayload(request.body);
  switch (request.headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'RequestResponse':
      return await invokeAndWait(called, payload, services);
    case 'Event': {
      const { requestId } = services.asyncInvocations.submit(called, payload);
      return { status: 202, headers: { 'x-amzn-requestid': requestId }, body: '' };
    }
    default:
      throw unknownOperation(`Invoke with the type ${request.headers['x-amz-invocation-type']}`);
  }
}

async function invokeAndWait(called: string, payload: unknown, services: Services): Promise<GatewayAnswer> {
  const result = await services.functions.invoke(called, payload);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      'x-amzn-requestid': result.requestId,
      ...(result.functionError ? { 'x-amz-function-error': result.functionError } : {}),
    },
    body: JSON.stringify(result.payload),
  };
}

function requireAccess(
  called: string,
  { caller }: GatewayRequest,
  { functions, authorizer }: Services,
): void {
  const { arn } = functions.get(called);
  const access = {
    action: 'lambda:InvokeFunction',
    resource: arn,
    resourcePolicy: functions.resourcePolicy(arn),
  };
  if (authorizer.mayCall(caller, access)) return;
  const message = `User: ${caller.arn} is not authorized to perform: lambda:InvokeFunction on resource: ${arn}`;
  throw new InvocationRefusedError('AccessDeniedException', message);
}

function parsePayload(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new ServiceRefusal('InvalidRequestContentException', 'Could not parse request body into json.');
  }
}

function refuse({ name, message }: Error, status: number): GatewayAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ Type: 'User', Message: message }),
  };
}
