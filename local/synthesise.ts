import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SynthesisOptions {
  /** Path of the configuration file. */
  readonly config: string;
  /** Where the templates go. @default a temporary folder that is removed when this process ends */
  readonly outdir?: string;
  /** Variables for the configuration file, besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Synthesises the very app that the CDK CLI would, in a process of its own, and returns its folder.
 *
 * @throws Error with what the app said when it refuses the configuration or fails.
 */
export async function synthesise(options: SynthesisOptions): Promise<string> {
  const outdir = options.outdir ?? temporaryFolder();
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...options.environment,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ config: resolve(options.config) }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((settle, reject) =>
    child.once('error', reject).once('close', settle),
  );
  if (code !== 0) throw new Error(`the app could not be synthesised:\n${said.trim()}`);
  return outdir;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-cdk-out-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
