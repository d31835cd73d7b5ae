import { PassThrough } from 'node:stream';
import { Declared } from '../../cli/declared.ts';
import { runCli } from '../../cli/main.ts';
import { openTerminal } from '../../cli/terminal.ts';
import type { ExitCode, Host } from '../../cli/verb.ts';
import type { AccountStatus, KeyStatus } from '../../lambda/operate-protocol.ts';
import type { MemoryCloud } from './memory-cloud.ts';
import { MemoryTime } from './memory-time.ts';

const ACTOR = 'ada@desk';

const DECLARED = new Declared('rekey.config.ts', [
  {
    name: 'main',
    exchange: 'bitget',
    keys: [
      { name: 'grid-bot', subAccount: '1111' },
      { name: 'tax-tool', subAccount: '2222' },
    ],
  },
  { name: 'backup', exchange: 'binance', keys: [{ name: 'hedge', subAccount: 'hedge@example.com' }] },
]);

/** What a person types at a question, by the beginning of the question. */
export type Script = readonly (readonly [question: string, typed: string])[];

export interface Run {
  readonly cloud?: MemoryCloud;
  /** Piped in; absent: nothing is. */
  readonly stdin?: string;
  /** Present: there is a person at a terminal. */
  readonly script?: Script;
  readonly env?: Record<string, string>;
  readonly isColoured?: boolean;
  readonly host?: Partial<Host>;
}

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process against the cloud in memory. */
export async function rekey(command: string, run: Run = {}): Promise<Ran> {
  const { cloud, script, env = {} } = run;
  const stdin = Object.assign(new PassThrough(), { isTTY: script !== undefined });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [textOf(stdout), textOf(stderr)];
  if (script) play(script, stdin, stderr);
  else stdin.end(run.stdin ?? '');
  const time = cloud?.time ?? new MemoryTime();
  const host: Host = {
    terminal: openTerminal({
      stdin,
      stdout: Object.assign(stdout, { isTTY: run.isColoured === true }),
      stderr,
      env,
    }),
    now: time.now,
    pause: time.pause,
    catchInterrupt: time.catchInterrupt,
    actor: ACTOR,
    debug: false,
    readDeclared: async () => DECLARED,
    connect: async () => {
      if (!cloud) throw new Error('this command line must not connect');
      return cloud;
    },
    ...run.host,
  };
  const code = await runCli(command.split(' ').filter(Boolean), host);
  return { code, out: out(), err: err() };
}

function textOf(stream: PassThrough): () => string {
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

/** Types each answer once its question is on the screen. */
function play(script: Script, stdin: PassThrough, screen: PassThrough): void {
  const left = [...script];
  let shown = '';
  screen.on('data', (chunk) => {
    shown += chunk;
    const [next] = left;
    if (!next || !shown.includes(next[0])) return;
    left.shift();
    shown = '';
    setImmediate(() => stdin.write(next[1]));
  });
}

/** An account that is as declared, with one key. */
export function accountStatus(changes: Partial<AccountStatus> = {}): AccountStatus {
  return {
    account: 'main',
    exchange: 'bitget',
    environment: 'live',
    manager: 'Accepted',
    keys: [keyStatus(), keyStatus({ key: 'tax-tool', secretName: 'rekey/main/tax-tool' })],
    foreignKeys: [],
    unseen: [],
    ...changes,
  };
}

/** A key that is as declared. */
export function keyStatus(changes: Partial<KeyStatus> = {}): KeyStatus {
  return {
    key: 'grid-bot',
    secretName: 'rekey/main/grid-bot',
    state: 'Current',
    keyId: 'bg_1234…abcd',
    issuedAt: '2026-11-09T08:00:00Z',
    nextRotationAt: '2026-12-09T08:00:00Z',
    retiring: [],
    readers: [],
    findings: [],
    ...changes,
  };
}
