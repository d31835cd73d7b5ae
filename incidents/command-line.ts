import { parseArgs } from 'node:util';

/** What was asked for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly json: boolean; readonly seed: number; readonly trace?: string };

/** An argument that is none; one line. */
export class BadArgumentError extends Error {}

export const USAGE = `npm run incidents [-- options]

  --json           one JSON object and nothing else
  --seed <number>  other days, delays and moments; default 1
  --trace <file>   judge this trace instead of the recorded ones; its format is in docs/incidents.md
`;

/** @throws BadArgumentError with one line that names the argument, what was got and what is allowed */
export function parseCommandLine(args: readonly string[]): Request {
  const { help, json, seed: text = '1', trace } = parse(args);
  if (help) return { kind: 'help' };
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new BadArgumentError(`--seed: got ${text}, allowed: a whole number from 0`);
  return { kind: 'run', json: json === true, seed, ...(trace === undefined ? {} : { trace }) };
}

function parse(args: readonly string[]) {
  const options = {
    json: { type: 'boolean' },
    seed: { type: 'string' },
    trace: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new BadArgumentError(line);
  }
}
