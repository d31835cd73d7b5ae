import * as z from 'zod';
import type { KeyDescription, ListedKey, ManagerDescription, Permission } from '../../core/api-key.ts';

/** Every refusal looks like this; an answer that succeeded has no `code`. */
export const refusalBody = z.object({ code: z.coerce.string().regex(/^-?\d{1,6}$/), msg: z.unknown() });

/** Booleans come as such, or as text. */
const flag = z.union([z.boolean(), z.stringbool()]);
/** Whatever a set of rights says besides what is named is looked at too: a right that is not on file counts. */
const rights = z.looseObject({});

const keyId = { apiKey: z.string().optional(), apikey: z.string().optional() };

/** The key of a create call. Its pages spell the key ID `apiKey`, those of the list `apikey`. */
export const issued = z.object(keyId).transform((key, context) => {
  const id = key.apiKey ?? key.apikey;
  if (id) return { keyId: id };
  context.addIssue({ code: 'custom', message: 'apiKey is missing' });
  return z.NEVER;
});

const listItem = rights
  .extend({ ...keyId, apiName: z.string().nullish(), timestamp: z.coerce.number().nullish() })
  .transform((item): ListedKey => {
    const products = grantedOf(item, /^can/);
    return {
      keyId: item.apiKey ?? item.apikey ?? '',
      label: item.apiName ?? '',
      permission: permissionOf(products),
      products,
      allowList: 'untold',
      ...createdAt(item.timestamp),
    };
  })
  .refine((key) => key.keyId !== '', 'apikey is missing');

/** One page of a sub-account's keys. */
export const keyPage = z.object({ total: z.coerce.number().int().nonnegative(), list: z.array(listItem) });

/** The addresses that one key is bound to; empty if it is bound to none. */
export const addresses = z
  .object({ ipRestrict: flag, ipList: z.array(z.string()).nullish() })
  .transform(({ ipRestrict, ipList }) => (ipRestrict ? (ipList ?? []) : []));

/** What the same right is called when a key is made, by what it is called when the key describes itself. */
const PRODUCT_OF_RIGHT: Readonly<Record<string, string>> = {
  enableSpotAndMarginTrading: 'canTrade',
  enableMargin: 'canMarginLoanRepay',
  enableFutures: 'canFuturesTrade',
  enableVanillaOptions: 'canVanillaOptions',
  permitsUniversalTransfer: 'canUniversalTransfer',
};

/** Rights that only read, and the one that is told by itself. */
const NO_PRODUCTS = ['enableReading', 'enableFixReadOnly', 'enableWithdrawals'];

/** `GET /sapi/v1/account/apiRestrictions`: the calling key about itself. */
const restrictions = rights.extend({ ipRestrict: flag, enableReading: flag, enableWithdrawals: flag });

/** The calling key's description of itself. It tells neither whose it is nor which addresses it is bound to. */
export const keyDescription = restrictions.transform((told): KeyDescription => {
  const products = grantedOf(told, /^(enable|permits)/)
    .filter((right) => !NO_PRODUCTS.includes(right))
    .map((right) => PRODUCT_OF_RIGHT[right] ?? right);
  return {
    permission: permissionOf(products),
    products,
    allowList: told.ipRestrict ? 'untold' : [],
    mayWithdraw: told.enableWithdrawals,
  };
});

/**
 * The calling manager key's description of itself. Whether it belongs to the master account shows when it lists a
 * sub-account's keys. The IP calls want the trading right (confirmed), the create and delete calls may.
 */
export const managerDescription = restrictions.transform(
  (told): ManagerDescription => ({
    mayManageKeys: told.enableReading && flag.safeParse(told.enableSpotAndMarginTrading).data === true,
    mayWithdraw: told.enableWithdrawals,
    allowList: told.ipRestrict ? 'untold' : [],
  }),
);

/** Names of the rights that are granted, among the fields that are rights. */
function grantedOf(fields: Readonly<Record<string, unknown>>, isRight: RegExp): string[] {
  return Object.entries(fields)
    .filter(([name, value]) => isRight.test(name) && flag.safeParse(value).data === true)
    .map(([name]) => name);
}

/** Anything beyond reading counts as the greater power. */
function permissionOf(products: readonly string[]): Permission {
  return products.length === 0 ? 'read' : 'trade';
}

/** No date can hold more. */
const LATEST_DATE_MS = 8.64e15;

/** The page does not say whether it is the time of creation or of the last change: never earlier than the former. */
function createdAt(ms: number | null | undefined): { createdAt?: Date } {
  return ms && Number.isSafeInteger(ms) && ms > 0 && ms <= LATEST_DATE_MS ? { createdAt: new Date(ms) } : {};
}
