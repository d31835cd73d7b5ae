import * as z from 'zod';
import type { Movement, SeenOrder } from '../../core/ports.ts';

const text = z.coerce.string();
/** Milliseconds. */
const moment = z.coerce
  .number()
  .int()
  .positive()
  .transform((ms) => new Date(ms));

const order = z
  .object({ orderId: text, symbol: z.string(), time: moment })
  .transform(({ orderId, symbol, time }): SeenOrder => ({ id: orderId, symbol, at: time }));

/** The caller's orders of one symbol. */
export const orders = z.array(order);

/** The coins that the caller holds, in the account or in its orders. */
export const balances = z
  .object({ balances: z.array(z.object({ asset: z.string(), free: text, locked: text })) })
  .transform((account) =>
    account.balances
      .filter(({ free, locked }) => Number(free) > 0 || Number(locked) > 0)
      .map(({ asset }) => asset),
  );

/** In UTC, without saying so. */
const applyTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  .transform((time) => new Date(`${time.replace(' ', 'T')}Z`));

const withdrawal = z
  .object({ id: text, coin: z.string(), amount: text, address: z.string(), applyTime })
  .transform(
    ({ id, coin, amount, address, applyTime: at }): Movement => ({
      kind: 'Withdrawal',
      ...{ id, at, coin, amount, to: address },
    }),
  );

/** The caller's withdrawals. */
export const withdrawals = z.array(withdrawal);

const transfer = z
  .object({ tranId: text, asset: z.string(), amount: text, toEmail: z.string(), createTimeStamp: moment })
  .transform(
    ({ tranId, asset, amount, toEmail, createTimeStamp }): Movement => ({
      kind: 'Transfer',
      ...{ id: tranId, at: createTimeStamp, coin: asset, amount, to: toEmail },
    }),
  );

/** One page of a sub-account's transfers. */
export const transfers = z.object({ result: z.array(transfer) }).transform(({ result }) => result);

const subAccount = z
  .object({ email: z.string(), isFreeze: z.union([z.boolean(), z.stringbool()]) })
  .transform(({ email, isFreeze }) => ({ id: email, isFrozen: isFreeze }));

/** One page of the master account's sub-accounts. */
export const subAccounts = z
  .object({ subAccounts: z.array(subAccount) })
  .transform((page) => page.subAccounts);
