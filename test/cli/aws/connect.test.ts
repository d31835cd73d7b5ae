import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../cli/aws/connect.ts';
import type { Cloud } from '../../../cli/cloud.ts';
import { NotDoneError, traceOf } from '../../../cli/problem.ts';
import { Redacted } from '../../../lambda/core/redacted.ts';
import { type AwsAnswer, AwsServer } from './aws-server.ts';

const CANDIDATE = {
  keyId: 'bg_manager',
  secret: new Redacted('SECRET-4711'),
  passphrase: new Redacted('PASS'),
};

let server: AwsServer;
let url: string;
let cloud: Cloud;

beforeEach(async () => {
  server = new AwsServer();
  url = await server.start();
  cloud = await connect(url);
});

afterEach(async () => {
  await server.stop();
});

/** The error of a call that is expected to fail. */
async function faultOf(promise: Promise<unknown>): Promise<NotDoneError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof NotDoneError) return error;
  throw new Error(`expected a NotDoneError, got ${inspect(error)}`);
}

async function readAll(since = new Date(0)): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of cloud.audit.read(since)) lines.push(line);
  return lines;
}

describe('the place', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is where the local cloud is', async () => {
    expect(await cloud.findPlace()).toEqual({ region: 'us-east-1', localUrl: url });
  });

  it('is the Region that is set, and unknown if none is', async () => {
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    expect((await (await connect(undefined)).findPlace()).region).toBe('eu-west-1');
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    expect(await (await connect(undefined)).findPlace()).toEqual({});
  });
});

describe('operate functions', () => {
  it('are invoked by their fixed name with the request as it is', async () => {
    const started = { outcome: 'started', versionId: 'v-1', message: 'it has started' } as const;
    server.answer = () => ({ body: started });
    const request = { act: 'rotate', key: 'grid-bot', actor: 'ada@desk' } as const;
    expect(await cloud.operate.ask('main', request)).toEqual(started);
    expect(server.calls).toEqual([{ operation: 'Invoke rekey-main-operate', body: request }]);
  });

  it.each([
    { body: { outcome: 'begun' } },
    { body: null },
    { body: 'SECRET-4711' },
    { body: { outcome: 'status', status: { account: 'main' } } },
  ])('fail on an answer that is none: $body', async (answer) => {
    server.answer = () => answer;
    expect((await faultOf(cloud.operate.ask('main', { act: 'status' }))).message).toBe(
      'function rekey-main-operate answered in another form: deploy the version that this CLI is of',
    );
  });

  it.each([
    { body: { errorType: 'Error', errorMessage: 'Throttling' }, told: ' (Error, Throttling)' },
    {
      body: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 120 s' },
      told: ' (Sandbox.Timedout)',
    },
    { body: { errorType: 'Error', errorMessage: 'bad value: SECRET-4711 x' }, told: ' (Error)' },
    { body: null, told: '' },
  ])('tell of a failure no more than words of one piece: $told', async ({ body, told }) => {
    server.answer = () => ({ body, headers: { 'x-amz-function-error': 'Unhandled' } });
    expect((await faultOf(cloud.operate.ask('main', { act: 'status' }))).message).toBe(
      `function rekey-main-operate failed${told}: see its log, /aws/lambda/rekey-main-operate`,
    );
  });

  it.each(['cut off', { fault: 'ServiceException', status: 500 }] satisfies AwsAnswer[])(
    'are asked once, as an order must not be given twice: %j',
    async (answer) => {
      server.answer = () => answer;
      await faultOf(cloud.operate.ask('main', { act: 'rotate', key: 'grid-bot', actor: 'ada@desk' }));
      expect(server.calls).toHaveLength(1);
    },
  );

  it('leave an order in doubt when no answer comes', async () => {
    server.answer = () => 'cut off';
    const order = cloud.operate.ask('main', { act: 'rotate', key: 'grid-bot', actor: 'ada@desk' });
    expect((await faultOf(order)).message).toBe(
      'no answer came to lambda:InvokeFunction: it may have been done all the same; look first: npm run rekey -- status main',
    );
    expect((await faultOf(cloud.operate.ask('main', { act: 'status' }))).message).toBe(
      'no answer came to lambda:InvokeFunction: try again',
    );
  });
});

describe('manager secrets', () => {
  it('get a pending version under a fresh token, which is its id', async () => {
    const first = await cloud.managers.put('main', CANDIDATE);
    const second = await cloud.managers.put('main', CANDIDATE);
    expect(first).not.toBe(second);
    expect(server.calls).toEqual(
      [first, second].map((ClientRequestToken) => ({
        operation: 'PutSecretValue',
        body: {
          ClientRequestToken,
          SecretId: 'rekey/main/manager',
          SecretString: '{"apiKey":"bg_manager","secret":"SECRET-4711","password":"PASS"}',
          VersionStages: ['AWSPENDING'],
        },
      })),
    );
  });

  it('store once under one token when the first answer is lost', async () => {
    server.answer = () => (server.calls.length === 1 ? 'cut off' : { body: {} });
    const versionId = await cloud.managers.put('main', CANDIDATE);
    expect(server.calls.map(({ body }) => body.ClientRequestToken)).toEqual([versionId, versionId]);
  });

  it('show nothing of the key when AWS quotes it in a fault', async () => {
    server.answer = () => ({
      fault: 'ValidationException',
      status: 400,
      message: "Value 'SECRET-4711' is too odd",
    });
    const error = await faultOf(cloud.managers.put('main', CANDIDATE));
    expect(error.message).toBe(
      'secretsmanager:PutSecretValue on secret rekey/main/manager failed: ValidationException',
    );
    const trace = traceOf(error);
    expect(trace).toContain('ValidationException');
    expect(trace.join('\n')).not.toContain('SECRET-4711');
  });
});

describe('audit log', () => {
  it('is read page by page to its end, over empty pages', async () => {
    const pages = [
      { events: [{ message: 'one' }, { message: 'two' }], nextToken: 'a' },
      { events: [], nextToken: 'b' },
      { events: [{ message: 'three' }] },
    ];
    server.answer = () => ({ body: pages[server.calls.length - 1] });
    expect(await readAll(new Date(1_700_000_000_000))).toEqual(['one', 'two', 'three']);
    const asked = { logGroupName: '/aws/events/rekey-audit', startTime: 1_700_000_000_000 };
    expect(server.calls.map(({ body }) => body)).toEqual([
      asked,
      { ...asked, nextToken: 'a' },
      { ...asked, nextToken: 'b' },
    ]);
  });

  it('fails in one line when the group does not exist', async () => {
    server.answer = () => ({ fault: 'ResourceNotFoundException', status: 400 });
    expect((await faultOf(readAll())).message).toContain(
      'log group /aws/events/rekey-audit is not in the local cloud',
    );
  });
});

describe('the local cloud', () => {
  it('is told from a function that is not in it', async () => {
    server.answer = () => ({ fault: 'ResourceNotFoundException', status: 404 });
    expect((await faultOf(cloud.operate.ask('main', { act: 'status' }))).message).toBe(
      'function rekey-main-operate is not in the local cloud: start it with npm run local and the same configuration',
    );
  });

  it('is started with a command that the CLI tells when it does not answer', async () => {
    await server.stop();
    expect((await faultOf(cloud.operate.ask('main', { act: 'status' }))).message).toBe(
      `the local cloud does not answer at ${url}: start it with npm run local`,
    );
    await server.start();
  });
});
