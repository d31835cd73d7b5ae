import { InputError } from '../input-error.ts';
import { noteUse } from '../key-life.ts';
import type { FreezeRecord, OrderRecord, TransferRecord, WithdrawalRecord } from '../website.ts';
import {
  type OrderWish,
  parseFreeze,
  parseOrder,
  parseTransfer,
  parseWithdrawal,
} from '../website-fields.ts';
import { book } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import { enterOrder } from './order-routes.ts';
import type { OrderForm } from './orders.ts';
import type { World } from './world.ts';

export function withdraw(world: World, body: unknown): WithdrawalRecord {
  const { ledger, clock } = world;
  const { subAccount, ...wish } = parseWithdrawal(body);
  const email = accountEmail(world, subAccount);
  const [id, txId, createdAt] = [ledger.nextText(32), `0x${ledger.nextText(64)}`, clock.now()];
  const { coin, size: amount, toAddress: address, chain: network, status } = wish;
  const account = ledger.account(email);
  if (account && status !== 'fail') book(account, coin, -Number(amount));
  ledger.withdrawals.push({ id, email, coin, amount, address, network, status, txId, createdAt });
  return { id, ...wish, subAccount: publicName(world, email), createdAt: toIso(createdAt) };
}

export function transfer(world: World, body: unknown): TransferRecord {
  const { ledger, clock } = world;
  const { from, to, coin, size } = parseTransfer(body);
  const [fromEmail, toEmail] = [accountEmail(world, from), accountEmail(world, to)];
  const [tranId, createdAt] = [ledger.nextNumber(), clock.now()];
  const [sender, receiver] = [ledger.account(fromEmail), ledger.account(toEmail)];
  if (sender) book(sender, coin, -Number(size));
  if (receiver) book(receiver, coin, Number(size));
  ledger.transfers.push({ tranId, fromEmail, toEmail, asset: coin, amount: size, createdAt });
  const [fromName, toName] = [publicName(world, fromEmail), publicName(world, toEmail)];
  return { id: String(tranId), from: fromName, to: toName, coin, size, createdAt: toIso(createdAt) };
}

/** Balances are not looked at: what counts is what can be seen afterwards. */
export function order(world: World, body: unknown): OrderRecord {
  const { ledger, clock } = world;
  const wish = parseOrder(body);
  const key = wish.apiKey === undefined ? undefined : tradingKey(world, wish.apiKey);
  const email = key?.owner ?? accountEmail(world, wish.subAccount);
  if (key !== undefined) noteUse(key, clock.now());
  const clientOrderId = wish.clientOrderId ?? ledger.nextText(22);
  const entered = enterOrder(world, email, toForm(wish, clientOrderId));
  return {
    id: String(entered.orderId),
    clientOrderId,
    subAccount: publicName(world, email),
    apiKey: key?.id ?? null,
    symbol: wish.symbol,
    side: wish.side,
    size: wish.size,
    price: wish.price ?? null,
    createdAt: toIso(entered.createdAt),
  };
}

function toForm({ symbol, side, size, price }: OrderWish, clientOrderId: string): OrderForm {
  return {
    symbol,
    side: side === 'buy' ? 'BUY' : 'SELL',
    type: price === undefined ? 'MARKET' : 'LIMIT',
    price,
    quantity: size,
    quoteOrderQty: undefined,
    timeInForce: 'GTC',
    clientOrderId,
  };
}

/** @throws NotFoundError for an unknown or deleted key, InputError for one that may not trade */
function tradingKey({ ledger }: World, id: string): ApiKey {
  const key = ledger.keys.getLiving(id);
  if (key.rights.includes('canTrade')) return key;
  throw new InputError(`the key "${id}" may not trade`);
}

export function freeze({ ledger }: World, body: unknown): FreezeRecord {
  const { subAccount, frozen } = parseFreeze(body);
  const account = ledger.account(subAccount);
  if (account === undefined || account.kind === 'MASTER')
    throw new InputError(`unknown sub-account "${subAccount}"`);
  account.frozen = frozen;
  return { subAccount, frozen };
}

/** The master account unless another is named. @throws InputError for an account that there is not */
export function accountEmail({ ledger }: World, subAccount: string | undefined): string {
  const email = subAccount ?? ledger.master.email;
  if (ledger.account(email) !== undefined) return email;
  const known = ledger.subAccounts.slice(0, 3).map((account) => account.email);
  throw new InputError(`unknown account "${email}", known among others: ${known.join(', ')}`);
}

function publicName({ ledger }: World, email: string): string | null {
  return email === ledger.master.email ? null : email;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
