import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { InvocationOutcome } from './invocation.ts';
import { exitedWith, timedOutAfter } from './invocation-failure.ts';
import { OutputLines } from './output-lines.ts';

/** What a process is started with. */
export interface ProcessStart {
  readonly environment: NodeJS.ProcessEnv;
  readonly taskRoot: string;
  readonly logStream: string;
  readonly log: (message: string) => void;
}

/** What one invocation tells the process. */
export interface InvocationOrder {
  readonly requestId: string;
  readonly event: unknown;
  readonly nowMs: number;
  readonly timeoutMs: number;
  readonly context: Readonly<Record<string, unknown>>;
}

type Answer = { requestId: string } & InvocationOutcome;

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.cjs', import.meta.url));

/** One process of one function: one invocation at a time, reused while it lives. */
export class FunctionProcess {
  readonly logStream: string;
  readonly log: (message: string) => void;
  readonly #child: ChildProcess;
  readonly #outputs: readonly OutputLines[];
  readonly #exited: Promise<void>;
  readonly #endMark = `\u0000end of invocation ${randomBytes(8).toString('hex')}\u0000`;
  #alive = true;
  #exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  #onAnswer: ((answer: Answer) => void) | undefined;

  constructor(start: ProcessStart) {
    this.logStream = start.logStream;
    this.log = start.log;
    this.#child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: start.taskRoot,
      env: start.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const { stdout, stderr } = this.#child;
    this.#outputs = [stdout, stderr].map((out) => new OutputLines(out as Readable, this.#endMark, start.log));
    this.#child.on('message', (answer) => this.#onAnswer?.(answer as Answer));
    this.#exited = this.#watchExit();
  }

  get alive(): boolean {
    return this.#alive;
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Runs one invocation to its end: an answer, the end of the process, or the time-out, which kills it. */
  async run(order: InvocationOrder): Promise<InvocationOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<'timed out'>((resolve) => {
      timer = setTimeout(() => resolve('timed out'), order.timeoutMs);
    });
    const answered = new Promise<Answer>((resolve) => {
      this.#onAnswer = resolve;
    });
    this.#tell(order);
    const first = await Promise.race([answered, this.#exited, timedOut]);
    clearTimeout(timer);
    this.#onAnswer = undefined;
    if (first === 'timed out') {
      await this.kill();
      return timedOutAfter(order);
    }
    if (first === undefined) return exitedWith(order.requestId, this.#exit);
    await Promise.all(this.#outputs.map((output) => output.upToMark()));
    return 'error' in first ? { error: first.error } : { payload: first.payload };
  }

  /** Ends the process with SIGKILL and waits until it is gone and its output read. */
  async kill(): Promise<void> {
    this.#alive = false;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #watchExit(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#alive = false;
        this.#exit = { code, signal };
        resolve();
      });
      this.#child.on('error', (error) => {
        this.log(`the process could not be run: ${error.message}`);
        if (this.#child.pid !== undefined) return;
        this.#alive = false;
        resolve();
      });
    });
  }

  /** A process that ended a moment ago cannot be told anything; its end is then the outcome. */
  #tell(order: InvocationOrder): void {
    if (this.#child.connected) this.#child.send({ ...order, endMark: this.#endMark }, () => undefined);
  }
}
