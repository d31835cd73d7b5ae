import { randomUUID } from 'node:crypto';
import { functionArn, logGroupArn, type Place } from '../arn.ts';
import type { MovableClock } from '../clock.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import { type PolicyDocument, parsePolicy } from '../iam/policy-document.ts';
import type { Principals } from '../iam/principals.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { checkTemplateEnvironment, functionEnvironment } from './function-environment.ts';
import { FunctionPool } from './function-pool.ts';
import { type InvocationOutcome, InvocationRefusedError, type InvocationResult } from './invocation.ts';
import { TaskRoots } from './task-root.ts';

interface FunctionDependencies {
  readonly place: Place;
  readonly clock: MovableClock;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  readonly principals: Principals;
  readonly authorizer: Authorizer;
  /** Address of the gateway; known once it listens. */
  endpointUrl(): string;
  /** Told the cloud's time just before each invocation. */
  beforeInvoke?(now: Date): void;
}

interface LocalFunction {
  definition: FunctionDefinition;
  pool: FunctionPool;
  readonly arn: string;
  /** Statements of the function's resource policy by their id. */
  readonly permissions: Map<string, PolicyDocument['Statement'][number]>;
}

/** One function as `list` shows it. */
export interface FunctionSummary {
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  readonly logGroup: string;
  /** Invocations that run now. */
  readonly running: number;
  /** Processes that wait for the next invocation. */
  readonly warm: number;
}

/** Every function of the templates, each invocation in a process of its function's own. */
export class Functions {
  readonly #dependencies: FunctionDependencies;
  readonly #taskRoots = new TaskRoots();
  readonly #byName = new Map<string, LocalFunction>();

  constructor(dependencies: FunctionDependencies) {
    this.#dependencies = dependencies;
  }

  /** Makes the function, or replaces its definition: the next invocation runs in a new process. */
  async put(definition: FunctionDefinition): Promise<string> {
    const { name } = definition;
    checkTemplateEnvironment(definition.environment);
    const { logs, place } = this.#dependencies;
    if (!logs.has(definition.logGroup)) logs.putGroup(definition.logGroup);
    const known = this.#byName.get(name);
    await known?.pool.drain();
    const arn = known?.arn ?? functionArn(place, name);
    const permissions = known?.permissions ?? new Map();
    this.#byName.set(name, { definition, arn, permissions, pool: this.#pool(definition, arn) });
    return arn;
  }

  async remove(name: string): Promise<void> {
    const removed = this.#byName.get(name);
    this.#byName.delete(name);
    await removed?.pool.stop();
  }

  /** Adds a statement to the function's resource policy, or replaces the one with this id. */
  permit(functionName: string, statementId: string, statement: unknown): void {
    const [parsed] = parsePolicy({ Statement: [statement] }).Statement;
    if (parsed) this.get(functionName).permissions.set(statementId, parsed);
  }

  withdrawPermission(functionName: string, statementId: string): void {
    this.find(functionName)?.permissions.delete(statementId);
  }

  /** Found by name, ARN or ARN with `:$LATEST`. */
  find(nameOrArn: string): LocalFunction | undefined {
    const name = nameOrArn.replace(/^arn:aws:lambda:[^:]*:\d*:function:/, '').replace(/:\$LATEST$/, '');
    return this.#byName.get(name);
  }

  /** @throws InvocationRefusedError ResourceNotFoundException. */
  get(nameOrArn: string): LocalFunction {
    const found = this.find(nameOrArn);
    if (found) return found;
    throw new InvocationRefusedError('ResourceNotFoundException', `Function not found: ${nameOrArn}`);
  }

  resourcePolicy(nameOrArn: string): PolicyDocument {
    return { Statement: [...this.get(nameOrArn).permissions.values()] };
  }

  /** Whether the function exists and its permissions let a service invoke it for `sourceArn`. */
  admits(nameOrArn: string, service: string, sourceArn?: string): boolean {
    const found = this.find(nameOrArn);
    if (!found) return false;
    const access = { action: 'lambda:InvokeFunction', resource: found.arn };
    const resourcePolicy = this.resourcePolicy(found.arn);
    return this.#dependencies.authorizer.admitsService(service, sourceArn, { ...access, resourcePolicy });
  }

  /**
   * Runs a function and waits for its end. Time stands still for `advance` until then.
   *
   * @throws InvocationRefusedError when there is no such function or its reserved concurrency is used up.
   */
  async invoke(
    nameOrArn: string,
    payload: unknown,
    requestId: string = randomUUID(),
  ): Promise<InvocationResult> {
    const called = this.get(nameOrArn);
    const work = this.#run(called, payload, requestId);
    this.#dependencies.clock.hold(work);
    return await work;
  }

  /** Kills with SIGKILL every process of the function that runs an invocation; how many there were. */
  async kill(nameOrArn: string): Promise<number> {
    return await this.get(nameOrArn).pool.killRunning();
  }

  list(): FunctionSummary[] {
    return [...this.#byName.values()].map(({ definition, arn, pool }) => ({
      name: definition.name,
      arn,
      runtime: definition.runtime,
      logGroup: definition.logGroup,
      running: pool.running,
      warm: pool.warm,
    }));
  }

  /** Kills every process and removes the copied code. */
  async stop(): Promise<void> {
    await Promise.all([...this.#byName.values()].map(({ pool }) => pool.stop()));
    this.#taskRoots.remove();
  }

  async #run(
    { definition, pool }: LocalFunction,
    event: unknown,
    requestId: string,
  ): Promise<InvocationResult> {
    const { clock, beforeInvoke } = this.#dependencies;
    const now = clock.now();
    beforeInvoke?.(now);
    const { timeoutMs } = definition;
    try {
      const outcome = await pool.run({ requestId, event, timeoutMs, nowMs: now.getTime() });
      this.#count(definition.name, { Invocations: 1, Errors: 'error' in outcome ? 1 : 0, Throttles: 0 });
      return resultOf(requestId, outcome);
    } catch (error) {
      if (error instanceof InvocationRefusedError) this.#count(definition.name, { Throttles: 1 });
      throw error;
    }
  }

  #count(functionName: string, metrics: Readonly<Record<string, number>>): void {
    const { clock, metrics: store } = this.#dependencies;
    for (const [name, value] of Object.entries(metrics)) {
      const dimensions = { FunctionName: functionName };
      store.record({
        namespace: 'AWS/Lambda',
        name,
        dimensions,
        values: [value],
        timestampMs: clock.nowMs(),
      });
    }
  }

  #pool(definition: FunctionDefinition, arn: string): FunctionPool {
    const { place, clock, principals, endpointUrl } = this.#dependencies;
    const taskRoot = this.#taskRoots.make(definition.name, definition.code);
    const credentials = principals.ofFunction(definition.name, definition.roleArn);
    const { region } = place;
    return new FunctionPool(definition, {
      taskRoot,
      functionArn: arn,
      environment: (logStream) =>
        functionEnvironment(definition, {
          region,
          taskRoot,
          logStream,
          credentials,
          endpointUrl: endpointUrl(),
        }),
      openLog: (stream) => this.#openLog(definition, stream),
      now: () => clock.now(),
    });
  }

  /** As on AWS, lines that the function's role may not write are lost; here at least that is reported. */
  #openLog({ name, logGroup, roleArn }: FunctionDefinition, stream: string): (message: string) => void {
    const { logs, clock, place, authorizer } = this.#dependencies;
    const resource = `${logGroupArn(place, logGroup)}:log-stream:${stream}`;
    if (!authorizer.mayAsRole('lambda.amazonaws.com', roleArn, { action: 'logs:PutLogEvents', resource })) {
      clock.report(
        new Error(`the role of ${name} may not write to ${logGroup}: its log is lost`),
        'function log',
      );
      return () => undefined;
    }
    return (message) => {
      if (!logs.has(logGroup)) logs.putGroup(logGroup);
      logs.append({ group: logGroup, stream }, message);
    };
  }
}

function resultOf(requestId: string, outcome: InvocationOutcome): InvocationResult {
  if ('error' in outcome) {
    return { requestId, statusCode: 200, functionError: 'Unhandled', payload: outcome.error };
  }
  return { requestId, statusCode: 200, payload: JSON.parse(outcome.payload) };
}
