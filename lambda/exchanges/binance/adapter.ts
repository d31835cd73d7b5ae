import type * as z from 'zod';
import type {
  Credentials,
  IssuedKey,
  KeyDescription,
  ListedKey,
  ManagerDescription,
} from '../../core/api-key.ts';
import { ExchangeRefusedError, ExchangeUnavailableError } from '../../core/errors.ts';
import type { Exchange, IssueOrder, RevokeOrder } from '../../core/ports.ts';
import type { AdapterOptions } from '../adapter.ts';
import { binanceActivity } from './activity.ts';
import { BinanceCalls } from './calls.ts';
import { addresses, issued, keyDescription, keyPage, managerDescription } from './responses.ts';
import { binanceTraits } from './traits.ts';

const KEYS = '/sapi/v1/sub-account/subAccountApi';
const ADDRESSES = `${KEYS}/ipRestriction`;
const SELF = '/sapi/v1/account/apiRestrictions';

const PAGE_SIZE = 100;
/** Far more pages than thirty keys can fill; an exchange that pages for ever is not believed. */
const MOST_PAGES = 50;

/** Every right that can be given, and the one that never is. */
const RIGHTS = [...binanceTraits.products.trade.allowed, 'canUniversalTransfer'];

/**
 * Binance, keys of an ordinary master account's sub-accounts.
 * @see https://developers.binance.com/legacy-docs/sub_account/api-management (read Nov 2026)
 */
export function binance(options: AdapterOptions): Exchange {
  const calls = new BinanceCalls(options);
  return {
    name: binanceTraits.name,
    keysPerSubAccount: binanceTraits.keysPerSubAccount,
    takesPublicKey: true,
    listKeys: (subAccount) => listKeys(calls, subAccount),
    completeKey: (subAccount, listed) => completeKey(calls, subAccount, listed),
    issueKey: (order) => issueKey(calls, order),
    revokeKey: (order) => revokeKey(calls, order),
    describeKey: (key): Promise<KeyDescription> => describe(calls, keyDescription, key),
    describeManager: (): Promise<ManagerDescription> => describe(calls, managerDescription),
    activity: binanceActivity(calls),
  };
}

async function describe<T extends z.ZodType>(
  calls: BinanceCalls,
  parser: T,
  key?: Credentials,
): Promise<z.output<T>> {
  return await calls.read({ path: SELF, parameters: {}, parser, ...(key ? { key } : {}) });
}

async function listKeys(calls: BinanceCalls, email: string): Promise<ListedKey[]> {
  const keys: ListedKey[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const parameters = { email, page: String(page), size: String(PAGE_SIZE) };
    const { total, list } = await calls.read({ path: KEYS, parameters, parser: keyPage });
    keys.push(...list);
    if (keys.length >= total) return keys;
    if (list.length === 0) break; // half a list would count living keys as dead
  }
  throw new ExchangeUnavailableError('the key list', 'it does not end');
}

async function completeKey(calls: BinanceCalls, email: string, listed: ListedKey): Promise<ListedKey> {
  if (listed.allowList !== 'untold') return listed;
  const parameters = { email, subAccountApiKey: listed.keyId };
  return { ...listed, allowList: await calls.read({ path: ADDRESSES, parameters, parser: addresses }) };
}

/**
 * Version 1 of the call: the newer one is not in the official client yet. The answer's secret is of no use: the pair
 * is ours, and what stands there is not documented.
 */
async function issueKey(calls: BinanceCalls, order: IssueOrder): Promise<IssuedKey> {
  const { subAccount, label, products, allowList, publicKey } = order;
  return await calls.write({
    method: 'POST',
    path: KEYS,
    parameters: {
      email: subAccount,
      apiName: label,
      status: allowList.length > 0 ? '2' : '1',
      ...(allowList.length > 0 ? { ipAddress: allowList.join(',') } : {}),
      ...Object.fromEntries(RIGHTS.map((right) => [right, String(products.includes(right))])),
      ...(publicKey === undefined ? {} : { publicKey }),
    },
    parser: issued,
  });
}

/** No page says how a key that is gone already is answered: after a refusal the list tells. */
async function revokeKey(calls: BinanceCalls, { subAccount, keyId }: RevokeOrder): Promise<void> {
  try {
    const parameters = { email: subAccount, subAccountApiKey: keyId };
    await calls.write({ method: 'DELETE', path: KEYS, parameters });
  } catch (error) {
    if (!(error instanceof ExchangeRefusedError)) throw error;
    const listed = await listKeys(calls, subAccount);
    if (listed.some((key) => key.keyId === keyId)) throw error;
  }
}
