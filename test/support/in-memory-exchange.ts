import { createPublicKey } from 'node:crypto';
import type {
  Credentials,
  IssuedKey,
  KeyDescription,
  ListedKey,
  ManagerDescription,
} from '../../lambda/core/api-key.ts';
import {
  ExchangeRefusedError,
  ExchangeUnavailableError,
  OutcomeUnknownError,
  type Refusal,
} from '../../lambda/core/errors.ts';
import type {
  Activity,
  Exchange,
  IssueOrder,
  Movement,
  RevokeOrder,
  SeenOrder,
  Span,
  Time,
} from '../../lambda/core/ports.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { Effects } from './effects.ts';

/** The address that the functions call from; the manager key is bound to it. */
export const FUNCTION_ADDRESS = '192.0.2.10';
/** The address of a bot, in the allow-list of its key. */
export const BOT_ADDRESS = '198.51.100.7';

/** A key as this exchange keeps it. */
export interface KeptKey {
  readonly keyId: string;
  readonly subAccount: string;
  label: string;
  permission: 'read' | 'trade';
  products: readonly string[];
  allowList: readonly string[];
  readonly secret: string;
  readonly passphrase: string | undefined;
  /** In PEM, if the key pair is the customer's. */
  readonly publicKey?: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  /** The account that the key really belongs to; a wrong one if the exchange mixed them up. */
  readonly accountId: string;
  readonly mayWithdraw: boolean;
  /** Not known before. */
  readonly activeFrom: Date;
  /** Not on the list before. */
  readonly listedFrom: Date;
}

/** `refuse`: says no. `loseAnswer`: acts, and nobody hears. `neverSent`: does not act, and that is certain. */
export type ExchangeFault = { readonly refuse: Refusal } | 'loseAnswer' | 'neverSent';
type Call =
  | 'completeKey'
  | 'listKeys'
  | 'issueKey'
  | 'revokeKey'
  | 'describeKey'
  | 'describeManager'
  | 'listOrders'
  | 'listWithdrawals'
  | 'listTransfers'
  | 'listFrozen'
  | 'setFrozen';

/** What happened on the accounts of this exchange. */
interface Seen {
  orders: readonly (SeenOrder & { readonly subAccount: string })[];
  /** Absent: the exchange does not tell. */
  coins: readonly string[] | undefined;
  withdrawals: readonly Movement[];
  transfers: readonly (Movement & { readonly subAccount: string })[];
  frozen: readonly string[];
}

/** An exchange over a table of keys. Keys that were revoked are gone from the table. */
export class InMemoryExchange implements Exchange {
  readonly name = 'bitget';
  keysPerSubAccount = 10;
  readonly passphraseLength?: number = 24;
  /** Whether new keys are made for a public key of the caller's, as at Binance. */
  takesPublicKey = false;
  /** Whether the list leaves out the addresses, as at Binance. */
  listsAddresses = true;
  readonly keys = new Map<string, KeptKey>();
  /** Every key that was ever revoked, in order. */
  readonly revoked: string[] = [];
  /** How long a new key is unknown. */
  activationMs = 0;
  /** How long a new key is missing from the list. */
  listingMs = 0;
  /** How long a revoked key goes on working, or stays on the list. */
  dyingMs = 0;
  ghostMs = 0;
  tellsCreation = true;
  manager: ManagerDescription = {
    isSubAccount: false,
    mayManageKeys: true,
    mayWithdraw: false,
    allowList: [FUNCTION_ADDRESS],
  };
  /** What the exchange does to the next key instead of what was ordered. */
  #spoil: Partial<KeptKey> = {};
  readonly #time: Time;
  readonly #effects: Effects;
  readonly #faults: { call: Call; fault: ExchangeFault }[] = [];
  readonly #hooks: { call: Call; act: () => Promise<void> | void }[] = [];
  readonly #dying = new Map<string, { key: KeptKey; worksUntil: number; listedUntil: number }>();
  #made = 0;

  constructor(time: Time, effects = new Effects()) {
    this.#time = time;
    this.#effects = effects;
  }

  /** The next call of this name meets the fault. */
  fail(call: Call, fault: ExchangeFault): void {
    this.#faults.push({ call, fault });
  }

  /** Does something in the world right after the next call of this name has been answered. */
  afterNext(call: Call, act: () => Promise<void> | void): void {
    this.#hooks.push({ call, act });
  }

  spoilNextKey(spoil: Partial<KeptKey>): void {
    this.#spoil = spoil;
  }

  /** A person makes a key by hand. */
  addKey(fields: Partial<KeptKey> = {}): KeptKey {
    this.#made += 1;
    const subAccount = fields.subAccount ?? '1001';
    const now = this.#time.now();
    const key: KeptKey = {
      keyId: `bg_key_number_${String(this.#made).padStart(4, '0')}`,
      subAccount,
      label: 'made-by-hand',
      permission: 'trade',
      products: ['uta_trade'],
      allowList: [BOT_ADDRESS, FUNCTION_ADDRESS],
      secret: `secret-of-key-${this.#made}`,
      passphrase: 'Passphrase1',
      createdAt: now,
      expiresAt: undefined,
      accountId: subAccount,
      mayWithdraw: false,
      activeFrom: now,
      listedFrom: now,
      ...fields,
    };
    this.keys.set(key.keyId, key);
    return key;
  }

  /** A person deletes a key by hand. */
  removeKey(keyId: string): void {
    this.keys.delete(keyId);
  }

  /** IDs of all keys that work. */
  get living(): string[] {
    return [...this.keys.keys()];
  }

  async listKeys(subAccount: string): Promise<readonly ListedKey[]> {
    return await this.#read('listKeys', () => {
      const now = this.#time.now().getTime();
      const ghosts = [...this.#dying.values()].filter(({ listedUntil }) => now < listedUntil);
      return [...this.keys.values(), ...ghosts.map(({ key }) => key)]
        .filter((key) => key.subAccount === subAccount && key.listedFrom.getTime() <= now)
        .map((key) => this.#listed(key));
    });
  }

  async completeKey(_subAccount: string, listed: ListedKey): Promise<ListedKey> {
    if (listed.allowList !== 'untold') return listed;
    return await this.#read('completeKey', () => {
      const key = this.keys.get(listed.keyId);
      if (!key) throw refusal('InvalidRequest');
      return { ...listed, allowList: key.allowList };
    });
  }

  async issueKey(order: IssueOrder): Promise<IssuedKey> {
    return await this.#write('issueKey', () => {
      const held = [...this.keys.values()].filter(({ subAccount }) => subAccount === order.subAccount);
      if (held.length >= this.keysPerSubAccount)
        throw new ExchangeRefusedError('KeyLimitReached', '1', 'issueKey');
      const now = this.#time.now().getTime();
      const { passphrase, publicKey, ...wanted } = order;
      const key = this.addKey({
        ...wanted,
        passphrase: passphrase?.reveal(),
        ...(publicKey === undefined ? {} : { publicKey }),
        activeFrom: new Date(now + this.activationMs),
        listedFrom: new Date(now + this.listingMs),
        ...this.#spoil,
      });
      this.#spoil = {};
      return publicKey === undefined
        ? { keyId: key.keyId, secret: new Redacted(key.secret) }
        : { keyId: key.keyId };
    });
  }

  async revokeKey({ keyId }: RevokeOrder): Promise<void> {
    await this.#write('revokeKey', () => {
      const key = this.keys.get(keyId);
      if (!key) return;
      const now = this.#time.now().getTime();
      this.#dying.set(keyId, { key, worksUntil: now + this.dyingMs, listedUntil: now + this.ghostMs });
      this.keys.delete(keyId);
      this.revoked.push(keyId);
    });
  }

  async describeKey({ keyId, secret, passphrase }: Credentials): Promise<KeyDescription> {
    return await this.#read('describeKey', () => {
      const now = this.#time.now().getTime();
      const dying = this.#dying.get(keyId);
      const key = this.keys.get(keyId) ?? (dying && now < dying.worksUntil ? dying.key : undefined);
      if (!key || now < key.activeFrom.getTime()) throw refusal('UnknownKey');
      if (passphrase?.reveal() !== key.passphrase) throw refusal('BadPassphrase');
      if (!signsFor(secret, key)) throw refusal('BadSignature');
      if (key.allowList.length > 0 && !key.allowList.includes(FUNCTION_ADDRESS))
        throw refusal('AddressNotAllowed');
      const { accountId, mayWithdraw, permission, products, allowList } = key;
      return { accountId, mayWithdraw, permission, products, allowList };
    });
  }

  async describeManager(): Promise<ManagerDescription> {
    return await this.#read('describeManager', () => this.manager);
  }

  /** What happened on its accounts, as a test wants it seen. */
  readonly seen: Seen = { orders: [], coins: undefined, withdrawals: [], transfers: [], frozen: [] };
  /** Whether the list of keys shows every right. */
  listsEveryRight = true;
  canFreeze = true;

  get activity(): Activity {
    const { coins } = this.seen;
    const within = ({ from, to }: Span, at: Date) => from <= at && at <= to;
    return {
      listsEveryRight: this.listsEveryRight,
      listOrders: async (signer, { span }) => {
        const { accountId = '' } = await this.describeKey(signer);
        return await this.#read('listOrders', () => ({
          orders: this.seen.orders.filter(
            (order) => order.subAccount === accountId && within(span, order.at),
          ),
          isCut: false,
        }));
      },
      ...(coins ? { listCoins: async () => coins } : {}),
      listWithdrawals: async (span) =>
        await this.#read('listWithdrawals', () => this.seen.withdrawals.filter(({ at }) => within(span, at))),
      listTransfers: async (subAccount, span) =>
        await this.#read('listTransfers', () =>
          this.seen.transfers.filter((item) => item.subAccount === subAccount && within(span, item.at)),
        ),
      listFrozen: async () => await this.#read('listFrozen', () => [...this.seen.frozen]),
    };
  }

  get setFrozen(): Exchange['setFrozen'] {
    if (!this.canFreeze) return undefined;
    return async (subAccount, isFrozen) => {
      await this.#write('setFrozen', () => {
        const others = this.seen.frozen.filter((frozen) => frozen !== subAccount);
        this.seen.frozen = isFrozen ? [...others, subAccount] : others;
      });
    };
  }

  #listed(key: KeptKey): ListedKey {
    const { keyId, label, permission, products, allowList, createdAt, expiresAt } = key;
    return {
      ...{ keyId, label, permission, products },
      allowList: this.listsAddresses ? allowList : 'untold',
      ...(this.tellsCreation ? { createdAt } : {}),
      ...(expiresAt ? { expiresAt } : {}),
    };
  }

  async #read<T>(call: Call, answer: () => T): Promise<T> {
    this.#effects.requireAlive();
    const fault = this.#takeFault(call);
    if (fault === 'loseAnswer' || fault === 'neverSent')
      throw new ExchangeUnavailableError(call, 'no answer');
    if (fault) throw refusal(fault.refuse);
    const answered = answer();
    await this.#runHooks(call);
    return answered;
  }

  async #write<T>(call: Call, act: () => T): Promise<T> {
    const fault = this.#takeFault(call);
    if (fault === 'neverSent') throw new ExchangeUnavailableError(call, 'ECONNREFUSED');
    if (typeof fault === 'object') throw refusal(fault.refuse);
    const lost = () => new OutcomeUnknownError(call, 'connection lost');
    const answered = this.#effects.do(call, act, lost);
    await this.#runHooks(call);
    if (fault === 'loseAnswer') throw lost();
    return answered;
  }

  #takeFault(call: Call): ExchangeFault | undefined {
    const index = this.#faults.findIndex((planned) => planned.call === call);
    return index === -1 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
  }

  async #runHooks(call: Call): Promise<void> {
    const index = this.#hooks.findIndex((hook) => hook.call === call);
    if (index !== -1) await this.#hooks.splice(index, 1)[0]?.act();
  }
}

/** Whether what is signed with this secret is accepted for this key. */
export function signsFor(secret: Redacted, { secret: own, publicKey }: KeptKey): boolean {
  if (publicKey === undefined) return secret.reveal() === own;
  if (!secret.reveal().includes('PRIVATE KEY')) return false;
  return createPublicKey(secret.reveal()).equals(createPublicKey(publicKey));
}

/** What signs as this key. */
export function credentialsOf({ keyId, secret, passphrase }: KeptKey): Credentials {
  return {
    keyId,
    secret: new Redacted(secret),
    ...(passphrase === undefined ? {} : { passphrase: new Redacted(passphrase) }),
  };
}

function refusal(reason: Refusal): ExchangeRefusedError {
  return new ExchangeRefusedError(reason, '1', 'the call');
}
