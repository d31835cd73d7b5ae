import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Report, summarise, table } from './summary.ts';

/** Below this score the command fails. */
const LEAST_SCORE = 90;
const { jsonReporter } = JSON.parse(readFileSync('stryker.config.json', 'utf8')) as {
  jsonReporter: { fileName: string };
};

const { json, files } = readArguments();
const startedAt = performance.now();
rmSync(jsonReporter.fileName, { force: true });
await runStryker(files);
if (existsSync(jsonReporter.fileName)) {
  const report = JSON.parse(readFileSync(jsonReporter.fileName, 'utf8')) as Report;
  const summary = { ...summarise(report), seconds: Math.round((performance.now() - startedAt) / 1000) };
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : table(summary));
  process.exitCode = summary.score >= LEAST_SCORE ? 0 : 1;
} else {
  process.stderr.write('mutation: Stryker has written no report\n');
  process.exitCode = 2;
}

/** Runs Stryker over its configured files, or over these alone. What it says goes to stderr if stdout is for JSON. */
function runStryker(only: readonly string[]): Promise<void> {
  const core = createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json');
  const stryker = join(dirname(core), 'bin', 'stryker.js');
  const args = [stryker, 'run', ...(only.length > 0 ? ['--mutate', only.join(',')] : [])];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', json ? process.stderr : 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

function readArguments(): { json: boolean; files: string[] } {
  try {
    const options = { json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    return { json: values.json, files: positionals };
  } catch {
    process.stderr.write('usage: npm run mutation [-- [--json] [file ...]]\n');
    process.exit(2);
  }
}
