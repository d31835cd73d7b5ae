import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secretsManagerHandler } from '../secrets-manager/server.ts';
import { answerJson, unknownOperation } from './json-services.ts';
import { answerLambda, isLambdaPath } from './lambda-api.ts';
import { answerManagement, isManagementPath, type Managed } from './management.ts';
import { answerQuery } from './query-api.ts';
import { type GatewayAnswer, type GatewayRequest, readRequest } from './request.ts';
import type { ServiceRefusal } from './service-refusal.ts';

/** The one address of the local cloud. */
export interface Gateway {
  readonly url: string;
  /** Cuts every connection and stops listening. Closing again does nothing. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Functions keep connections for their next invocation; one that closes just then would fail it. */
const KEEP_ALIVE_MS = 3_600_000;

/**
 * Serves every service and the management routes on 127.0.0.1. Port 0 takes any free port.
 *
 * @throws Error when the port is taken.
 */
export async function openGateway(port: number, managed: () => Managed): Promise<Gateway> {
  const server = createServer((message, response) => serve(message, response, managed()));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serve(message: IncomingMessage, response: ServerResponse, managed: Managed): void {
  const { secretsManager, clock, principals } = managed.services;
  const target = message.headers['x-amz-target'];
  response.sendDate = false;
  if (typeof target === 'string' && target.startsWith('secretsmanager.')) {
    const callerOf = principals.caller.bind(principals);
    secretsManagerHandler({ service: secretsManager, clock, callerOf })(message, response);
    return;
  }
  readRequest(message, principals)
    .then((request) => route(request, managed))
    .catch((error: unknown) => failed(error, managed))
    .then(({ status, headers, body }) => {
      const common = { 'x-amzn-requestid': randomUUID(), date: clock.now().toUTCString() };
      response.writeHead(status, { ...common, ...headers }).end(body);
    })
    .catch((error: unknown) => clock.report(error, 'gateway'));
}

async function route(request: GatewayRequest, managed: Managed): Promise<GatewayAnswer> {
  const { path, headers, method } = request;
  if (isManagementPath(path)) return await answerManagement(request, managed);
  if (headers['x-amz-target'] !== undefined) return answerJson(request, managed.services);
  if (isLambdaPath(path)) return await answerLambda(request, managed.services);
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return answerQuery(request, managed.services);
  return refuse(serviceOf(request), unknownOperation(`${serviceOf(request)} ${method} ${path}`));
}

/** S3 answers in XML, the other services with paths in JSON. */
function refuse(service: string, { name, message, status }: ServiceRefusal): GatewayAnswer {
  if (service === 's3') {
    const body = `<?xml version="1.0"?><Error><Code>${name}</Code><Message>${message}</Message></Error>`;
    return { status, headers: { 'content-type': 'application/xml' }, body };
  }
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
  return { status, headers, body: JSON.stringify({ message }) };
}

/** The service that a request was signed for. */
function serviceOf({ headers }: GatewayRequest): string {
  return /Credential=[^/]+\/\d+\/[^/]*\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
}

/** A fault of the local cloud itself: the caller is told, and so is whoever watches the clock's errors. */
function failed(error: unknown, { services: { clock } }: Managed): GatewayAnswer {
  clock.report(error, 'gateway');
  const message = error instanceof Error ? error.message : String(error);
  return {
    status: 500,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'InternalFailure' },
    body: JSON.stringify({ __type: 'InternalFailure', message: `local cloud: ${message}` }),
  };
}
