import type { Permission } from '../core/api-key.ts';

/**
 * Facts about an exchange that the configuration is checked against at synth and that rotation obeys:
 * data only, no code that signs or calls. Sources are on the exchange's page in `docs/exchanges/`.
 */
export interface ExchangeTraits {
  /** Lower case, as in the exchange's own domain. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly baseUrl: string;
  /** Other addresses of the same exchange that a declaration may name. */
  readonly otherBaseUrls: readonly string[];
  /** Environments in which keys can be made. */
  readonly environments: readonly ('live' | 'demo')[];
  /** Product scopes by the exchange's own names: which a key may have, and which it gets if none are declared. */
  readonly products: Readonly<
    Record<Permission, { readonly allowed: readonly string[]; readonly defaults: readonly string[] }>
  >;
  /** What a sub-account id looks like. */
  readonly subAccountPattern: RegExp;
  /** How many keys one sub-account can hold; a rotation needs one free place. */
  readonly keysPerSubAccount: number;
  /** How many addresses an allow-list can hold. */
  readonly allowListLimit: number;
  /** Permissions that a key keeps when it is bound to no address. */
  readonly mayLeaveOutAddresses: readonly Permission[];
  /**
   * Whether a refusal for the address can be told from others. If not, a key whose allow-list leaves out the
   * functions' address cannot be verified.
   */
  readonly tellsRefusedAddress: boolean;
  /** The passphrase that the exchange wants with a new key; absent if it wants none. */
  readonly passphraseLength?: number;
  readonly sees: Sees;
  /** Whether a sub-account can be frozen and unfrozen by its main account. */
  readonly canFreeze: boolean;
  /** How many lists of keys, and of transfers, can be read in a minute; a reconcile pass reads those of all sub-accounts. */
  readonly listsPerMinute: number;
  /** Whether the allow-list of each key is one more of these lists. */
  readonly listsAddressesByKey: boolean;
  /** Where on its website a person acts without Rekey: the page with the keys, and the way to the sub-accounts. */
  readonly website: { readonly keys: string; readonly subAccounts: string };
}

/**
 * What the exchange tells a watcher beside the list of keys. What it does not tell is not watched there, and
 * `rekey status` says so.
 */
export interface Sees {
  /** Orders: of every symbol, or only of those that are asked for by name. */
  readonly orders: 'every symbol' | 'named symbols';
  /** How an order was entered: through the API or by a person. */
  readonly orderEntry: boolean;
  /** Coins that a sub-account holds; asked for where undeclared symbols cannot be seen. */
  readonly coins: boolean;
  /** Withdrawals from the main account. */
  readonly withdrawals: boolean;
  /** Transfers out of a sub-account. */
  readonly transfers: boolean;
  /** Whether a sub-account is frozen. */
  readonly frozen: boolean;
  /** When a key was used last. */
  readonly lastUse: boolean;
  /** Calls that were refused, for example of a key that is dead. */
  readonly refusedCalls: boolean;
  /** Every right of a key on the list. If not, the key is asked itself. */
  readonly everyRight: boolean;
  /** What the calls that Rekey makes there leave out of all that, in words for people. */
  readonly leavesOut: readonly string[];
}
