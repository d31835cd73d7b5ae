import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Exit codes that are no failure. @default [0] */
  readonly accept?: readonly number[];
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What this run has started; each leads a process group, so that what it starts in turn ends with it. */
const running = new Set<ChildProcess>();

/** The only variables of this process that others see: no proxy, no AWS profile, no endpoint comes along. */
export function bareEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TMPDIR: home,
    NODE_NO_WARNINGS: '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** Starts a process that goes on until `endProcess` or `endAll`. */
export function startProcess(command: readonly string[], environment: Record<string, string>): ChildProcess {
  const [file = '', ...words] = command;
  const child = spawn(file, words, { env: environment, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Runs a process to its end. @throws Error with the end of what it said if its exit code is not accepted */
export async function run(command: readonly string[], options: RunOptions): Promise<Ended> {
  const child = startProcess(command, options.environment);
  child.stdin?.on('error', () => undefined).end(options.input ?? '');
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve, reject) =>
      child.once('error', reject).once('close', (exit) => resolve(exit ?? -1)),
    ),
  ]);
  if ((options.accept ?? [0]).includes(code)) return { code, stdout, stderr };
  const shown = command.map((word) => word.slice(0, 200)).join(' ');
  throw new Error(`${shown} ended with ${code}:\n${`${stdout}\n${stderr}`.trim().slice(-3000)}`);
}

/** Ends a process and everything that it started. Ending it again does nothing. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), 3000);
  signalGroup(child, 'SIGTERM');
  await ended;
  clearTimeout(insist);
}

/** Ends whatever is left, at once: for the end of this process. */
export function endAll(): void {
  for (const child of running) signalGroup(child, 'SIGKILL');
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = '';
  for await (const chunk of stream ?? []) all += String(chunk);
  return all;
}
