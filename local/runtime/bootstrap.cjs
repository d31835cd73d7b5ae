'use strict';
/**
 * Runs inside each function's process: loads the handler, sets its clock, answers invocations over IPC.
 * Plain CommonJS without imports of the project, as nothing of the project may reach the function.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const RealDate = Date;
let offsetMs = 0;
let loading;

installClock();
process.on('message', (order) => void answer(order));
process.on('disconnect', () => process.exit(0));

/** `Date` shows the cloud's time and goes on with real time from there. */
function installClock() {
  const now = () => RealDate.now() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parts, newTarget) =>
      Reflect.construct(target, parts.length ? parts : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  // So that a date's own constructor tells the same time.
  Object.defineProperty(RealDate.prototype, 'constructor', { value: globalThis.Date });
}

async function answer(order) {
  offsetMs = order.nowMs - RealDate.now();
  const outcome = await run(order);
  // On a pipe these writes are synchronous, so all that the handler wrote stands before the mark.
  process.stdout.write(order.endMark);
  process.stderr.write(order.endMark);
  process.send({ requestId: order.requestId, ...outcome });
}

async function run(order) {
  try {
    loading ??= load(process.env._HANDLER, process.env.LAMBDA_TASK_ROOT);
    const handler = await loading;
    const payload = await handler(order.event, contextOf(order));
    return { payload: JSON.stringify(payload === undefined ? null : payload) };
  } catch (error) {
    logFailure(order.requestId, error);
    return { error: describe(error) };
  }
}

/** Lambda's runtime writes every error that a handler throws to the log, with all its own fields. */
function logFailure(requestId, error) {
  const timestamp = new RealDate(RealDate.now() + offsetMs).toISOString();
  const { errorType, errorMessage, trace } = describe(error);
  const shown = { errorType, errorMessage, ...(error instanceof Error ? error : {}), stack: trace };
  const line =
    process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON'
      ? JSON.stringify({ timestamp, level: 'ERROR', requestId, message: shown })
      : `${timestamp}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify(shown)}`;
  process.stderr.write(`${line}\n`);
}

async function load(handlerName, taskRoot) {
  const dot = handlerName.lastIndexOf('.');
  const base = join(taskRoot, handlerName.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs']
    .map((ending) => base + ending)
    .find((candidate) => existsSync(candidate));
  if (!file)
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${handlerName.slice(0, dot)}'`);
  const module = file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : require(file);
  const handler = module[handlerName.slice(dot + 1)];
  if (typeof handler !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  if (handler.length >= 3) {
    throw named('Runtime.CallbackHandlerDeprecated', 'callback handlers are not supported; return a promise');
  }
  return handler;
}

function contextOf(order) {
  const deadlineMs = RealDate.now() + order.timeoutMs;
  return {
    ...order.context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - RealDate.now()),
  };
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}
