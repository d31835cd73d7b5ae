import { parseArgs } from 'node:util';
import { InputError } from './input-error.ts';
import { exchangeNames } from './open-exchange.ts';
import type { SimulatorOptions } from './start-simulator.ts';

/** The text of `--help`. */
export const usage = `npm run simulate -- --exchange <name> [options]

  --exchange <name>          one of: ${exchangeNames.join(', ')}
  --port <number>            the exchange's port (default: any free one)
  --management-port <number> the management port (default: any free one)
  --seed <number>            what all randomness follows from (default: random, and printed)
  --sub-accounts <number>    how many sub-accounts with manageable keys there are (default: 3)
  --no-hostility             without the hostile defaults
  --no-rate-limits           without the exchange's rate limits

Prints one line of JSON when it is ready; stops on SIGTERM or SIGINT. See docs/simulator.md.
`;

/**
 * Reads the command line; `help` means that the usage was asked for. @throws InputError naming the wrong
 * argument.
 */
export function parseCommandLine(args: readonly string[]): SimulatorOptions | 'help' {
  const values = parseOptions(args);
  if (values.help === true) return 'help';
  const exchange = exchangeNames.find((name) => name === values.exchange);
  if (exchange === undefined) {
    const given =
      values.exchange === undefined ? 'no --exchange given' : `unknown exchange "${values.exchange}"`;
    throw new InputError(`${given}, known: ${exchangeNames.join(', ')}`);
  }
  return {
    exchange,
    port: parseWhole('--port', values.port, 65_535),
    managementPort: parseWhole('--management-port', values['management-port'], 65_535),
    seed: parseWhole('--seed', values.seed, Number.MAX_SAFE_INTEGER),
    subAccounts: parseSubAccounts(values['sub-accounts']),
    hostility: values['no-hostility'] !== true,
    rateLimits: values['no-rate-limits'] !== true,
  };
}

function parseOptions(args: readonly string[]) {
  const options = {
    exchange: { type: 'string' },
    port: { type: 'string' },
    'management-port': { type: 'string' },
    seed: { type: 'string' },
    'sub-accounts': { type: 'string' },
    'no-hostility': { type: 'boolean' },
    'no-rate-limits': { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new InputError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parseSubAccounts(text: string | undefined): number | undefined {
  const count = parseWhole('--sub-accounts', text, 10_000);
  if (count === 0) throw new InputError('--sub-accounts must be at least 1');
  return count;
}

function parseWhole(option: string, text: string | undefined, largest: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= largest) return value;
  throw new InputError(`${option} must be a whole number from 0 to ${largest}, not "${text}"`);
}
