import { type Fields, optionalChoice, optionalFlag, optionalText, parseFields } from './fields.ts';
import { InputError } from './input-error.ts';
import { priceOf, symbols } from './market.ts';
import { type FreezeRecord, type WithdrawalRecord, withdrawalStatuses } from './website.ts';

/** Fields of a hand-made key that every exchange has; an exchange may have more. */
export const keyFields = ['subAccount', 'label', 'mayWrite', 'permissions', 'ips', 'environment', 'apiKey'];

/** Fields of a key that a person can change later. */
export const changeableFields = ['label', 'mayWrite', 'permissions', 'ips'];

/** Absent accounts mean the main account. */
type WithdrawalWish = Omit<WithdrawalRecord, 'id' | 'subAccount' | 'createdAt'> & {
  readonly subAccount: string | undefined;
};

export function parseWithdrawal(body: unknown): WithdrawalWish {
  const fields = parseFields(body, ['subAccount', 'coin', 'size', 'toAddress', 'chain', 'status']);
  return {
    subAccount: optionalText(fields, 'subAccount'),
    coin: optionalText(fields, 'coin') ?? 'USDT',
    size: sizeOf(fields) ?? '100',
    toAddress: optionalText(fields, 'toAddress') ?? '0x0000000000000000000000000000000000000000',
    chain: optionalText(fields, 'chain') ?? 'erc20',
    status: optionalChoice(fields, 'status', withdrawalStatuses) ?? 'success',
  };
}

interface TransferWish {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly coin: string;
  readonly size: string;
}

export function parseTransfer(body: unknown): TransferWish {
  const fields = parseFields(body, ['from', 'to', 'coin', 'size']);
  const [from, to] = [optionalText(fields, 'from'), optionalText(fields, 'to')];
  if (from === to) throw new InputError('"from" and "to" must be two accounts; absent is the main account');
  return { from, to, coin: optionalText(fields, 'coin') ?? 'USDT', size: sizeOf(fields) ?? '100' };
}

export interface OrderWish {
  readonly subAccount: string | undefined;
  readonly apiKey: string | undefined;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly size: string;
  /** Undefined for a market order. */
  readonly price: string | undefined;
  readonly clientOrderId: string | undefined;
}

export function parseOrder(body: unknown): OrderWish {
  const known = ['subAccount', 'apiKey', 'symbol', 'side', 'size', 'price', 'clientOrderId'];
  const fields = parseFields(body, known);
  const [subAccount, apiKey] = [optionalText(fields, 'subAccount'), optionalText(fields, 'apiKey')];
  if (subAccount !== undefined && apiKey !== undefined)
    throw new InputError('give "apiKey" or "subAccount": a key trades for its own account');
  return {
    subAccount,
    apiKey,
    symbol: optionalChoice(fields, 'symbol', symbols) ?? 'BTCUSDT',
    side: optionalChoice(fields, 'side', ['buy', 'sell']) ?? 'buy',
    size: sizeOf(fields) ?? '1',
    price: sizeOf(fields, 'price'),
    clientOrderId: optionalText(fields, 'clientOrderId'),
  };
}

/** Whether an order trades at once: a market order, or a limit at the price that there is or a better one. */
export function tradesAtOnce({ symbol, side, price }: Pick<OrderWish, 'symbol' | 'side' | 'price'>): boolean {
  const last = priceOf(symbol) ?? 0;
  if (price === undefined) return true;
  return side === 'buy' ? Number(price) >= last : Number(price) <= last;
}

export function parseFreeze(body: unknown): FreezeRecord {
  const fields = parseFields(body, ['subAccount', 'frozen']);
  const subAccount = optionalText(fields, 'subAccount');
  if (subAccount === undefined) throw new InputError('"subAccount" is needed: a main account is not frozen');
  return { subAccount, frozen: optionalFlag(fields, 'frozen') ?? true };
}

function sizeOf(fields: Fields, name = 'size'): string | undefined {
  const text = optionalText(fields, name);
  if (text === undefined || (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0)) return text;
  throw new InputError(`"${name}" must be a positive number, as text`);
}
