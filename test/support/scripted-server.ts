import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (response: ServerResponse, received: Received) => void;

/** A server on this machine that answers what a test tells it to. */
export class ScriptedServer {
  readonly received: Received[] = [];
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  /** Answers everything. */
  answer: Answer = (response) => void response.writeHead(404).end();

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers everything with this JSON, or with what a function makes of the request. */
  says(body: unknown | ((received: Received) => unknown), status = 200): void {
    this.answer = (response, received) => {
      const said = typeof body === 'function' ? body(received) : body;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
    this.received.push(received);
    this.answer(response, received);
  }
}

/** An address on this machine at which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = await new ScriptedServer().start();
  const { url } = server;
  await server.stop();
  return url;
}
