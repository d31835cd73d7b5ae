import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivery, IncomingRequest } from './traffic.ts';

export interface LoopbackServer {
  readonly url: string;
  /** Cuts every connection and stops listening. Closing again does nothing. */
  close(): Promise<void>;
}

const host = '127.0.0.1';
const largestBody = 1024 * 1024;

/** Listens on 127.0.0.1 only; port 0 takes any free port. @throws when the port is taken. */
export async function listen(
  port: number,
  handle: (request: IncomingRequest) => Delivery,
): Promise<LoopbackServer> {
  const waiting = new Set<NodeJS.Timeout>();
  const server = createServer((message, response) => {
    readRequest(message).then(
      (request) => deliver(handleSafely(handle, request), response, waiting),
      () => message.socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        for (const timer of waiting) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(message: IncomingMessage): Promise<IncomingRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > largestBody) throw new Error(`body larger than ${largestBody} bytes`);
    chunks.push(chunk);
  }
  const [path = '', ...query] = (message.url ?? '').split('?');
  return {
    method: message.method ?? '',
    path,
    query: query.join('?'),
    headers: message.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    address:
      message.headers['x-simulated-source-address']?.toString() ?? message.socket.remoteAddress ?? host,
  };
}

function handleSafely(handle: (request: IncomingRequest) => Delivery, request: IncomingRequest): Delivery {
  try {
    return handle(request);
  } catch (error) {
    // A bug of the simulator must not look like an answer of the exchange.
    const body = `simulator bug: ${error instanceof Error ? error.stack : String(error)}\n`;
    return { kind: 'answer', delayMs: 0, status: 500, headers: { 'content-type': 'text/plain' }, body };
  }
}

function deliver(delivery: Delivery, response: ServerResponse, waiting: Set<NodeJS.Timeout>): void {
  if (delivery.kind === 'hang') return;
  const send = () => {
    if (delivery.kind === 'cut') response.destroy();
    else response.writeHead(delivery.status, delivery.headers).end(delivery.body);
  };
  if (delivery.delayMs === 0) {
    send();
    return;
  }
  const timer = setTimeout(() => {
    waiting.delete(timer);
    send();
  }, delivery.delayMs);
  waiting.add(timer);
}
