import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestSimulator } from './support.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function simulate(...args: string[]) {
  const command = ['--import', 'tsx', 'simulator/main.ts', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

async function finished(child: ReturnType<typeof simulate>) {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, ...output };
}

describe('npm run simulate', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line of JSON when it is ready, and stops on %s',
    async (signal) => {
      const child = simulate('--exchange', 'bitget', '--port', '0', '--management-port', '0', '--seed', '7');
      const lines: string[] = [];
      const reader = createInterface({ input: child.stdout });
      reader.on('line', (line) => lines.push(line));
      const [first] = await once(reader, 'line');
      const ready = JSON.parse(first);
      const twin = await startTestSimulator();
      expect(ready).toEqual({
        exchange: 'bitget',
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        managementUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        seed: 7,
        manager: twin.manager,
        subAccounts: twin.subAccounts,
      });
      await twin.stop();
      expect((await fetch(`${ready.url}/api/v2/public/time`)).status).toBe(200);
      child.kill(signal);
      const [code] = await once(child, 'close');
      expect(code).toBe(0);
      expect(lines).toHaveLength(1);
    },
  );

  it.each([
    [['--exchange', 'kraken'], 'simulate: unknown exchange "kraken", known: bitget, binance\n'],
    [[], 'simulate: no --exchange given, known: bitget, binance\n'],
    [
      ['--exchange', 'bitget', '--seed', '1.5'],
      /^simulate: --seed must be a whole number from 0 to \d+, not "1.5"\n$/,
    ],
    [['--exchange', 'binance', '--sub-accounts', '0'], 'simulate: --sub-accounts must be at least 1\n'],
    [['--exchange', 'bitget', '--port', '65536'], /^simulate: --port must be a whole number from 0 to 65535/],
    [['--exchange', 'bitget', '--prot', '1'], /^simulate: Unknown option '--prot'[^\n]*\n$/],
  ])('refuses %j with one line and exit code 2', async (args, line) => {
    const { code, stdout, stderr } = await finished(simulate(...args));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    if (typeof line === 'string') expect(stderr).toBe(line);
    else expect(stderr).toMatch(line);
  });

  it('simulates Binance with as many sub-accounts as asked for', async () => {
    const child = simulate('--exchange', 'binance', '--seed', '7', '--sub-accounts', '12');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { manager, subAccounts } = JSON.parse(line);
    expect(Object.keys(manager)).toEqual(['apiKey', 'secret']);
    expect(subAccounts).toHaveLength(12);
    child.kill('SIGTERM');
    await once(child, 'close');
  });

  it('fails with one line and exit code 1 when a port is taken', async () => {
    const other = await startTestSimulator();
    const port = new URL(other.url).port;
    const { code, stderr } = await finished(simulate('--exchange', 'bitget', '--port', port));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^simulate: listen EADDRINUSE[^\n]*\n$/);
    await other.stop();
  });
});
