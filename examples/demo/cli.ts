import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Stage } from './stage.ts';

const CLI = fileURLToPath(new URL('../../bin/rekey.ts', import.meta.url));

/** Runs the operator's tool as a person would, against the local cloud. @throws if it does not exit with 0 */
export async function runCli(
  { cloud, configFile }: Pick<Stage, 'cloud' | 'configFile'>,
  words: readonly string[],
  input = '',
): Promise<{ stdout: string }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', CLI, ...words, '--config', configFile, '--local', cloud.url],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  if (code === 0) return { stdout };
  throw new Error(`rekey ${words.join(' ')} ended with ${code}: ${stderr || stdout}`);
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += String(chunk);
  return all;
}
