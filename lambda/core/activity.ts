import { ORDERS_TAG } from '../contract.ts';
import type { AccountDeclaration } from '../declaration.ts';
import type { Credentials, KeyDescription } from './api-key.ts';
import { CheckFailedError, ExchangeRefusedError } from './errors.ts';
import type { Observation, ObservedKey } from './observation.ts';
import { parseRhythm, type Rhythm } from './order-rhythm.ts';
import type { Exchange, Movement, OrderList, SecretStore, Span } from './ports.ts';
import { CURRENT, findStop, findVersion } from './staging.ts';
import { findStoredKey } from './stored-key.ts';
import { strangeCoins } from './strange-coins.ts';

/** What was seen of one sub-account. What is undefined was not looked at or could not be read. */
export interface Sight {
  readonly subAccount: string;
  /** Its declared keys. */
  readonly keys: readonly ObservedKey[];
  readonly orders?: OrderList | undefined;
  /** How many orders it usually has; undefined as long as that is not known. */
  readonly rhythm?: Rhythm | undefined;
  /** Without those that fees are paid in. */
  readonly coins?: readonly string[] | undefined;
  readonly transfers?: readonly Movement[] | undefined;
  readonly isFrozen?: boolean | undefined;
  /** What keys say of themselves, by name; only where the list of keys leaves rights out. */
  readonly descriptions: ReadonlyMap<string, KeyDescription>;
}

/** Something that should be watched and could not be read. */
export interface Blindness {
  readonly what: string;
  readonly subAccount?: string;
  readonly error: unknown;
  /** When it could be read last; undefined if this process has never read it. */
  readonly readAt?: Date | undefined;
}

/** What a pass has seen of what happens on an account. */
export interface ActivityObservation {
  readonly sights: readonly Sight[];
  readonly withdrawals: readonly Movement[];
  readonly blind: readonly Blindness[];
}

interface ActivityPorts {
  readonly exchange: Exchange;
  readonly store: SecretStore;
}

/** What is watched, and since when. */
export interface Watch {
  readonly declaration: AccountDeclaration;
  readonly observation: Observation;
  /** Since when to look; without a sub-account, at the main account. */
  readonly spanOf: (subAccount?: string) => Span;
}

/** Reads what the exchange tells of the declared sub-accounts and of the main account. Changes nothing, never throws. */
export async function observeActivity(watch: Watch, ports: ActivityPorts): Promise<ActivityObservation> {
  const { declaration, observation, spanOf } = watch;
  const { activity } = ports.exchange;
  const blind: Blindness[] = [];
  const withdrawals = await tryTo(blind, { what: 'withdrawals' }, async () => {
    return declaration.watch.withdrawals === 'any' ? [] : await activity.listWithdrawals?.(spanOf());
  });
  const frozen = await tryTo(
    blind,
    { what: 'frozen sub-accounts' },
    async () => await activity.listFrozen?.(),
  );
  const sights: Sight[] = [];
  for (const subAccount of new Set(observation.keys.map(({ declared }) => declared.subAccount))) {
    const keys = observation.keys.filter(({ declared }) => declared.subAccount === subAccount);
    sights.push({
      ...(await lookAt({ subAccount, keys, watch, blind }, ports)),
      isFrozen: frozen?.includes(subAccount),
    });
  }
  return { sights, withdrawals: withdrawals ?? [], blind };
}

/** So many coins are looked for in orders; who holds more of them has been told of. */
const MOST_STRANGE_COINS = 5;

interface Look {
  readonly subAccount: string;
  readonly keys: readonly ObservedKey[];
  readonly watch: Watch;
  readonly blind: Blindness[];
}

async function lookAt({ subAccount, keys, watch, blind }: Look, ports: ActivityPorts): Promise<Sight> {
  const { declaration } = watch;
  const span = watch.spanOf(subAccount);
  const { activity } = ports.exchange;
  const transfers = await tryTo(blind, { what: 'transfers', subAccount }, async () => {
    return declaration.watch.transfers === 'any' ? [] : await activity.listTransfers?.(subAccount, span);
  });
  const signers = new Signers(keys, ports.store);
  // Before the first rotation there is nobody to ask, and no key that could enter orders.
  const living = keys.some(({ secret }) => !findStop(secret) && findVersion(secret, CURRENT) !== undefined);
  const symbols = living ? watchedSymbols(keys) : undefined;
  const coins =
    symbols &&
    (await tryTo(
      blind,
      { what: 'coins', subAccount },
      async () =>
        activity.listCoins && (await signers.ask(async (signer) => await activity.listCoins?.(signer))),
    ));
  const told = coins?.filter((coin) => !activity.feeCoins?.includes(coin));
  const strange = strangeCoins(coins ?? [], keys).slice(0, MOST_STRANGE_COINS);
  const orders =
    symbols &&
    (await tryTo(blind, { what: 'orders', subAccount }, async () => {
      const query = { symbols, span, ...(strange.length > 0 ? { strangeCoins: strange } : {}) };
      return await signers.ask(async (signer) => await activity.listOrders(signer, query));
    }));
  const descriptions = activity.listsEveryRight
    ? new Map()
    : await describeAll(keys, { signers, ports, blind });
  const rhythm = parseRhythm(rhythmHolder(keys)?.secret.tags.get(ORDERS_TAG));
  return { subAccount, keys, transfers, orders, coins: told, descriptions, rhythm };
}

/** Symbols of all keys of a sub-account, empty if any will do; undefined if its orders are not watched. */
function watchedSymbols(keys: readonly ObservedKey[]): string[] | undefined {
  const declared = keys.flatMap(({ declared: { symbols } }) => (symbols === undefined ? [] : [symbols]));
  if (declared.length === 0) return undefined;
  return [...new Set(declared.flatMap((symbols) => (symbols === 'any' ? [] : symbols)))];
}

/** The key on whose secret the rhythm of the sub-account's orders is noted. */
export function rhythmHolder(keys: readonly ObservedKey[]): ObservedKey | undefined {
  return keys.find(({ declared }) => declared.symbols !== undefined);
}

/** A key that the exchange refuses from here cannot tell of itself: its allow-list may leave the functions out. */
async function describeAll(
  keys: readonly ObservedKey[],
  { signers, ports, blind }: { signers: Signers; ports: ActivityPorts; blind: Blindness[] },
): Promise<Map<string, KeyDescription>> {
  const descriptions = new Map<string, KeyDescription>();
  for (const { declared, secret } of keys) {
    if (findStop(secret)) continue;
    const about = { what: `rights of ${declared.name}`, subAccount: declared.subAccount };
    const told = await tryTo(blind, about, async () => {
      const key = await signers.keyOf(declared.name);
      return key && (await ports.exchange.describeKey(key));
    });
    if (told) descriptions.set(declared.name, told);
  }
  return descriptions;
}

/** The current keys of a sub-account, each read once, those that can do the least first. */
class Signers {
  readonly #keys: readonly ObservedKey[];
  readonly #store: SecretStore;
  readonly #read = new Map<string, Credentials | undefined>();

  constructor(keys: readonly ObservedKey[], store: SecretStore) {
    const living = keys.filter(({ secret }) => !findStop(secret));
    this.#keys = [...living].sort((a, b) => a.declared.permission.localeCompare(b.declared.permission));
    this.#store = store;
  }

  /** Asks with the first key that is not refused. @throws the last refusal, or CheckFailedError if there is no key */
  async ask<T>(question: (signer: Credentials) => Promise<T>): Promise<T> {
    let refusal: unknown = new CheckFailedError('NoKeyToAskWith', 'the sub-account has no key to ask with');
    for (const { declared } of this.#keys) {
      const key = await this.keyOf(declared.name);
      if (!key) continue;
      try {
        return await question(key);
      } catch (error) {
        if (!(error instanceof ExchangeRefusedError)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** The current key of a declared key. */
  async keyOf(name: string): Promise<Credentials | undefined> {
    if (!this.#read.has(name)) this.#read.set(name, await this.#find(name));
    return this.#read.get(name);
  }

  async #find(name: string): Promise<Credentials | undefined> {
    const secret = this.#keys.find(({ declared }) => declared.name === name)?.secret;
    const current = secret && findVersion(secret, CURRENT);
    return current === undefined ? undefined : await findStoredKey(this.#store, secret?.arn ?? '', current);
  }
}

async function tryTo<T>(
  blind: Blindness[],
  about: Omit<Blindness, 'error' | 'readAt'>,
  act: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    blind.push({ ...about, error });
    return undefined;
  }
}
