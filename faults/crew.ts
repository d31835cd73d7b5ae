import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Schedules that a worker is handed at once. */
const BATCH = 40;

/** The SDK's advice to leave Node 20 is no part of the output. */
const ENVIRONMENT = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Processes that run schedules side by side, one for each core. */
export class Crew {
  readonly #workers: readonly ChildProcess[];

  constructor() {
    this.#workers = Array.from({ length: availableParallelism() }, () =>
      fork(WORKER, {
        execArgv: ['--max-semi-space-size=32', '--import', 'tsx'], // much is short-lived: less is collected in vain
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: ENVIRONMENT,
      }),
    );
  }

  /** Runs all schedules of an order, in no certain order. @param onReport told of each batch as it is done */
  async run({ ids, ...how }: Order, onReport: (report: Report) => void): Promise<void> {
    const batches: string[][] = [];
    for (let from = 0; from < ids.length; from += BATCH) batches.push(ids.slice(from, from + BATCH));
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let batch = batches.shift(); batch; batch = batches.shift()) {
          onReport(await ask(worker, { ...how, ids: batch }));
        }
      }),
    );
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
