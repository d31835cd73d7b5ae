import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundleHandler } from '../lib/function-code.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STARTS = 15;

/** The least that any rotation function loads: the SDK's client, and nothing around it. */
const BARE = `
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
const client = new SecretsManagerClient({});
export const handler = async () => await client.send(new GetSecretValueCommand({ SecretId: 'x' }));
`;

/** Loads a bundle in a fresh process and prints how long that took. */
const LOADER = 'const t = performance.now(); require(process.argv[1]); console.log(performance.now() - t);';

export interface ColdStart {
  readonly ms: number;
  readonly baselineMs: number;
  readonly ratio: number;
  readonly bundleKb: number;
  readonly baselineKb: number;
}

/** How long the rotate function takes to load, against a function that has nothing but the client. Medians, alternating. */
export function measureColdStart(): ColdStart {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-'));
  try {
    const code = { rotate: bundleHandler('rotate').code, bare: bundleBare() };
    for (const [name, text] of Object.entries(code)) writeFileSync(join(folder, `${name}.js`), text);
    const times = { rotate: [] as number[], bare: [] as number[] };
    for (let start = 0; start < STARTS; start += 1) {
      times.rotate.push(load(join(folder, 'rotate.js')));
      times.bare.push(load(join(folder, 'bare.js')));
    }
    const ms = median(times.rotate);
    const baselineMs = median(times.bare);
    return {
      ...{ ms, baselineMs, ratio: ms / baselineMs },
      bundleKb: code.rotate.length / 1024,
      baselineKb: code.bare.length / 1024,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function bundleBare(): string {
  const { outputFiles } = buildSync({
    stdin: { contents: BARE, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

function load(file: string): number {
  const env = {
    ...process.env,
    AWS_REGION: 'eu-west-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  return Number(execFileSync(process.execPath, ['-e', LOADER, file], { env, encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
