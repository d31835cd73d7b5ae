import type { IncomingMessage } from 'node:http';
import type { LocalCaller, Principals } from '../iam/principals.ts';

/** A request to one of the gateway's services. */
export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly caller: LocalCaller;
}

/** An answer of a service or of the management routes. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const LARGEST_BODY = 8 * 1024 * 1024;

/** Reads a request to its end. @throws Error when the body is larger than 8 MB. */
export async function readRequest(message: IncomingMessage, principals: Principals): Promise<GatewayRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error(`the body is larger than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    caller: {
      ...principals.caller(accessKeyId(message), message.socket.remoteAddress ?? ''),
      userAgent: message.headers['user-agent'],
    },
  };
}

/** The access key in a SigV4 header. Signatures are not checked. */
function accessKeyId({ headers }: IncomingMessage): string | undefined {
  return /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1];
}
