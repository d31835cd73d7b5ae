import { ByOwner } from '../by-owner.ts';
import type { SimulatorClock } from '../clock.ts';
import type { ExchangeSetting } from '../exchange.ts';
import { KeyRing } from '../key-ring.ts';
import { SeededRandom } from '../random.ts';
import type { WithdrawalStatus } from '../website.ts';
import { type Account, openAccounts } from './accounts.ts';
import { type ApiKey, type KeyWish, keysPerAccount, makeKey } from './api-keys.ts';
import type { Order } from './orders.ts';
import { Refusal } from './refusal.ts';

export interface Withdrawal {
  readonly id: string;
  readonly email: string;
  readonly coin: string;
  readonly amount: string;
  readonly address: string;
  readonly network: string;
  readonly status: WithdrawalStatus;
  readonly txId: string;
  readonly createdAt: number;
}

export interface Transfer {
  readonly tranId: number;
  readonly fromEmail: string;
  readonly toEmail: string;
  readonly asset: string;
  readonly amount: string;
  readonly createdAt: number;
}

/** Everything that this Binance knows: accounts, every key there ever was, orders, withdrawals, transfers. */
export class Ledger {
  readonly accounts: readonly Account[];
  readonly master: Account;
  readonly keys = new KeyRing<ApiKey>();
  readonly orders = new ByOwner<Order>();
  readonly withdrawals: Withdrawal[] = [];
  readonly transfers: Transfer[] = [];
  readonly #byEmail: ReadonlyMap<string, Account>;
  readonly #random: SeededRandom;
  readonly #clock: SimulatorClock;
  #lastNumber: number;

  constructor({ seed, clock, subAccounts }: Pick<ExchangeSetting, 'seed' | 'clock' | 'subAccounts'>) {
    this.#random = new SeededRandom(seed, 'binance ledger');
    this.#clock = clock;
    this.#lastNumber = Number(this.#random.digits(11));
    this.accounts = openAccounts(new SeededRandom(seed, 'binance accounts'), subAccounts);
    this.master = this.accounts.find(({ kind }) => kind === 'MASTER') as Account;
    this.#byEmail = new Map(this.accounts.map((account) => [account.email, account]));
  }

  /** The sub-accounts whose keys can be managed, in a fixed order. */
  get subAccounts(): Account[] {
    return this.accounts.filter(({ kind }) => kind === 'SUB');
  }

  account(email: string): Account | undefined {
    return this.#byEmail.get(email);
  }

  ownerOf(key: ApiKey): Account {
    const owner = this.account(key.owner);
    if (owner === undefined) throw new Error(`key ${key.id} belongs to no account`);
    return owner;
  }

  /**
   * Makes and keeps a key. That both refusals have these codes is unconfirmed.
   * @throws Refusal -1020 when the account has its thirty keys, -1130 when another living key of the account
   * has the same public key
   */
  addKey(wish: KeyWish): ApiKey {
    const living = this.keys.livingOf(wish.owner);
    if (living.length >= keysPerAccount) throw new Refusal('-1020');
    const fingerprint = wish.publicKey?.fingerprint;
    if (fingerprint !== undefined && living.some(({ publicKey }) => publicKey?.fingerprint === fingerprint))
      throw new Refusal('-1130', { details: ['publicKey'] });
    return this.keys.add(makeKey(wish, this.#random, this.#clock.now()));
  }

  /** A number for an order, a trade or a transfer; it grows. */
  nextNumber(): number {
    this.#lastNumber += 1 + Math.floor(this.#random.fraction() * 20);
    return this.#lastNumber;
  }

  /** Hexadecimal digits for what has no number. */
  nextText(length: number): string {
    return this.#random.hex(length);
  }
}
