import { InputError } from '../input-error.ts';
import { noteUse } from '../key-life.ts';
import { priceOf } from '../market.ts';
import type { FreezeRecord, OrderRecord, TransferRecord, WithdrawalRecord } from '../website.ts';
import {
  type OrderWish,
  parseFreeze,
  parseOrder,
  parseTransfer,
  parseWithdrawal,
  tradesAtOnce,
} from '../website-fields.ts';
import type { ApiKey } from './api-keys.ts';
import type { Order } from './ledger.ts';
import type { World } from './world.ts';

export function withdraw(world: World, body: unknown): WithdrawalRecord {
  const { ledger, clock } = world;
  const { subAccount, ...wish } = parseWithdrawal(body);
  const uid = accountUid(world, subAccount);
  const withdrawal = { ...wish, uid, orderId: ledger.nextOrderId(), createdAt: clock.now() };
  ledger.withdrawals.push(withdrawal);
  return {
    id: withdrawal.orderId,
    ...wish,
    subAccount: publicName(world, uid),
    createdAt: toIso(withdrawal.createdAt),
  };
}

export function transfer(world: World, body: unknown): TransferRecord {
  const { ledger, clock } = world;
  const { from, to, coin, size } = parseTransfer(body);
  const [fromUserId, toUserId] = [accountUid(world, from), accountUid(world, to)];
  const createdAt = clock.now();
  const transferId = ledger.nextOrderId();
  ledger.transfers.push({ transferId, coin, amount: size, fromUserId, toUserId, createdAt });
  const [fromName, toName] = [publicName(world, fromUserId), publicName(world, toUserId)];
  return { id: transferId, from: fromName, to: toName, coin, size, createdAt: toIso(createdAt) };
}

/** Balances are not looked at: what counts is what can be seen afterwards. */
export function order(world: World, body: unknown): OrderRecord {
  const { ledger, clock } = world;
  const wish = parseOrder(body);
  const key = wish.apiKey === undefined ? undefined : tradingKey(world, wish.apiKey);
  const uid = key?.owner ?? accountUid(world, wish.subAccount);
  if (key !== undefined) noteUse(key, clock.now());
  const made = { orderId: ledger.nextOrderId(), createdAt: clock.now() };
  ledger.orders.add(uid, { ...toOrder(wish), ...made });
  return {
    id: made.orderId,
    clientOrderId: wish.clientOrderId ?? '',
    subAccount: publicName(world, uid),
    apiKey: key?.id ?? null,
    symbol: wish.symbol,
    side: wish.side,
    size: wish.size,
    price: wish.price ?? null,
    createdAt: toIso(made.createdAt),
  };
}

function toOrder(wish: OrderWish): Omit<Order, 'orderId' | 'createdAt'> {
  return {
    clientOid: wish.clientOrderId ?? '',
    category: 'SPOT',
    symbol: wish.symbol,
    side: wish.side,
    orderType: wish.price === undefined ? 'market' : 'limit',
    timeInForce: 'gtc',
    reduceOnly: 'no',
    posSide: '',
    qty: wish.size,
    price: wish.price ?? '',
    executedAt: tradesAtOnce(wish) ? String(priceOf(wish.symbol)) : null,
  };
}

/** @throws NotFoundError for an unknown or deleted key, InputError for one that may not trade or is frozen */
function tradingKey({ ledger }: World, id: string): ApiKey {
  const key = ledger.keys.getLiving(id);
  if (ledger.ownerOf(key).frozen) throw new InputError(`the sub-account of the key "${id}" is frozen`);
  if (key.type === 'read_write' && key.permissions.includes('uta_trade')) return key;
  throw new InputError(`the key "${id}" may not trade`);
}

export function freeze({ ledger, clock }: World, body: unknown): FreezeRecord {
  const { subAccount, frozen } = parseFreeze(body);
  const account = ledger.account(subAccount);
  if (account === undefined || account.kind === 'MAIN')
    throw new InputError(`unknown sub-account "${subAccount}"`);
  account.frozen = frozen;
  account.updatedAt = clock.now();
  return { subAccount, frozen };
}

/** The main account unless another is named. @throws InputError for an account that there is not */
export function accountUid({ ledger }: World, subAccount: string | undefined): string {
  const uid = subAccount ?? ledger.main.uid;
  if (ledger.account(uid) !== undefined) return uid;
  const known = ledger.virtualSubAccounts.slice(0, 3).map((account) => account.uid);
  throw new InputError(`unknown account "${uid}", known among others: ${known.join(', ')}`);
}

function publicName({ ledger }: World, uid: string): string | null {
  return uid === ledger.main.uid ? null : uid;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
