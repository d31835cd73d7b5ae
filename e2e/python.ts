import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, run } from './process.ts';

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** A virtual environment with the emulators and cfn-lint. */
export interface Python {
  /** Path of a program in it. */
  bin(name: string): string;
}

/**
 * Makes the virtual environment, or takes the one that is there if it was made from the same requirements.
 * The only part of the run that goes out to the internet, and only to pip's package index.
 * @throws Error that says what to install
 */
export async function preparePython(folder: string, say: (line: string) => void): Promise<Python> {
  const venv = join(folder, 'venv');
  const marker = join(venv, 'rekey-requirements.txt');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  const bin = (name: string) => join(venv, 'bin', name);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) {
    say(`Python environment of an earlier run: ${venv}`);
    return { bin };
  }
  say('making a Python environment: about a minute the first time');
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await makeEnvironment(venv);
  say(`installing ${wanted.trim().split('\n').join(', ')}`);
  await run([bin('pip'), 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS], {
    environment: pipEnvironment(),
  });
  writeFileSync(marker, wanted);
  return { bin };
}

async function makeEnvironment(venv: string): Promise<void> {
  const environment = pipEnvironment();
  const question = 'import sys; print(int(sys.version_info >= (3, 10)))';
  const { stdout } = await run(['python3', '-c', question], { environment }).catch(() => {
    throw new Error(
      'there is no python3: install Python 3.10 or newer (Debian, Ubuntu: apt install python3)',
    );
  });
  if (stdout.trim() !== '1') throw new Error('python3 is older than 3.10, which MiniStack needs');
  await run(['python3', '-m', 'venv', venv], { environment }).catch((error: Error) => {
    if (!/ensurepip/.test(error.message)) throw error;
    throw new Error('python3 has no ensurepip (Debian, Ubuntu: apt install python3-venv)');
  });
}

/** pip alone needs what leads out: proxy, index and certificates of this machine. */
function pipEnvironment(): Record<string, string> {
  const wanted = /^(pip_.*|(https?|no|all)_proxy|ssl_cert_(file|dir)|requests_ca_bundle)$/i;
  const kept = Object.entries(process.env).filter(([name]) => wanted.test(name));
  const home = process.env.HOME ?? '';
  return {
    ...bareEnvironment(home),
    TMPDIR: process.env.TMPDIR ?? '/tmp',
    ...Object.fromEntries(kept),
  } as Record<string, string>;
}
