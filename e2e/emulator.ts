import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificate } from './certificate.ts';
import { freePort } from './free-port.ts';
import { bareEnvironment, endProcess, startProcess } from './process.ts';
import type { Python } from './python.ts';
import { signRequest } from './sign-request.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
/** The emulator's root user. */
export const ROOT_KEY = { accessKeyId: 'test', secretAccessKey: 'test' };

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A running MiniStack. It checks signatures and policies, and speaks TLS. */
export interface Emulator {
  readonly url: string;
  /** For processes that are to call it as root. */
  readonly environment: Readonly<Record<string, string>>;
  /** For clients of the SDK in this process. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof ROOT_KEY;
    readonly requestHandler: { readonly httpsAgent: Agent };
  };
  /** Calls an action of a service that speaks in forms and XML. @throws Error with its answer if it refuses */
  query(service: 'cloudformation' | 'ec2' | 'iam', form: Readonly<Record<string, string>>): Promise<string>;
  /** Calls an action of a service that speaks JSON. @throws Error with its answer if it refuses */
  json(service: string, target: string, input: object): Promise<Record<string, unknown>>;
  /** Sends a request without a signature, for the emulator's own routes. */
  send(method: 'GET' | 'POST' | 'PUT', url: string, body?: string): Promise<Answer>;
  /** Forgets everything, as if started anew. */
  reset(): Promise<void>;
  /** The end of what it logged, for a failure. */
  log(): string;
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  readonly python: Python;
  /** Empty folder for everything that it and the CDK CLI write. */
  readonly folder: string;
  /** Where the functions find Secrets Manager. */
  readonly secretsManagerUrl: string;
}

/** Starts MiniStack on a free port of 127.0.0.1. @throws Error with its log if it is not ready in 30 seconds */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { python, folder } = options;
  const { certificateFile, keyFile } = await makeCertificate(folder, python);
  const port = await freePort();
  const child = startProcess([python.bin('ministack')], {
    ...bareEnvironment(folder),
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: certificateFile,
    MINISTACK_SSL_KEY: keyFile,
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    IOT_MTLS_ENABLED: '0',
    AWS_ACCESS_KEY_ID: ROOT_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_KEY.secretAccessKey,
    // Inherited by every function, in place of the emulator's own Secrets Manager.
    AWS_ENDPOINT_URL_SECRETS_MANAGER: options.secretsManagerUrl,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log = `${log}${String(chunk)}`.slice(-20_000);
    });
  }
  const connection = new Connection(port, certificateFile);
  const emulator = present(connection, { certificateFile, folder });
  const stop = async () => {
    connection.agent.destroy();
    await endProcess(child);
  };
  try {
    await untilReady(connection, () => child.exitCode !== null);
  } catch {
    await stop();
    throw new Error(`MiniStack did not start:\n${log.slice(-2000)}`);
  }
  return { ...emulator, stop, log: () => log };
}

async function untilReady(connection: Connection, hasEnded: () => boolean): Promise<void> {
  const until = Date.now() + 30_000;
  while (!hasEnded() && Date.now() < until) {
    const answer = await connection.send('GET', '/_ministack/health').catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(150);
  }
  throw new Error('not ready');
}

function present(
  connection: Connection,
  { certificateFile, folder }: { certificateFile: string; folder: string },
): Omit<Emulator, 'stop' | 'log'> {
  const { url, agent } = connection;
  return {
    url,
    environment: {
      ...bareEnvironment(folder),
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: ROOT_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_KEY.secretAccessKey,
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CA_BUNDLE: certificateFile,
      NODE_EXTRA_CA_CERTS: certificateFile,
      CDK_DISABLE_VERSION_CHECK: '1',
      CI: '1',
    },
    client: { endpoint: url, region: REGION, credentials: ROOT_KEY, requestHandler: { httpsAgent: agent } },
    query: (service, form) => connection.query(service, form),
    json: (service, target, input) => connection.json(service, target, input),
    send: (method, to, body) => connection.send(method, to, { body }),
    reset: async () => {
      await connection.send('POST', '/_ministack/reset');
    },
  };
}

const API_VERSIONS = { cloudformation: '2010-05-15', ec2: '2016-11-15', iam: '2010-05-08' };

/** Requests to the emulator that no SDK makes. */
class Connection {
  readonly url: string;
  readonly agent: Agent;
  readonly #host: string;

  constructor(port: number, certificateFile: string) {
    this.#host = `127.0.0.1:${port}`;
    this.url = `https://${this.#host}`;
    this.agent = new Agent({ ca: readFileSync(certificateFile), keepAlive: true });
  }

  async query(service: keyof typeof API_VERSIONS, form: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams({ Version: API_VERSIONS[service], ...form }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    return await this.#signed(service, headers, body);
  }

  async json(service: string, target: string, input: object): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const answer = await this.#signed(service, headers, JSON.stringify(input));
    return answer === '' ? {} : (JSON.parse(answer) as Record<string, unknown>);
  }

  async send(
    method: string,
    to: string,
    { body = '', headers = {} }: { body?: string | undefined; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { agent } = this;
    return await new Promise((resolve, reject) => {
      const sent = request(new URL(to, this.url), { method, agent, headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          answer += text;
        });
        response
          .on('error', reject)
          .on('end', () => resolve({ status: response.statusCode ?? 0, body: answer }));
      });
      sent.once('error', reject).end(body);
    });
  }

  async #signed(service: string, headers: Record<string, string>, body: string): Promise<string> {
    const signable = { service, host: this.#host, region: REGION, headers, body };
    const { host: _host, ...signed } = signRequest(signable, ROOT_KEY, new Date());
    const answer = await this.send('POST', '/', { body, headers: signed });
    if (answer.status < 300) return answer.body;
    throw new EmulatorRefusal(`${service} answers ${answer.status}: ${answer.body.slice(0, 2000)}`);
  }
}

/** The emulator understood and said no. */
export class EmulatorRefusal extends Error {
  override readonly name = 'EmulatorRefusal';
}
