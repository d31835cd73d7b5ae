import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsx = import.meta.resolve('tsx');

let running: ChildProcess | undefined;

afterEach(() => {
  running?.kill('SIGKILL');
});

/** Runs `npm run local` in an empty folder, so that its file does not meet that of a real one. */
function runLocal(config: string): { folder: string; output: () => string; ended: Promise<number | null> } {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const args = ['--import', tsx, join(root, 'local/main.ts'), '--config', join(root, config)];
  const child = spawn(process.execPath, args, { cwd: folder });
  running = child;
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { folder, output: () => text, ended };
}

describe('npm run local', () => {
  it('runs the demo app beside a simulated exchange until it is interrupted', async () => {
    const { folder, output, ended } = runLocal('examples/demo/rekey.config.ts');
    const file = join(folder, '.rekey/local.json');
    await vi.waitFor(() => expect(existsSync(file), output()).toBe(true), { timeout: 55_000, interval: 100 });
    const { url, simulator } = JSON.parse(readFileSync(file, 'utf8')) as { url: string; simulator: object };
    expect(await (await fetch(`${url}/_local/health`)).json()).toMatchObject({ healthy: true });
    expect(simulator).toMatchObject({
      exchange: 'bitget',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
    });
    await vi.waitFor(() => expect(output()).toContain('npm run rekey -- status --local'));
    running?.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(existsSync(file)).toBe(false);
    await expect(fetch(`${url}/_local/health`)).rejects.toThrow();
  });

  it('says in one line why it cannot start', async () => {
    const { output, ended } = runLocal('examples/none.config.ts');
    expect(await ended).toBe(1);
    expect(output()).toMatch(/^local: .*none\.config\.ts.*\n$/);
  });
});
