import type { Declared, DeclaredAccount, DeclaredKey } from './declared.ts';
import { BadInputError } from './problem.ts';
import type { Host, Options } from './verb.ts';

/** An account, or one key of it. */
export interface StopTarget {
  readonly account: DeclaredAccount;
  /** Absent: every key of the account. */
  readonly key?: DeclaredKey;
}

/** What names look like; anything else is not sent anywhere and not repeated, as it may be a secret. */
const NAMES = /^([a-z][a-z0-9-]{0,19})(?:\/([a-z][a-z0-9-]{0,39}))?$/;

/**
 * What is to be stopped. A configuration that cannot be read does not stand in the way of what is named: the name is
 * then taken as it was typed. @throws BadInputError
 */
export async function findTargets(
  typed: string | undefined,
  options: Options,
  host: Pick<Host, 'readDeclared' | 'terminal'>,
): Promise<readonly StopTarget[]> {
  if ((typed === undefined) === (options.all !== true)) {
    throw new BadInputError('say what to stop: <account>, <account>/<key>, or everything with --all');
  }
  const declared = await host.readDeclared(options).catch((error: unknown) => {
    if (error instanceof BadInputError) return error;
    throw error;
  });
  if (!(declared instanceof BadInputError)) return declaredTargets(typed, declared);
  const target = targetAsTyped(typed);
  if (!target) {
    const instead = 'what is named needs no file: npm run rekey -- stop <account>';
    throw new BadInputError(`${declared.message}; ${instead}`, { cause: declared });
  }
  host.terminal.warn(`${declared.message}; the name is taken as it was typed`);
  return [target];
}

function declaredTargets(typed: string | undefined, declared: Declared): readonly StopTarget[] {
  if (typed === undefined) return declared.accounts.map((account) => ({ account }));
  if (!typed.includes('/')) return [{ account: declared.getAccount(typed) }];
  const { account: name, key: keyName } = declared.getKey(typed);
  const account = declared.getAccount(name);
  const key = account.keys.find((candidate) => candidate.name === keyName);
  return [{ account, ...(key && { key }) }];
}

function targetAsTyped(typed = ''): StopTarget | undefined {
  const [, account, key] = NAMES.exec(typed) ?? [];
  if (account === undefined) return undefined;
  if (key === undefined) return { account: { name: account, keys: [] } };
  return { account: { name: account, keys: [{ name: key }] }, key: { name: key } };
}
