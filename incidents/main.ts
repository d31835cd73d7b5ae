import { Crew } from '../faults/crew.ts';
import { BASELINE_NAMES, type BaselineName, baselineOf } from './baselines.ts';
import { readTrace, recordedTraces } from './catalogue.ts';
import { BadArgumentError, parseCommandLine, type Request, USAGE } from './command-line.ts';
import type { QuietReport } from './quiet.ts';
import { EXCHANGES, type ExchangeName } from './setting.ts';
import { isGood, summarise } from './summary.ts';
import { tableOf } from './table.ts';
import { type Trace, TraceError } from './trace.ts';
import type { Verdict } from './verdict.ts';
import type { Order, Report } from './worker.ts';

type Run = Extract<Request, { kind: 'run' }>;

try {
  const request = parseCommandLine(process.argv.slice(2));
  if (request.kind === 'help') process.stdout.write(USAGE);
  else await run(request);
} catch (error) {
  if (!(error instanceof BadArgumentError) && !(error instanceof TraceError)) throw error;
  process.stderr.write(`incidents: ${error.message}\n`);
  process.exitCode = 2;
}

async function run({ json, seed, trace }: Run): Promise<void> {
  const startedAt = performance.now();
  const traces = trace === undefined ? recordedTraces() : [readTrace(trace)];
  const accounts = trace === undefined ? everyBaseline(seed) : accountsOf(traces);
  const crew = new Crew<Order, Report>({
    worker: new URL('worker.ts', import.meta.url),
    // What the functions write to their log is no part of a replay.
    environment: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
  });
  try {
    const quiet = await liveQuietly(crew, accounts, seed);
    const verdicts = await replayAll(crew, traces, { quiet, seed });
    const seconds = (performance.now() - startedAt) / 1000;
    const summary = summarise(quiet, verdicts, { traces, seed, seconds });
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : tableOf(summary));
    process.exitCode = isGood(summary) ? 0 : 1;
  } finally {
    crew.stop();
  }
}

type AccountOfBaseline = readonly [BaselineName, ExchangeName];

/** Every baseline, the exchanges in turn; seeds that follow on each other take the other exchange. Most to do first. */
function everyBaseline(seed: number): AccountOfBaseline[] {
  return [...BASELINE_NAMES]
    .sort((a, b) => ordersOf(b) - ordersOf(a))
    .map((baseline, index) => [baseline, EXCHANGES[(seed + index) % EXCHANGES.length] as ExchangeName]);
}

/** The accounts that a trace is replayed over. */
function accountsOf(traces: readonly Trace[]): AccountOfBaseline[] {
  return traces.flatMap((trace) =>
    trace.visible ? trace.exchanges.map((exchange) => [trace.baseline, exchange] as const) : [],
  );
}

function ordersOf(baseline: BaselineName): number {
  return baselineOf(baseline).orders?.perFiveMinutes ?? 0;
}

async function liveQuietly(
  crew: Crew<Order, Report>,
  accounts: readonly AccountOfBaseline[],
  seed: number,
): Promise<QuietReport[]> {
  progress(`quiet months of ${accounts.length} accounts`);
  const orders = accounts.map(
    ([baseline, exchange]): Order => ({ kind: 'quiet', order: { baseline, exchange, seed } }),
  );
  const reports = await crew.carryOut(orders, tellProgress);
  return reports.flatMap((report) => (report.kind === 'quiet' ? [report.report] : []));
}

async function replayAll(
  crew: Crew<Order, Report>,
  traces: readonly Trace[],
  { quiet, seed }: { quiet: readonly QuietReport[]; seed: number },
): Promise<Verdict[]> {
  const orders = traces.flatMap((trace): Order[] => {
    if (!trace.visible) return [];
    return trace.exchanges.map((exchange) => {
      // What a bot does is the same at both exchanges, and so is what is noted of it.
      const months = quiet.filter((one) => one.baseline === trace.baseline);
      const month = months.find((one) => one.exchange === exchange) ?? months[0];
      return { kind: 'replay', order: { trace, exchange, seed, notes: month?.notes ?? {} } };
    });
  });
  progress(`${orders.length} incidents`);
  const reports = await crew.carryOut(orders, tellProgress);
  return reports.flatMap((report) => (report.kind === 'replay' ? [report.verdict] : []));
}

/** @throws Error if an order could not be carried out */
function tellProgress(report: Report): void {
  if (report.kind === 'failed') throw new Error(report.message);
  if (report.kind === 'quiet')
    progress(
      `  ${report.report.baseline} at ${report.report.exchange}: ${report.report.falseAlarms.length} false alarms`,
    );
  if (report.kind === 'replay')
    progress(`  ${report.verdict.name}: ${report.verdict.detected ? 'detected' : 'NOT DETECTED'}`);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
