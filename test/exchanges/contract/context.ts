import type { Credentials, ListedKey } from '../../../lambda/core/api-key.ts';
import { keyPair } from '../../../lambda/core/derivation.ts';
import type { Refusal } from '../../../lambda/core/errors.ts';
import type { Exchange, IssueOrder, Time } from '../../../lambda/core/ports.ts';
import { Redacted } from '../../../lambda/core/redacted.ts';
import type { KeyDeclaration } from '../../../lambda/declaration.ts';
import { aDeclaration, SECRET_ARN } from '../../support/builders.ts';
import type { SimulatorHandle } from '../../support/simulator-handle.ts';

/** What an adapter is wired with, where a test wants something else. */
interface Wiring {
  readonly manager?: Credentials;
  readonly environment?: 'live' | 'demo';
  readonly baseUrl?: string;
}

/** What is particular to an exchange, from its documents. */
export interface ExchangeFacts {
  readonly name: string;
  /** A key ID that the exchange could have given and has not. */
  readonly unknownKeyId: string;
  /** What the exchange leaves out when a key describes itself, and when it lists keys. */
  readonly tells: {
    readonly owner: boolean;
    readonly ownAddresses: boolean;
    readonly isSubAccount: boolean;
  };
  /** The word for each refusal; several may share one where the exchange does not tell them apart. */
  readonly words: Readonly<
    Record<'unknownKey' | 'address' | 'permission' | 'strangeSubAccount' | 'notMainAccount', Refusal>
  >;
  /** Whether the exchange has demo keys beside live ones. */
  readonly hasDemo: boolean;
  /** Whether documents and client libraries disagree on names of fields, and the simulator can take either side. */
  readonly hasOtherNames: boolean;
  /** Every documented code that an adapter must tell apart. */
  readonly codes: ReadonlyMap<string, Refusal>;
  /** Codes for "fewer calls, please". */
  readonly rateLimitCodes: readonly string[];
  /** Whether an exchange that wants fewer calls says for how long. */
  readonly saysWhenToComeBack: boolean;
  /** How many orders one answer holds. */
  readonly ordersPerPage: number;
  /** Codes for "not now", after which nobody knows whether a call had an effect. */
  readonly notNowCodes: readonly string[];
}

/** The calls behind the port's methods. */
export type CallName =
  | 'list'
  | 'issue'
  | 'revoke'
  | 'describe'
  | 'orders'
  | 'withdrawals'
  | 'transfers'
  | 'frozen';

/** An adapter under test with the exchange at its other end. */
export interface ExchangeUnderTest {
  readonly simulator: SimulatorHandle;
  /** The real adapter, signing with the simulated account's manager key unless told otherwise. */
  adapter(wiring?: Wiring): Exchange;
  /** The simulator's names of the calls behind the port's methods. */
  readonly routes: Readonly<Record<CallName, string>>;
  /** Two sub-accounts whose keys can be managed, and one that belongs to somebody else. */
  readonly subAccounts: readonly [string, string];
  readonly strangeSubAccount: string;
  /** The products of an order, by permission. */
  readonly products: Readonly<Record<'read' | 'trade', readonly string[]>>;
  /** Makes a manager key that may list but not change keys. */
  readOnlyManager(): Promise<Credentials>;
}

/** The simulator's time: waiting moves it, so no test ever sleeps and no limit is met. */
export function timeOf(handle: SimulatorHandle): Time {
  return { now: () => handle.now(), wait: async (ms) => handle.simulator.clock.advance(ms) };
}

export const OWN_ADDRESS = '127.0.0.1';
const ADDRESSES = [OWN_ADDRESS, '198.51.100.1', '198.51.100.2', '198.51.100.3', '203.0.113.4'];
export const PASSPHRASE = 'CanaryPassphrase24charsX';
const CONTRACT_SALT = new Redacted('salt of the contract suite');

/** What the parts of the contract share. Its fields are set before each test. */
export class ContractContext {
  readonly facts: ExchangeFacts;
  under!: ExchangeUnderTest;
  exchange!: Exchange;
  /** Private halves of the pairs that keys were ordered for. */
  readonly #pairs = new Map<string, Redacted>();

  constructor(facts: ExchangeFacts) {
    this.facts = facts;
  }

  newPublicKey(): string {
    const pair = keyPair(CONTRACT_SALT, SECRET_ARN, String(this.#pairs.size));
    this.#pairs.set(pair.publicKey, pair.privateKey);
    return pair.publicKey;
  }

  /** All private halves so far. */
  get privateKeys(): string[] {
    return [...this.#pairs.values()].map((key) => key.reveal());
  }

  /** An order for a trading key on the first sub-account, with what a test wants different. */
  order(changes: Partial<IssueOrder> = {}): IssueOrder {
    return {
      subAccount: this.under.subAccounts[0],
      label: 'rkabcdefghijklmn',
      permission: 'trade',
      products: this.under.products.trade,
      allowList: ADDRESSES,
      ...(this.exchange.passphraseLength === undefined ? {} : { passphrase: new Redacted(PASSPHRASE) }),
      ...(this.exchange.takesPublicKey ? { publicKey: this.newPublicKey() } : {}),
      ...changes,
    };
  }

  /** Issues a key and puts together what signs as it, as the create step does. */
  async issue(order: IssueOrder): Promise<Credentials> {
    const { keyId, secret } = await this.exchange.issueKey(order);
    const ours = this.#pairs.get(order.publicKey ?? '') ?? secret;
    if (!ours) throw new Error('the exchange showed no secret');
    return { keyId, secret: ours, ...(order.passphrase ? { passphrase: order.passphrase } : {}) };
  }

  /** The keys of a sub-account with all that the exchange tells of them. */
  async listed(subAccount: string): Promise<ListedKey[]> {
    const keys = await this.exchange.listKeys(subAccount);
    return await Promise.all(keys.map((key) => this.exchange.completeKey(subAccount, key)));
  }

  /** The declaration that an order was made from. */
  declared({ subAccount, permission, products, allowList }: IssueOrder): KeyDeclaration {
    return aDeclaration({ subAccount, permission, products: [...products], allowList: [...allowList] });
  }

  /** Orders a fault of the simulator for one of the calls. */
  strike(call: CallName, fault: object): Promise<void> {
    return this.under.simulator.fault({ route: this.under.routes[call], ...fault });
  }

  /** How often a call has reached the exchange. */
  async sent(call: CallName): Promise<number> {
    return (await this.under.simulator.requests(this.under.routes[call])).length;
  }
}
