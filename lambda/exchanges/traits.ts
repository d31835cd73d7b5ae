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
}
