import { type QuietOrder, type QuietReport, runQuiet } from './quiet.ts';
import { type ReplayOrder, replay } from './replay.ts';
import type { Verdict } from './verdict.ts';

/** What a worker is asked for. */
export type Order =
  | { readonly kind: 'quiet'; readonly order: QuietOrder }
  | { readonly kind: 'replay'; readonly order: ReplayOrder };

/** What came of it. */
export type Report =
  | { readonly kind: 'quiet'; readonly report: QuietReport }
  | { readonly kind: 'replay'; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly message: string };

process.on('message', (order: Order) => void answer(order));

async function answer(asked: Order): Promise<void> {
  process.send?.(await carryOut(asked).catch(failure));
}

async function carryOut(asked: Order): Promise<Report> {
  if (asked.kind === 'quiet') return { kind: 'quiet', report: await runQuiet(asked.order) };
  return { kind: 'replay', verdict: await replay(asked.order) };
}

function failure(error: unknown): Report {
  return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
