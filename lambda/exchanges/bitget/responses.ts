import * as z from 'zod';
import type { KeyDescription, ListedKey, ManagerDescription, Permission } from '../../core/api-key.ts';

/** Bitget's envelope. `code` is `00000` on success; everything else is in `data`. */
export const envelope = z.object({ code: z.coerce.string().regex(/^\d{1,8}$/), data: z.unknown() });

export const SUCCESS = '00000';

const text = z.coerce.string();
/** A number or text; `null` must not become the text 'null'. */
const id = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null ? undefined : String(value)));
const permissions = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** The pages' tables spell the key ID `apikey`, their examples `apiKey`. */
export const issued = z
  .object({ apiKey: z.string().optional(), apikey: z.string().optional(), secret: z.string().min(1) })
  .transform(({ apiKey, apikey, secret }, context) => {
    const keyId = apiKey ?? apikey;
    if (keyId) return { keyId, secret };
    context.addIssue({ code: 'custom', message: 'apiKey is missing' });
    return z.NEVER;
  });

const listItem = z
  .object({
    apiKey: z.string().optional(),
    apikey: z.string().optional(),
    note: z.string().nullish(),
    type: z.enum(['read_only', 'read_write']),
    permissions,
    ips: z.array(z.string()).nullish(),
    ts: text.optional(),
  })
  .transform(
    (item): ListedKey => ({
      keyId: item.apiKey ?? item.apikey ?? '',
      label: item.note ?? '',
      permission: item.type === 'read_only' ? 'read' : 'trade',
      products: item.permissions,
      allowList: item.ips ?? [],
      ...createdAt(item.ts),
    }),
  )
  .refine((key) => key.keyId !== '', 'apiKey is missing');

const listItems = z.array(listItem).nullish();

/** One page of a sub-account's keys. The pages say `items`; one client that tests live answers says `list`. */
export const keyPage = z
  .object({
    items: listItems,
    list: listItems,
    hasNext: z.union([z.boolean(), z.stringbool()]).nullish(),
    cursor: text.nullish(),
  })
  .refine(({ items, list }) => items ?? list, 'items is missing')
  .transform(({ items, list, ...page }) => ({ ...page, items: items ?? list ?? [] }));

/** `GET /api/v3/account/info`. The pages say `uid`, the SDK's types `userId`. */
const accountInfo = z.object({
  uid: id,
  userId: id,
  parentId: id,
  ips: z.string().nullish(),
  permType: z.string(),
  permissions,
});

/** The calling key's description of itself. */
export const keyDescription = accountInfo.transform(
  (info): KeyDescription => ({
    accountId: info.uid ?? info.userId ?? '',
    permission: permissionOf(info.permType),
    products: info.permissions.filter((name) => name !== 'withdraw'),
    allowList: addresses(info.ips),
    mayWithdraw: info.permissions.includes('withdraw'),
  }),
);

/** The calling manager key's description of itself. */
export const managerDescription = accountInfo.transform(
  (info): ManagerDescription => ({
    isSubAccount: !['', '0'].includes(info.parentId ?? ''),
    mayManageKeys: permissionOf(info.permType) === 'trade' && info.permissions.includes('uta_mgt'),
    mayWithdraw: info.permissions.includes('withdraw'),
    allowList: addresses(info.ips),
  }),
);

/** Anything that is not plainly read-only counts as the greater power. */
function permissionOf(permType: string): Permission {
  return permType.replace('_', '-') === 'read-only' ? 'read' : 'trade';
}

function addresses(ips: string | null | undefined): string[] {
  return (ips ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

/** No date can hold more. */
const LATEST_DATE_MS = 8.64e15;

function createdAt(ts: string | undefined): { createdAt?: Date } {
  const ms = Number(ts);
  return ts !== undefined && Number.isSafeInteger(ms) && ms > 0 && ms <= LATEST_DATE_MS
    ? { createdAt: new Date(ms) }
    : {};
}
