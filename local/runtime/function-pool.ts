import { randomBytes } from 'node:crypto';
import type { FunctionDefinition } from './function-definition.ts';
import { FunctionProcess, type InvocationOrder } from './function-process.ts';
import { type InvocationOutcome, InvocationRefusedError } from './invocation.ts';

/** What a pool needs to start a process. */
export interface PoolPlace {
  readonly taskRoot: string;
  readonly functionArn: string;
  environment(logStream: string): NodeJS.ProcessEnv;
  /** What writes a line to a log stream. */
  openLog(logStream: string): (message: string) => void;
  now(): Date;
}

/** The processes of one function with one definition: idle ones are used again, more are started as needed. */
export class FunctionPool {
  readonly #definition: FunctionDefinition;
  readonly #place: PoolPlace;
  readonly #idle: FunctionProcess[] = [];
  readonly #busy = new Set<FunctionProcess>();
  #drained = false;

  constructor(definition: FunctionDefinition, place: PoolPlace) {
    this.#definition = definition;
    this.#place = place;
  }

  get running(): number {
    return this.#busy.size;
  }

  get warm(): number {
    return this.#idle.filter(({ alive }) => alive).length;
  }

  /** @throws InvocationRefusedError when the reserved concurrency is used up. */
  async run(order: Omit<InvocationOrder, 'context'>): Promise<InvocationOutcome> {
    const { reservedConcurrency, logGroup } = this.#definition;
    if (reservedConcurrency !== undefined && this.#busy.size >= reservedConcurrency) {
      throw new InvocationRefusedError('TooManyRequestsException', 'Rate Exceeded.');
    }
    const running = this.#take();
    const { logStream, log } = running;
    const context = { logGroupName: logGroup, logStreamName: logStream, awsRequestId: order.requestId };
    this.#busy.add(running);
    const startedMs = performance.now();
    log(`START RequestId: ${order.requestId} Version: $LATEST`);
    const outcome = await running.run({ ...order, context: { ...this.#fixedContext, ...context } });
    this.#logEnd(running, order.requestId, { outcome, durationMs: performance.now() - startedMs });
    this.#busy.delete(running);
    await this.#putBack(running);
    return outcome;
  }

  /** Kills every process with a running invocation; how many there were. */
  async killRunning(): Promise<number> {
    const running = [...this.#busy];
    await Promise.all(running.map((one) => one.kill()));
    return running.length;
  }

  /** Starts nothing new from the old definition: idle processes end now, busy ones after their invocation. */
  async drain(): Promise<void> {
    this.#drained = true;
    await Promise.all(this.#idle.splice(0).map((one) => one.kill()));
  }

  async stop(): Promise<void> {
    await Promise.all([this.drain(), this.killRunning()]);
  }

  get #fixedContext(): Record<string, unknown> {
    const { name, memoryMegabytes } = this.#definition;
    return {
      functionName: name,
      functionVersion: '$LATEST',
      memoryLimitInMB: String(memoryMegabytes),
      invokedFunctionArn: this.#place.functionArn,
    };
  }

  #take(): FunctionProcess {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.alive) return idle;
    const day = this.#place.now().toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
    const start = {
      environment: this.#place.environment(logStream),
      taskRoot: this.#place.taskRoot,
      logStream,
      log: this.#place.openLog(logStream),
    };
    return new FunctionProcess(start);
  }

  async #putBack(used: FunctionProcess): Promise<void> {
    if (this.#drained) await used.kill();
    else if (used.alive) this.#idle.push(used);
  }

  #logEnd(
    { log }: FunctionProcess,
    requestId: string,
    end: { outcome: InvocationOutcome; durationMs: number },
  ): void {
    const { outcome, durationMs } = end;
    const failure = 'error' in outcome ? outcome.error : undefined;
    // A crash or time-out is reported by Lambda itself; an error that was thrown the runtime has written already.
    if (failure && !failure.trace) log(failure.errorMessage);
    log(`END RequestId: ${requestId}`);
    const memory = `Memory Size: ${this.#definition.memoryMegabytes} MB`;
    log(`REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\t${memory}`);
  }
}
