import { parseCommandLine } from './command-line.ts';
import { BadInputError, sentenceOf, traceOf } from './problem.ts';
import type { ExitCode, Host } from './verb.ts';

/** Runs one command line. Never throws: every fault is one line on standard error. */
export async function runCli(argv: readonly string[], host: Host): Promise<ExitCode> {
  try {
    const command = parseCommandLine(argv);
    if ('verb' in command) return await command.verb.run(command.input, host);
    host.terminal.print(command.help.trimEnd());
    return 0;
  } catch (error) {
    return report(error, host);
  }
}

function report(error: unknown, { terminal, debug }: Host): ExitCode {
  terminal.warn(sentenceOf(error));
  if (debug) for (const line of traceOf(error)) terminal.warn(line);
  return error instanceof BadInputError ? 2 : 1;
}
