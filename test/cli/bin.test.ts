import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsAnswer, type AwsCall, AwsServer } from './aws/aws-server.ts';
import { accountStatus, keyStatus } from './harness.ts';

let server: AwsServer;
let folder: string;

/** A folder in which `npm run local` runs a configuration. */
beforeEach(async () => {
  server = new AwsServer();
  folder = await mkdtemp(join(tmpdir(), 'rekey-bin-'));
  await mkdir(join(folder, '.rekey'));
  const local = {
    url: await server.start(),
    region: 'eu-central-1',
    accountId: '000000000000',
    config: 'my.config.mjs',
  };
  await writeFile(join(folder, '.rekey/local.json'), JSON.stringify(local));
  const config = "export default { accounts: [{ name: 'main', keys: [{ name: 'grid-bot' }] }] };";
  await writeFile(join(folder, 'my.config.mjs'), config);
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Sent to the program as soon as a text is on its screen. */
type Signal = readonly [once: string, signal: NodeJS.Signals];

/** Runs `bin/rekey.ts` in that folder, as `npm run rekey` does in this one. */
async function bin(
  args: string,
  { input = '', signals = [] }: { input?: string; signals?: readonly Signal[] } = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const command = ['--import', import.meta.resolve('tsx'), resolve('bin/rekey.ts'), ...args.split(' ')];
  const child = spawn(process.execPath, ['--no-warnings', ...command], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const left = [...signals];
  child.stderr.on('data', (chunk) => {
    err += chunk;
    if (left[0] && err.includes(left[0][0])) child.kill(left.shift()?.[1]);
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, err };
}

describe('bin/rekey.ts', () => {
  it('asks the local cloud and ends by itself', async () => {
    server.answer = () => ({ body: { outcome: 'status', status: accountStatus() } });
    const { code, out } = await bin('status --local');
    expect(code).toBe(0);
    expect(out).toContain('main/grid-bot  Current');
    expect(server.calls).toEqual([{ operation: 'Invoke rekey-main-operate', body: { act: 'status' } }]);
  });

  it('stores a manager key from standard input under the name of the user', async () => {
    server.answer = ({ operation }) =>
      operation === 'PutSecretValue'
        ? { body: {} }
        : { body: { outcome: 'refused', reason: 'No', message: 'no' } };
    const input = '{"apiKey":"bg_manager","secret":"SECRET-4711"}';
    const { code, out, err } = await bin('manager put main --local', { input });
    expect(code).toBe(1);
    expect(out + err).not.toContain('SECRET-4711');
    const [put, asked] = server.calls;
    expect(put?.body.SecretString).toBe(input);
    expect(asked?.body).toEqual({
      act: 'acceptManager',
      versionId: put?.body.ClientRequestToken,
      actor: expect.stringMatching(/^\S+@\S+$/),
    });
  });

  it('takes names from rekey.config.ts, or from the file that it is told', async () => {
    expect((await bin('status')).err).toBe(
      "--config: got 'rekey.config.ts', allowed: the path of a configuration file\n",
    );
    expect((await bin('rotate x --config my.config.mjs')).err).toMatch(
      /^my\.config\.mjs declares no such key/,
    );
  });

  it('exits with 2 and one line on bad input', async () => {
    expect(await bin('rotate main/gird-bot --local')).toEqual({
      code: 2,
      out: '',
      err: 'my.config.mjs declares no such key; nearest: main/grid-bot\n',
    });
  });
});

describe('Ctrl-C in a drill', () => {
  const stopped = new Set<string>();

  /** A function that stops at once and resumes one after the other, where reconcile never proves anything. */
  async function answer({ body }: AwsCall): Promise<AwsAnswer> {
    if (body.act === 'stop') {
      const keys = (body.keys as string[]).map((key) => ({ key, revoked: 1, left: 0, foreign: [] }));
      for (const { key } of keys) stopped.add(key);
      return { body: { outcome: 'stopped', keys, notBegun: [], frozen: [] } };
    }
    if (body.act === 'resume') {
      await sleep(200);
      stopped.delete(String(body.key));
      return { body: { outcome: 'started', versionId: 'v-2', message: 'it is rotated again' } };
    }
    const dying = { keyId: 'bg_1', dueAt: '2026-11-21T08:00:00Z', overdue: false };
    const keys = ['probe-1', 'probe-2'].map((key) =>
      stopped.has(key) ? keyStatus({ key, state: 'Stopped', retiring: [dying] }) : keyStatus({ key }),
    );
    return { body: { outcome: 'status', status: accountStatus({ keys }) } };
  }

  beforeEach(async () => {
    stopped.clear();
    server.answer = answer;
    const keys = "[{ name: 'probe-1', drill: true }, { name: 'probe-2', drill: true }]";
    await writeFile(
      join(folder, 'my.config.mjs'),
      `export default { accounts: [{ name: 'main', keys: ${keys} }] };`,
    );
  });

  it.each([
    { what: 'once', second: undefined },
    { what: 'twice at once, as npm and the terminal both tell it', second: 'SIGINT' },
    { what: 'and then the terminal is closed', second: 'SIGHUP' },
  ] as const)('leaves no key stopped: $what', async ({ second }) => {
    const first = ['waiting for reconcile', 'SIGINT'] as const;
    const signals: Signal[] = second ? [first, ['resuming', second]] : [first];
    const { code, err } = await bin('drill main --local', { signals });
    expect(err).toContain('breaking off');
    expect({ code, stopped: [...stopped] }).toEqual({ code: 1, stopped: [] });
  });
});
