import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsServer } from './aws/aws-server.ts';
import { accountStatus } from './harness.ts';

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

/** Runs `bin/rekey.ts` in that folder, as `npm run rekey` does in this one. */
async function bin(args: string, input = ''): Promise<{ code: number | null; out: string; err: string }> {
  const command = ['--import', import.meta.resolve('tsx'), resolve('bin/rekey.ts'), ...args.split(' ')];
  const child = spawn(process.execPath, ['--no-warnings', ...command], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
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
    const { code, out, err } = await bin('manager put main --local', input);
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
