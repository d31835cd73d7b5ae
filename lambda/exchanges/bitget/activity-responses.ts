import * as z from 'zod';
import type { Movement, SeenOrder } from '../../core/ports.ts';

const text = z.coerce.string();
/** Milliseconds. */
const moment = z.coerce
  .number()
  .int()
  .positive()
  .transform((ms) => new Date(ms));
const cursor = text.nullish().transform((value) => value || undefined);

const order = z
  .object({ orderId: text, symbol: z.string(), createdTime: moment })
  .transform(({ orderId, symbol, createdTime }): SeenOrder => ({ id: orderId, symbol, at: createdTime }));

/** One page of an account's orders of one category. */
export const orderPage = z
  .object({ list: z.array(order).nullish(), cursor })
  .transform(({ list, ...page }) => ({ items: list ?? [], ...page }));

const withdrawal = z
  .object({
    recordId: text.optional(),
    orderId: text,
    coin: z.string(),
    size: text,
    toAddress: z.string(),
    createdTime: moment,
  })
  .transform(
    ({ recordId, orderId, coin, size, toAddress, createdTime }): Movement => ({
      kind: 'Withdrawal',
      id: recordId ?? orderId,
      at: createdTime,
      coin,
      amount: size,
      to: toAddress,
    }),
  );

/** One page of the caller's withdrawals. The page's example is a list, other pages of that kind wrap it. */
export const withdrawalPage = z
  .union([
    z.array(withdrawal).transform((list) => ({ list, cursor: undefined })),
    z.object({ list: z.array(withdrawal).nullish(), cursor }),
  ])
  .transform(({ list, ...page }) => ({ items: list ?? [], ...page }));

const transfer = z
  .object({ transferId: text, coin: z.string(), amount: text, toUserId: text, createdTime: moment })
  .transform(
    ({ transferId, coin, amount, toUserId, createdTime }): Movement => ({
      kind: 'Transfer',
      id: transferId,
      at: createdTime,
      coin,
      amount,
      to: toUserId,
    }),
  );

/** One page of a sub-account's transfers. */
export const transferPage = z
  .object({ list: z.array(transfer).nullish(), cursor })
  .transform(({ list, ...page }) => ({ items: list ?? [], ...page }));

/** The page's table says `frozen`, its example `freeze`. */
const subAccount = z
  .object({ subUid: text, status: z.string() })
  .transform(({ subUid, status }) => ({ id: subUid, isFrozen: ['freeze', 'frozen'].includes(status) }));

/** One page of the main account's sub-accounts. */
export const subAccountPage = z
  .object({
    list: z.array(subAccount).nullish(),
    hasNext: z.union([z.boolean(), z.stringbool()]).nullish(),
    cursor,
  })
  .transform(({ list, ...page }) => ({ items: list ?? [], ...page }));
