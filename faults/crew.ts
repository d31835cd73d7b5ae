import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

interface CrewOptions {
  /** Module of the workers: it answers each message with one. */
  readonly worker: URL;
  /** Arguments of Node. */
  readonly node?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Processes that carry out orders side by side, one for each core. */
export class Crew<Order extends object, Report> {
  readonly #workers: readonly ChildProcess[];

  constructor({ worker, node = [], environment = {} }: CrewOptions) {
    this.#workers = Array.from({ length: availableParallelism() }, () =>
      fork(fileURLToPath(worker), {
        execArgv: [...node, '--import', 'tsx'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        // The SDK's advice to leave Node 20 is no part of the output.
        env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment },
      }),
    );
  }

  /**
   * Carries out all orders, the first ones first. @param onReport told of each report as it comes, and ends everything
   * if it throws @returns reports in the order of the orders @throws Error if a worker ends
   */
  async carryOut(orders: readonly Order[], onReport: (report: Report) => void): Promise<Report[]> {
    const reports: Report[] = [];
    const queue = [...orders.entries()];
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          const report = await this.#ask(worker, next[1]);
          onReport(report);
          reports[next[0]] = report;
        }
      }),
    );
    return reports;
  }

  /** Sends the workers home. */
  stop(): void {
    for (const worker of this.#workers) worker.kill();
  }

  #ask(worker: ChildProcess, order: Order): Promise<Report> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`a worker ended with ${code}`));
      worker.once('exit', onExit);
      worker.once('message', (report: Report) => {
        worker.off('exit', onExit);
        resolve(report);
      });
      worker.send(order);
    });
  }
}
