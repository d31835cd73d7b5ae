import { existsSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { MINUTE, START, startTestCloud, writeAssembly } from '../support/app.ts';
import { lambdaFunction, role } from '../support/resources.ts';

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** A cloud with one function, `work`. */
async function startWith(source: string, properties: object = {}): Promise<LocalCloud> {
  return await startTestCloud({
    stacks: { app: { Resources: { Role: role(), Work: lambdaFunction('work', properties) } } },
    assets: { work: source },
  });
}

describe('a function', () => {
  it('gets its event and context and gives its answer', async () => {
    const cloud = await startWith(
      `exports.handler = async (event, context) => ({ event, context: { ...context }, left: context.getRemainingTimeInMillis() });`,
      { Timeout: 7, MemorySize: 256 },
    );
    const { payload, requestId } = await cloud.functions.invoke('work', { a: [1] });
    expect(payload).toEqual({
      event: { a: [1] },
      context: expect.objectContaining({
        functionName: 'work',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:work',
        memoryLimitInMB: '256',
        awsRequestId: requestId,
        logGroupName: '/aws/lambda/work',
        logStreamName: expect.stringMatching(/^2026\/11\/20\/\[\$LATEST\][0-9a-f]{32}$/),
      }),
      left: expect.toSatisfy((ms: number) => ms > 5_000 && ms <= 7_000),
    });
  });

  it('has exactly the environment that the template and Lambda give', async () => {
    const cloud = await startWith('exports.handler = async () => process.env;', {
      Environment: { Variables: { OWN: 'value', COUNT: 3 } },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' },
    });
    const { payload } = await cloud.functions.invoke('work', {});
    expect(payload).toEqual({
      OWN: 'value',
      COUNT: '3',
      HOME: expect.stringContaining('work'),
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      _HANDLER: 'index.handler',
      LAMBDA_TASK_ROOT: expect.stringContaining('work'),
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'work',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/work',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: 'WARN',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SECRET_ACCESS_KEY: expect.any(String),
      AWS_SESSION_TOKEN: expect.any(String),
      AWS_ENDPOINT_URL: cloud.url,
    });
  });

  it('runs from a copy outside the repository', async () => {
    const cloud = await startWith(
      'exports.handler = async () => [__dirname === process.env.LAMBDA_TASK_ROOT, process.cwd() === __dirname];',
    );
    expect((await cloud.functions.invoke('work', {})).payload).toEqual([true, true]);
  });

  it('runs code that stands in the template', async () => {
    const cloud = await startWith('', { Code: { ZipFile: 'exports.handler = async () => "inline";' } });
    expect((await cloud.functions.invoke('work', {})).payload).toBe('inline');
  });

  it.each([
    ['a plain value', 'exports.handler = () => 5;', 5],
    ['nothing', 'exports.handler = async () => {};', null],
  ])('may return %s', async (_, source, expected) => {
    const cloud = await startWith(source);
    expect((await cloud.functions.invoke('work', {})).payload).toBe(expected);
  });

  it('sees the time of the cloud, which goes on while it runs', async () => {
    const cloud = await startWith(`
      const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      exports.handler = async () => {
        const first = Date.now();
        await wait(30);
        const date = new Date();
        return {
          first, passed: date.getTime() - first, call: Date().slice(4, 15),
          kinds: [date instanceof Date, date.constructor === Date, new Date(0).toISOString(), new Date(2020, 0).getFullYear(), Date.UTC(1970, 0)],
        };
      };`);
    const { payload } = await cloud.functions.invoke('work', {});
    await cloud.advance(3 * 24 * 60 * MINUTE);
    const later = (await cloud.functions.invoke('work', {})).payload as { first: number };
    expect(payload).toEqual({
      first: expect.toSatisfy((ms: number) => ms >= START.getTime() && ms < START.getTime() + 1_000),
      passed: expect.toSatisfy((ms: number) => ms >= 29 && ms < 1_000),
      call: 'Nov 20 2026',
      kinds: [true, true, '1970-01-01T00:00:00.000Z', 2020, 0],
    });
    expect(new Date(later.first).toISOString().slice(0, 16)).toBe('2026-11-23T10:00');
  });

  it('holds the time of the cloud until it has ended', async () => {
    const cloud = await startWith('exports.handler = () => new Promise((r) => setTimeout(r, 200));');
    const running = cloud.functions.invoke('work', {});
    await cloud.advance(60 * MINUTE);
    await running;
    const last = cloud.logs.events('/aws/lambda/work').at(-1);
    expect([last?.message.slice(0, 6), last?.timestampMs]).toEqual(['REPORT', START.getTime()]);
  });

  it('keeps its process between invocations', async () => {
    const cloud = await startWith(
      'let count = 0; exports.handler = async () => [process.pid, (count += 1)];',
    );
    const first = (await cloud.functions.invoke('work', {})).payload as number[];
    const second = (await cloud.functions.invoke('work', {})).payload as number[];
    expect(second).toEqual([first[0], 2]);
  });

  it('runs invocations at the same time in further processes', async () => {
    const cloud = await startWith(
      'exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); return process.pid; };',
    );
    const both = await Promise.all(
      [1, 2].map(async () => (await cloud.functions.invoke('work', {})).payload),
    );
    expect(new Set(both).size).toBe(2);
  });

  it('adds little to a warm invocation', async () => {
    const cloud = await startWith('exports.handler = async () => 1;');
    await cloud.functions.invoke('work', {});
    const startedMs = performance.now();
    for (let index = 0; index < 50; index += 1) await cloud.functions.invoke('work', {});
    expect((performance.now() - startedMs) / 50).toBeLessThan(20);
  });

  it('refuses more invocations than its reserved concurrency', async () => {
    const cloud = await startWith('exports.handler = () => new Promise((r) => setTimeout(r, 200));', {
      ReservedConcurrentExecutions: 1,
    });
    const running = cloud.functions.invoke('work', {});
    await expect(cloud.functions.invoke('work', {})).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    expect(await running).toMatchObject({ statusCode: 200 });
  });

  it('is refused by name when it does not exist', async () => {
    const cloud = await startWith('');
    await expect(cloud.functions.invoke('other', {})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a function that fails', () => {
  it.each<[string, string, object]>([
    [
      'throws',
      'exports.handler = async () => { throw new TypeError("no"); };',
      { errorType: 'TypeError', errorMessage: 'no', trace: expect.arrayContaining(['TypeError: no']) },
    ],
    [
      'rejects with a text',
      'exports.handler = async () => Promise.reject("no");',
      { errorType: 'string', errorMessage: 'no', trace: [] },
    ],
    [
      'exits',
      'exports.handler = async () => process.exit(3);',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/exited with error: exit status 3$/),
      },
    ],
    [
      'crashes outside its handler',
      'exports.handler = () => new Promise(() => setTimeout(() => { throw new Error("late"); }, 5));',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 1$/) },
    ],
    [
      'has no such handler',
      'exports.other = 1;',
      {
        errorType: 'Runtime.HandlerNotFound',
        errorMessage: 'index.handler is undefined or not exported',
        trace: expect.anything(),
      },
    ],
    [
      'has a handler with a callback',
      'exports.handler = (event, context, callback) => callback();',
      {
        errorType: 'Runtime.CallbackHandlerDeprecated',
        errorMessage: expect.any(String),
        trace: expect.anything(),
      },
    ],
    [
      'cannot be loaded',
      'require("./missing");',
      { errorType: 'Error', errorMessage: expect.stringContaining('missing'), trace: expect.anything() },
    ],
  ])('because it %s tells so and works on the next time', async (_, source, expected) => {
    const cloud = await startWith(source);
    const results = [await cloud.functions.invoke('work', {}), await cloud.functions.invoke('work', {})];
    expect(results).toEqual(
      [1, 2].map(() => ({
        requestId: expect.any(String),
        statusCode: 200,
        functionError: 'Unhandled',
        payload: expected,
      })),
    );
  });

  it('because it is killed in the middle starts anew the next time', async () => {
    const cloud = await startWith(
      'exports.handler = async ({ wait }) => { if (wait) { console.log("waiting"); await new Promise(() => setTimeout(() => {}, 1e6)); } return process.pid; };',
      { Timeout: 60 },
    );
    const before = (await cloud.functions.invoke('work', {})).payload;
    const waiting = cloud.functions.invoke('work', { wait: true });
    await vi.waitFor(() => expect(cloud.logs.lines('/aws/lambda/work')).toContain('waiting'));
    expect(await cloud.functions.kill('work')).toBe(1);
    expect(await waiting).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/signal: killed$/) },
    });
    expect((await cloud.functions.invoke('work', {})).payload).not.toBe(before);
    expect(await cloud.functions.kill('work')).toBe(0);
  });

  it('because it takes too long is killed', async () => {
    const cloud = await startWith('exports.handler = () => { for (;;); };', { Timeout: 1 });
    expect(await cloud.functions.invoke('work', {})).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
      },
    });
    expect(cloud.functions.list()).toEqual([expect.objectContaining({ running: 0, warm: 0 })]);
  });
});

describe('the log of a function', () => {
  it('has every line of both outputs, the last one unfinished, before the invocation ends', async () => {
    const cloud = await startWith(
      'exports.handler = async () => { console.log("one\\ntwo"); console.error("three"); process.stdout.write("four"); };',
    );
    await cloud.functions.invoke('work', {});
    const lines = cloud.logs.lines('/aws/lambda/work');
    expect(lines[0]).toMatch(/^START RequestId: /);
    expect(lines.slice(1, -2).sort()).toEqual(['four', 'one', 'three', 'two']);
    expect(lines.at(-2)).toMatch(/^END RequestId: /);
    expect(lines.at(-1)).toMatch(/^REPORT RequestId: .*Duration: /);
  });

  it('has the error that the handler threw, with all its fields, as on Lambda', async () => {
    const cloud = await startWith(
      'exports.handler = async () => { throw Object.assign(new Error("no"), { request: { header: "visible" } }); };',
    );
    await cloud.functions.invoke('work', {});
    const line = cloud.logs.lines('/aws/lambda/work').find((one) => one.includes('Invoke Error'));
    expect(JSON.parse(line?.split('\t').at(-1) ?? '')).toMatchObject({
      errorType: 'Error',
      errorMessage: 'no',
      request: { header: 'visible' },
    });
  });

  it('is lost, and that is reported, when the role may not write it', async () => {
    const bare = role();
    Object.assign((bare as { Properties: object }).Properties, { Policies: [] });
    const cloud = await startTestCloud({
      stacks: { app: { Resources: { Role: bare, Work: lambdaFunction('work') } } },
      assets: { work: 'exports.handler = async () => console.log("hello");' },
    });
    await cloud.functions.invoke('work', {});
    expect(cloud.logs.lines('/aws/lambda/work')).toEqual([]);
    expect(cloud.clock.errors().map(({ error }) => String(error))).toEqual([
      'Error: the role of work may not write to /aws/lambda/work: its log is lost',
    ]);
  });

  it('goes to the group that the template names, and metrics in it are taken out', async () => {
    const metric = {
      _aws: {
        Timestamp: START.getTime(),
        CloudWatchMetrics: [{ Namespace: 'App', Dimensions: [['Team']], Metrics: [{ Name: 'Sold' }] }],
      },
      Team: 'a',
      Sold: 3,
    };
    const cloud = await startTestCloud({
      stacks: {
        app: {
          Resources: {
            Role: role(),
            Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/own', RetentionInDays: 1 } },
            Work: lambdaFunction('work', { LoggingConfig: { LogGroup: { Ref: 'Log' } } }),
          },
        },
      },
      assets: {
        work: `exports.handler = async () => console.log(${JSON.stringify(JSON.stringify(metric))});`,
      },
    });
    await cloud.functions.invoke('work', {});
    const sold = { namespace: 'App', name: 'Sold', dimensions: { Team: 'a' } };
    const ofFunction = (name: string) => ({
      namespace: 'AWS/Lambda',
      name,
      dimensions: { FunctionName: 'work' },
    });
    const minute = { minute: START.toISOString(), minimum: 3, maximum: 3, sum: 3, sampleCount: 1 };
    expect(cloud.metrics.datapoints(sold)).toEqual([minute]);
    expect(
      ['Invocations', 'Errors'].map((name) => cloud.metrics.datapoints(ofFunction(name))[0]?.sum),
    ).toEqual([1, 0]);
    expect(cloud.logs.lines('/own')).toHaveLength(4);
    await cloud.advance(2 * 24 * 60 * MINUTE);
    expect(cloud.logs.lines('/own')).toEqual([]);
  });
});

describe('stopping the cloud', () => {
  it('leaves no process and no copied code behind', async () => {
    const cloud = await startWith(
      'exports.handler = async () => [process.pid, process.env.LAMBDA_TASK_ROOT];',
    );
    const [pid, folder] = (await cloud.functions.invoke('work', {})).payload as [number, string];
    await cloud.stop();
    expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]);
  });
});

describe('a changed function', () => {
  const app = (version: number) => ({
    stacks: {
      app: {
        Resources: {
          Role: role(),
          Work: lambdaFunction(`work${version}`, { FunctionName: 'work' }),
          Same: lambdaFunction('same'),
        },
      },
    },
    assets: {
      [`work${version}`]: `exports.handler = async () => [${version}, process.pid];`,
      same: 'exports.handler = async () => process.pid;',
    },
  });

  it('runs its new code in a new process, and an unchanged one keeps its process', async () => {
    const cloud = await startTestCloud(app(1));
    const invoke = async (name: string) => (await cloud.functions.invoke(name, {})).payload;
    const [version, pid] = (await invoke('work')) as [number, number];
    const same = await invoke('same');
    await cloud.deploy(writeAssembly(app(2)));
    expect([version, isRunning(pid)]).toEqual([1, false]);
    expect(await invoke('work')).toEqual([2, expect.not.toSatisfy((other: number) => other === pid)]);
    expect(await invoke('same')).toBe(same);
  });
});
