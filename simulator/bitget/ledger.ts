import { ByOwner } from '../by-owner.ts';
import type { SimulatorClock } from '../clock.ts';
import type { ExchangeSetting } from '../exchange.ts';
import { KeyRing } from '../key-ring.ts';
import { SeededRandom } from '../random.ts';
import { type Account, openAccounts } from './accounts.ts';
import { type ApiKey, type KeyWish, keysPerAccount, makeKey } from './api-keys.ts';
import { Refusal } from './refusal.ts';

export interface Order {
  readonly orderId: string;
  readonly clientOid: string;
  readonly category: string;
  readonly symbol: string;
  readonly side: string;
  readonly orderType: string;
  readonly timeInForce: string;
  readonly reduceOnly: string;
  readonly posSide: string;
  readonly qty: string;
  readonly price: string;
  readonly executedAt: string | null;
  readonly createdAt: number;
}

export interface Withdrawal {
  readonly orderId: string;
  readonly uid: string;
  readonly coin: string;
  readonly size: string;
  readonly toAddress: string;
  readonly chain: string;
  readonly status: string;
  readonly createdAt: number;
}

export interface Transfer {
  readonly transferId: string;
  readonly coin: string;
  readonly amount: string;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly createdAt: number;
}

/** Everything that this Bitget knows: accounts, every key there ever was, orders, withdrawals, transfers. */
export class Ledger {
  readonly accounts: readonly Account[];
  readonly main: Account;
  readonly keys = new KeyRing<ApiKey>();
  readonly orders = new ByOwner<Order>();
  readonly withdrawals: Withdrawal[] = [];
  readonly transfers: Transfer[] = [];
  readonly #byUid: ReadonlyMap<string, Account>;
  readonly #random: SeededRandom;
  readonly #clock: SimulatorClock;
  #lastNumber: number;

  constructor({ seed, clock, subAccounts }: Pick<ExchangeSetting, 'seed' | 'clock' | 'subAccounts'>) {
    this.#random = new SeededRandom(seed, 'bitget ledger');
    this.#clock = clock;
    const more = { virtual: subAccounts, random: new SeededRandom(seed, 'bitget more accounts') };
    this.accounts = openAccounts(this.#random, more);
    this.#byUid = new Map(this.accounts.map((account) => [account.uid, account]));
    this.main = this.accounts.find(({ kind }) => kind === 'MAIN') as Account;
    this.#lastNumber = Number(this.#random.digits(5));
  }

  /** The virtual sub-accounts in unified mode, in a fixed order. */
  get virtualSubAccounts(): Account[] {
    return this.accounts.filter(({ kind, mode }) => kind === 'VIRTUAL_CHILD' && mode === 'UNIFIED');
  }

  account(uid: string): Account | undefined {
    return this.#byUid.get(uid);
  }

  ownerOf(key: ApiKey): Account {
    const owner = this.account(key.owner);
    if (owner === undefined) throw new Error(`key ${key.id} belongs to no account`);
    return owner;
  }

  /** Makes and keeps a key. @throws Refusal 40063 when the account has its ten keys. */
  addKey(wish: KeyWish): ApiKey {
    if (this.keys.livingOf(wish.owner).length >= keysPerAccount) throw new Refusal('40063');
    const made = { serial: this.#nextNumber(), now: this.#clock.now() };
    return this.keys.add(makeKey(wish, this.#random, made));
  }

  /** A number for an order or a withdrawal: longer than JavaScript's safe integers, and growing. */
  nextOrderId(): string {
    return `12${String(this.#nextNumber()).padStart(8, '0')}${this.#random.digits(9)}`;
  }

  #nextNumber(): number {
    this.#lastNumber += 1 + Math.floor(this.#random.fraction() * 20);
    return this.#lastNumber;
  }
}
