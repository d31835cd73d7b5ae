import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from './aws/connect.ts';
import { findTarget } from './aws/target.ts';
import { readDeclared } from './declared.ts';
import { openTerminal } from './terminal.ts';
import type { Host, Interrupt } from './verb.ts';

const DEFAULT_CONFIG = 'rekey.config.ts';

/** The world of a CLI that was started on this machine. */
export function thisMachine({ stdin, stdout, stderr, env }: NodeJS.Process): Host {
  return {
    terminal: openTerminal({ stdin, stdout, stderr, env }),
    now: () => new Date(),
    pause: (ms, signal) => sleep(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined),
    catchInterrupt,
    actor: `${userName()}@${hostname()}`.slice(0, 256),
    debug: env.REKEY_DEBUG === '1',
    readDeclared: async ({ config, local }) => readDeclared(config ?? (await findConfig(local))),
    connect,
  };
}

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C may come several times: from the terminal, from npm, from tsx. */
const SAME_INTERRUPT_MS = 1_000;

/** A terminal that is closed never ends the program: nobody has asked for that again. */
function catchInterrupt(): Interrupt {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const onInterrupt = (name: NodeJS.Signals) => {
    const nowMs = Date.now();
    firstMs ??= nowMs;
    controller.abort();
    if (name === 'SIGHUP' || nowMs - firstMs < SAME_INTERRUPT_MS) return;
    release();
    process.kill(process.pid, name);
  };
  const release = () => {
    for (const name of INTERRUPTS) process.off(name, onInterrupt);
  };
  for (const name of INTERRUPTS) process.on(name, onInterrupt);
  return { signal: controller.signal, release };
}

/** The local cloud tells what it runs; its names are others than those of this folder's configuration. */
async function findConfig(local: string | undefined): Promise<string> {
  const target = await findTarget(local);
  return target.local?.config ?? DEFAULT_CONFIG;
}

/** A container may run under an id that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
