import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MovableClock } from '../clock.ts';
import type { Caller } from './options.ts';
import type { SecretsManager } from './secrets-manager.ts';
import { ConnectionLostError, ServiceError } from './service-error.ts';

interface ServerDependencies {
  readonly service: SecretsManager;
  readonly clock: MovableClock;
  /** The identity behind an access key; no key means an unsigned request. May throw a ServiceError. */
  callerOf(accessKeyId: string | undefined, sourceAddress: string): Caller;
}

const TARGET_PREFIX = 'secretsmanager.';
const CONTENT_TYPE = 'application/x-amz-json-1.1';
/** A value of 65,536 bytes in base64 or JSON escapes, with room for the rest. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * Serves the service as AWS JSON 1.1, for the AWS SDKs and CLI. Signatures are not verified: the access key in
 * them only says who calls.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function secretsManagerHandler(
  dependencies: ServerDependencies,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const requestId = randomUUID();
    answer(dependencies, request, requestId)
      .then((body) => send(dependencies, response, { status: 200, requestId, body }))
      .catch((error: unknown) => fail(dependencies, response, { error, requestId }));
  };
}

async function answer(
  { service, callerOf }: ServerDependencies,
  request: IncomingMessage,
  requestId: string,
): Promise<unknown> {
  const input = parseBody(await readBody(request));
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  const sourceAddress = request.socket.remoteAddress ?? '';
  const caller = callerOf(accessKeyIdOf(request.headers.authorization), sourceAddress);
  const userAgent = caller.userAgent ?? request.headers['user-agent'];
  return service.call(operation, input, { ...caller, userAgent, requestId });
}

/** The access key of a SigV4 header. */
function accessKeyIdOf(authorization: string | undefined): string | undefined {
  return /^AWS4-[A-Z0-9-]+ .*Credential=([^/,\s]+)\//.exec(authorization ?? '')?.[1];
}

/** Reads a body that is too large to its end as well: leaving early would cut the connection. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  if (size > MAX_BODY_BYTES) throw new ServiceError('SerializationException', 'The request is too large.');
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    // The parser's own message would quote the body.
    throw new ServiceError('SerializationException', 'The request is not valid JSON.');
  }
}

function fail(
  dependencies: ServerDependencies,
  response: ServerResponse,
  { error, requestId }: { error: unknown; requestId: string },
): void {
  if (error instanceof ConnectionLostError) {
    response.destroy();
    return;
  }
  const known = error instanceof ServiceError;
  if (!known) dependencies.clock.report(error, 'Secrets Manager request');
  const answered = known
    ? error
    : new ServiceError('InternalServiceError', 'An error occurred on the server side.');
  const body = { __type: answered.name, Message: answered.message };
  send(dependencies, response, { status: answered.statusCode, requestId, body });
}

function send(
  { clock }: ServerDependencies,
  response: ServerResponse,
  { status, requestId, body }: { status: number; requestId: string; body: unknown },
): void {
  response.writeHead(status, {
    'content-type': CONTENT_TYPE,
    'x-amzn-requestid': requestId,
    date: clock.now().toUTCString(),
  });
  response.end(JSON.stringify(toWire(body)));
}

/** Dates travel as seconds since 1970, bytes as base64. */
function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWire(inner)]));
}
