import { parseArgs } from 'node:util';
import { captureOutput } from '../faults/capture.ts';
import { countCalls } from './calls.ts';
import { measureColdStart } from './cold-start.ts';
import { measureKillSwitch } from './kill-switch.ts';
import { measureReconcile } from './reconcile.ts';
import { measureRoundTrips } from './round-trips.ts';

const USAGE = 'usage: npm run bench [-- --json]\n';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const json = readArguments();
progress('counting remote calls');
const calls = { bitget: await countCalls('bitget'), binance: await countCalls('binance') };
progress('one rotation with 50 ms a call');
const roundTrips = await measureRoundTrips('bitget');
progress('cold starts of bundles');
const coldStart = measureColdStart();
progress('the kill switch over 1,000 keys on 10 exchange accounts');
const killSwitch = await silently(measureKillSwitch);
progress('a reconcile pass over 10,000 keys');
const reconcile = {
  bitget: rounded(await silently(() => measureReconcile('bitget'))),
  binance: rounded(await silently(() => measureReconcile('binance'))),
};

const summary = {
  callsPerRotation: calls.bitget.rotation,
  baselineCallsPerRotation: calls.bitget.baselineRotation,
  callsPerRevocation: calls.bitget.revocation,
  baselineCallsPerRevocation: calls.bitget.baselineRevocation,
  callsPerIdleReconcile: calls.bitget.idleReconcile,
  calls,
  rotationMsOverRoundTrips: round(roundTrips.ratio),
  coldStartRatio: round(coldStart.ratio),
  bundleKb: Math.round(coldStart.bundleKb),
  baselineBundleKb: Math.round(coldStart.baselineKb),
  killSwitchRatio: round(killSwitch.ratio),
  killSwitch: { ...killSwitch, ratio: round(killSwitch.ratio), ratios: rounded(killSwitch.ratios) },
  reconcile,
};
if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
else
  for (const [name, value] of Object.entries(summary))
    process.stdout.write(`${name.padEnd(28)} ${show(value)}\n`);

function readArguments(): boolean {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values.json;
  } catch {
    process.stderr.write(USAGE);
    process.exit(2);
  }
}

/** What the functions log is not what is measured. */
async function silently<T>(measure: () => Promise<T>): Promise<T> {
  const release = captureOutput(() => undefined);
  try {
    return await measure();
  } finally {
    release();
  }
}

function rounded<T extends object>(figures: T): T {
  const entries = Object.entries(figures).map(([name, figure]) => [name, round(figure as number)]);
  return Object.fromEntries(entries) as T;
}

function progress(text: string): void {
  process.stderr.write(`${text} ...\n`);
}

function show(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function round(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}
