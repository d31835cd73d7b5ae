import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);

/** As on a machine that has never heard of AWS: no account, no Region, no credentials, no profile. */
function withoutAws(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return { ...Object.fromEntries(kept), HOME: newFolder(), NO_COLOR: '1' };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rekey-synth-'));
}

/** Runs a program of the repository and tells what it wrote, whether it succeeded or not. */
async function outputOf(program: string, args: string[], context = {}) {
  try {
    const env = { ...withoutAws(), CDK_CONTEXT_JSON: JSON.stringify(context) };
    const { stdout, stderr } = await run(program, args, { env });
    return { code: 0, written: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, written: stdout + stderr };
  }
}

describe('the command cdk synth', () => {
  test('works without an AWS account and warns of nothing', async () => {
    const folder = newFolder();
    const { code, written } = await outputOf('node_modules/.bin/cdk', [
      'synth',
      '--quiet',
      '--strict',
      '-o',
      folder,
    ]);

    expect(readdirSync(folder).filter((name) => name.endsWith('.template.json'))).toEqual([
      'rekey-main.template.json',
      'rekey-shared.template.json',
    ]);
    expect(written).not.toMatch(/warning|deprecat|not configured|telemetry|notice/i);
    expect(code).toBe(0);
  });
});

describe('the app', () => {
  test('refuses a wrong configuration with the sentence alone, and no stack trace', async () => {
    const path = join(newFolder(), 'wrong.config.ts');
    writeFileSync(path, 'export default { accounts: [], alerts: { emails: ["a@example.com"] } };\n');
    const { code, written } = await outputOf(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      config: path,
    });

    expect(written).toBe(`${path} is refused\naccounts: got [], allowed: at least one account\n`);
    expect(code).toBe(1);
  });
});
