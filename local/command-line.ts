import { parseArgs } from 'node:util';

/** What `npm run local` is told. */
export interface LocalArguments {
  readonly config: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly seed: number | undefined;
}

/** The text of `--help`. */
export const usage = `npm run local -- [options]

  --config <file>   configuration to run (default: examples/demo/rekey.config.ts)
  --port <number>   port of the local cloud (default: any free one)
  --seed <number>   what the simulated exchange's randomness follows from (default: random)

Synthesises the app, runs it on this machine beside a simulated exchange, and goes on until Ctrl-C.
`;

/** Reads the command line; `help` means that the usage was asked for. @throws Error naming the wrong argument */
export function parseCommandLine(args: readonly string[]): LocalArguments | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string', default: 'examples/demo/rekey.config.ts' },
      port: { type: 'string', default: '0' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const seed =
    values.seed === undefined ? undefined : parseWhole('--seed', values.seed, Number.MAX_SAFE_INTEGER);
  return { config: values.config, port: parseWhole('--port', values.port, 65_535), seed };
}

function parseWhole(option: string, text: string, largest: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= largest) return value;
  throw new Error(`${option} needs a whole number up to ${largest}, got '${text}'`);
}
