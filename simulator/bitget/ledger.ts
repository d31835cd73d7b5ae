import type { SimulatorClock } from '../clock.ts';
import { SeededRandom } from '../random.ts';
import { type Account, openAccounts } from './accounts.ts';
import { type ApiKey, type KeyWish, keysPerAccount, makeKey } from './api-keys.ts';
import { Refusal } from './refusal.ts';

export interface Order {
  readonly orderId: string;
  readonly clientOid: string;
  readonly uid: string;
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

/** Everything that this Bitget knows: accounts, every key there ever was, orders and withdrawals. */
export class Ledger {
  readonly accounts: readonly Account[];
  readonly main: Account;
  readonly keys: ApiKey[] = [];
  readonly orders: Order[] = [];
  readonly withdrawals: Withdrawal[] = [];
  readonly #random: SeededRandom;
  readonly #clock: SimulatorClock;
  #lastNumber: number;

  constructor(seed: number, clock: SimulatorClock) {
    this.#random = new SeededRandom(seed, 'bitget ledger');
    this.#clock = clock;
    this.accounts = openAccounts(this.#random);
    this.main = this.accounts.find(({ kind }) => kind === 'MAIN') as Account;
    this.#lastNumber = Number(this.#random.digits(5));
  }

  /** The virtual sub-accounts in unified mode, in a fixed order. */
  get virtualSubAccounts(): Account[] {
    return this.accounts.filter(({ kind, mode }) => kind === 'VIRTUAL_CHILD' && mode === 'UNIFIED');
  }

  account(uid: string): Account | undefined {
    return this.accounts.find((account) => account.uid === uid);
  }

  ownerOf(key: ApiKey): Account {
    const owner = this.account(key.uid);
    if (owner === undefined) throw new Error(`key ${key.id} belongs to no account`);
    return owner;
  }

  key(id: string): ApiKey | undefined {
    return this.keys.find((key) => key.id === id);
  }

  /** Makes and keeps a key. @throws Refusal 40063 when the account has its ten keys. */
  addKey(wish: KeyWish): ApiKey {
    const present = this.keys.filter(({ uid, deletedAt }) => uid === wish.uid && deletedAt === null);
    if (present.length >= keysPerAccount) throw new Refusal('40063');
    const key = makeKey(wish, this.#random, { serial: this.#nextNumber(), now: this.#clock.now() });
    this.keys.push(key);
    return key;
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
