import type { Credentials } from '../../../lambda/core/api-key.ts';
import type { Refusal } from '../../../lambda/core/errors.ts';
import type { Exchange, IssueOrder } from '../../../lambda/core/ports.ts';
import { Redacted } from '../../../lambda/core/redacted.ts';
import type { KeyDeclaration } from '../../../lambda/declaration.ts';
import { aDeclaration } from '../../support/builders.ts';
import type { SimulatorHandle } from '../../support/simulator-handle.ts';

/** What an adapter is wired with, where a test wants something else. */
interface Wiring {
  readonly manager?: Credentials;
  readonly environment?: 'live' | 'demo';
  readonly baseUrl?: string;
}

/** An adapter under test with the exchange at its other end. */
export interface ExchangeUnderTest {
  readonly simulator: SimulatorHandle;
  /** The real adapter, signing with the simulated account's manager key unless told otherwise. */
  adapter(wiring?: Wiring): Exchange;
  /** The simulator's names of the calls behind the port's methods. */
  readonly routes: Readonly<Record<'list' | 'issue' | 'revoke' | 'describe', string>>;
  /** Two sub-accounts whose keys can be managed, and one that belongs to somebody else. */
  readonly subAccounts: readonly [string, string];
  readonly strangeSubAccount: string;
  /** The products of an order, by permission. */
  readonly products: Readonly<Record<'read' | 'trade', readonly string[]>>;
  /** Makes a manager key that may list but not change keys. */
  readOnlyManager(): Promise<Credentials>;
  /** Every documented code that an adapter must tell apart. */
  readonly codes: ReadonlyMap<string, Refusal>;
  /** Codes for "fewer calls, please". */
  readonly rateLimitCodes: readonly string[];
  /** Codes for "not now", after which nobody knows whether a call had an effect. */
  readonly notNowCodes: readonly string[];
}

export const OWN_ADDRESS = '127.0.0.1';
const ADDRESSES = [OWN_ADDRESS, '198.51.100.1', '198.51.100.2', '198.51.100.3', '203.0.113.4'];
export const PASSPHRASE = 'CanaryPassphrase24charsX';

/** What the parts of the contract share. Its fields are set before each test. */
export class ContractContext {
  under!: ExchangeUnderTest;
  exchange!: Exchange;

  /** An order for a trading key on the first sub-account, with what a test wants different. */
  order(changes: Partial<IssueOrder> = {}): IssueOrder {
    return {
      subAccount: this.under.subAccounts[0],
      label: 'rkabcdefghijklmn',
      permission: 'trade',
      products: this.under.products.trade,
      allowList: ADDRESSES,
      ...(this.exchange.passphraseLength === undefined ? {} : { passphrase: new Redacted(PASSPHRASE) }),
      ...changes,
    };
  }

  /** The declaration that an order was made from. */
  declared({ subAccount, permission, products, allowList }: IssueOrder): KeyDeclaration {
    return aDeclaration({ subAccount, permission, products: [...products], allowList: [...allowList] });
  }

  /** Orders a fault of the simulator for one of the calls. */
  strike(call: keyof ExchangeUnderTest['routes'], fault: object): Promise<void> {
    return this.under.simulator.fault({ route: this.under.routes[call], ...fault });
  }

  /** How often a call has reached the exchange. */
  async sent(call: keyof ExchangeUnderTest['routes']): Promise<number> {
    return (await this.under.simulator.requests(this.under.routes[call])).length;
  }
}
