import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** What the functions write to their log is no part of a replay, nor is the SDK's advice to leave Node 20. */
const ENVIRONMENT = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
};

/** Processes that live through days side by side, one for each core. */
export class Crew {
  readonly #workers: readonly ChildProcess[];

  constructor() {
    this.#workers = Array.from({ length: availableParallelism() }, () =>
      fork(WORKER, {
        execArgv: ['--import', 'tsx'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: ENVIRONMENT,
      }),
    );
  }

  /** Carries out all orders, the first ones first. @returns reports in the order of the orders @throws Error if one fails */
  async carryOut(orders: readonly Order[], onReport: (report: Report) => void): Promise<Report[]> {
    const reports: Report[] = [];
    const queue = [...orders.entries()];
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          const report = await ask(worker, next[1]);
          if (report.kind === 'failed') throw new Error(report.message);
          reports[next[0]] = report;
          onReport(report);
        }
      }),
    );
    return reports;
  }

  /** Sends the workers home. */
  stop(): void {
    for (const worker of this.#workers) worker.kill();
  }
}

function ask(worker: ChildProcess, order: Order): Promise<Report> {
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
