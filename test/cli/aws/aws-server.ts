import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a call to AWS was, reduced to what is asserted. */
export interface AwsCall {
  /** `Invoke <function>`, or the last part of the target header. */
  readonly operation: string;
  readonly body: Record<string, unknown>;
}

/** What is answered: a JSON body, a fault as AWS names it, or the line cut off. */
export type AwsAnswer =
  | { readonly body: unknown; readonly headers?: Record<string, string> }
  | { readonly fault: string; readonly status: number; readonly message?: string }
  | 'cut off';

/** Speaks the wire format of Lambda, Secrets Manager and CloudWatch Logs on this machine. */
export class AwsServer {
  readonly calls: AwsCall[] = [];
  answer: (call: AwsCall) => AwsAnswer | Promise<AwsAnswer> = () => ({ body: {} });
  readonly #server = createServer((request, response) => {
    void readCall(request).then(async (call) => {
      this.calls.push(call);
      const answer = await this.answer(call);
      if (answer === 'cut off') {
        response.destroy();
        return;
      }
      const isFault = 'fault' in answer;
      const fault = isFault ? { 'x-amzn-errortype': answer.fault } : {};
      const headers = 'headers' in answer ? answer.headers : {};
      response.writeHead(isFault ? answer.status : 200, {
        'content-type': 'application/x-amz-json-1.1',
        ...fault,
        ...headers,
      });
      response.end(JSON.stringify(isFault ? faultBody(answer) : answer.body));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function faultBody({ fault, message }: { fault: string; message?: string }): object {
  return { __type: fault, message: message ?? 'the fault of a test' };
}

async function readCall(request: IncomingMessage): Promise<AwsCall> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const target = String(request.headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '')?.[1];
  return { operation: invoked ? `Invoke ${invoked}` : `${target}`, body: JSON.parse(text || '{}') };
}
