import { parseArgs } from 'node:util';
import { FAMILIES, type FamilyName } from './enumerate.ts';
import { parseId, type Schedule } from './schedule.ts';

/** What was asked for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'replay'; readonly schedule: Schedule; readonly seed: number }
  | {
      readonly kind: 'all';
      readonly json: boolean;
      readonly seed: number;
      readonly families: readonly FamilyName[];
      /** Every schedule at both exchanges, and not most of them in turns. */
      readonly thorough: boolean;
    };

export class BadArgumentError extends Error {}

export const USAGE = `npm run faults [-- options]

  --json            one JSON object and nothing else
  --seed <number>   other keys, salts and hostilities; default 1
  --thorough        every schedule at both exchanges; otherwise they take turns with most
  --family <name>   only these schedules, may be repeated: ${Object.keys(FAMILIES).join(', ')}
  --schedule <id>   tell the story of one schedule, for example bitget/rotation/retry/fair/4:kill-after
`;

/** @throws BadArgumentError with one line that names the argument, what was got and what is allowed */
export function parseCommandLine(args: readonly string[]): Request {
  const { values } = parse(args);
  const seed = Number(values.seed ?? 1);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new BadArgumentError(`--seed: got ${values.seed}, allowed: a whole number from 0`);
  if (values.help) return { kind: 'help' };
  if (values.schedule !== undefined)
    return { kind: 'replay', schedule: parseSchedule(values.schedule), seed };
  const families = (values.family ?? Object.keys(FAMILIES)).map(parseFamily);
  const [json, thorough] = [values.json === true, values.thorough === true];
  return { kind: 'all', json, thorough, seed, families };
}

function parse(args: readonly string[]) {
  const options = {
    json: { type: 'boolean' },
    thorough: { type: 'boolean' },
    seed: { type: 'string' },
    family: { type: 'string', multiple: true },
    schedule: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new BadArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function parseFamily(name: string): FamilyName {
  if (Object.hasOwn(FAMILIES, name)) return name as FamilyName;
  throw new BadArgumentError(`--family: got ${name}, allowed: ${Object.keys(FAMILIES).join(', ')}`);
}

function parseSchedule(id: string): Schedule {
  try {
    return parseId(id);
  } catch (error) {
    throw new BadArgumentError(`--schedule: ${error instanceof Error ? error.message : String(error)}`);
  }
}
