import { hostname, userInfo } from 'node:os';
import { connect } from './aws/connect.ts';
import { findTarget } from './aws/target.ts';
import { readDeclared } from './declared.ts';
import { openTerminal } from './terminal.ts';
import type { Host } from './verb.ts';

const DEFAULT_CONFIG = 'rekey.config.ts';

/** The world of a CLI that was started on this machine. */
export function thisMachine({ stdin, stdout, stderr, env }: NodeJS.Process): Host {
  return {
    terminal: openTerminal({ stdin, stdout, stderr, env }),
    now: () => new Date(),
    actor: `${userName()}@${hostname()}`.slice(0, 256),
    debug: env.REKEY_DEBUG === '1',
    readDeclared: async ({ config, local }) => readDeclared(config ?? (await findConfig(local))),
    connect,
  };
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
