import { readFleet } from '../../../lib/config/fleet.ts';
import { ConfigError } from '../../../lib/config/problem.ts';
import { accountOf, configOf, keyOf } from '../fixture.ts';

/** What is refused, and the whole sentence that says so. */
export type Refusal = [what: string, config: unknown, sentence: string];

/** Said of whatever must not be there twice. */
export const ONCE = 'each only once; this one is there already';

/** A configuration with one changed key; of no type, as the change may be what an editor would underline. */
export function withKey(change: object): unknown {
  return configOf({ accounts: [accountOf({ keys: [keyOf(change)] })] });
}

/** A configuration with one changed account. */
export function withAccount(change: object): unknown {
  return configOf({ accounts: [accountOf(change)] });
}

/** What a configuration is refused with, or that it is accepted. */
export function refusalOf(config: unknown): string {
  try {
    readFleet(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}
