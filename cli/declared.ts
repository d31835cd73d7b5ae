import { z } from 'zod';
import { loadConfig } from '../lib/config/load-config.ts';
import { ConfigError } from '../lib/config/problem.ts';
import { nearest } from './nearest.ts';
import { printable } from './printable.ts';
import { BadInputError } from './problem.ts';

/**
 * As little of the configuration as naming takes. Whether the rest of it is right is for `cdk synth` to say:
 * a file that is being edited must not stand in the way of an emergency rotation. What is not a name may be
 * missing or wrong.
 */
const names = z.object({
  accounts: z
    .array(
      z.object({
        name: z.string(),
        exchange: z.string().optional().catch(undefined),
        keys: z.array(
          z.object({
            name: z.string(),
            subAccount: z.string().optional().catch(undefined),
            drill: z.boolean().optional().catch(undefined),
          }),
        ),
      }),
    )
    .min(1),
});

/** A declared key, as far as the file says it in a form that can be read. */
export interface DeclaredKey {
  readonly name: string;
  /** The exchange's id of the sub-account that owns it. */
  readonly subAccount?: string | undefined;
  /** Whether `rekey drill` may stop it. */
  readonly drill?: boolean | undefined;
}

/** A declared account with its keys. */
export interface DeclaredAccount {
  readonly name: string;
  readonly exchange?: string | undefined;
  readonly keys: readonly DeclaredKey[];
}

/** A key by account and name within it. */
export interface KeyName {
  readonly account: string;
  readonly key: string;
}

/** Reads the names that a configuration file declares. @throws BadInputError */
export async function readDeclared(path: string): Promise<Declared> {
  const parsed = names.safeParse(await load(path));
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') || 'accounts';
    throw new BadInputError(
      `${path} declares no accounts (${field} is not as expected); npm run synth says more`,
    );
  }
  return new Declared(path, parsed.data.accounts);
}

async function load(path: string): Promise<unknown> {
  try {
    return await loadConfig(path);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new BadInputError(firstLine(error.message).replace(/^config: /, '--config: '));
    const detail = error instanceof Error ? firstLine(error.message) : 'unknown fault';
    throw new BadInputError(`${path} cannot be read: ${detail}`, { cause: error });
  }
}

function firstLine(text: string): string {
  return printable(text.split('\n')[0] ?? '');
}

/** What the configuration declares. */
export class Declared {
  readonly path: string;
  readonly accounts: readonly DeclaredAccount[];

  constructor(path: string, accounts: readonly DeclaredAccount[]) {
    this.path = path;
    this.accounts = accounts;
  }

  /** @throws BadInputError that offers the nearest names */
  getAccount(typed: string): DeclaredAccount {
    const account = this.accounts.find(({ name }) => name === typed);
    if (account) return account;
    throw this.#unknown(
      'account',
      typed,
      this.accounts.map(({ name }) => name),
    );
  }

  /** @param typed `<account>/<key>` @param others keys of each account that may be named although not declared */
  getKey(typed: string, others: readonly string[] = []): KeyName {
    const all = this.accounts.flatMap(({ name, keys }) =>
      [...keys.map((key) => key.name), ...others].map((key) => ({ account: name, key })),
    );
    const found = all.find(({ account, key }) => `${account}/${key}` === typed);
    if (found) return found;
    throw this.#unknown(
      'key',
      typed,
      all.map(({ account, key }) => `${account}/${key}`),
    );
  }

  /** What was typed is not repeated: it may be a secret in the wrong place. */
  #unknown(what: string, typed: string, known: readonly string[]): BadInputError {
    const offered = printable(nearest(typed, known).join(', '));
    return new BadInputError(`${this.path} declares no such ${what}; nearest: ${offered}`);
  }
}
