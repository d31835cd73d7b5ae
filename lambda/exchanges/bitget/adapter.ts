import type { IssuedKey, KeyDescription, ListedKey, ManagerDescription } from '../../core/api-key.ts';
import { ExchangeRefusedError, ExchangeUnavailableError } from '../../core/errors.ts';
import type { Exchange, IssueOrder } from '../../core/ports.ts';
import { Redacted } from '../../core/redacted.ts';
import type { AdapterOptions } from '../adapter.ts';
import { bitgetActivity } from './activity.ts';
import { BitgetCalls } from './calls.ts';
import { SUB_KEY_NOT_FOUND } from './errors.ts';
import { issued, keyDescription, keyPage, managerDescription } from './responses.ts';
import { bitgetTraits } from './traits.ts';

const PAGE_LIMIT = '100';
/** Far more pages than ten keys can fill; an exchange that pages for ever is not believed. */
const MOST_PAGES = 50;

/** Bitget, unified account, v3 API. @see https://www.bitget.com/api-doc/uta/account/sub-account (read Nov 2026) */
export function bitget(options: AdapterOptions): Exchange {
  const calls = new BitgetCalls(options);
  return {
    name: bitgetTraits.name,
    keysPerSubAccount: bitgetTraits.keysPerSubAccount,
    ...(bitgetTraits.passphraseLength === undefined
      ? {}
      : { passphraseLength: bitgetTraits.passphraseLength }),
    takesPublicKey: false,
    listKeys: (subAccount) => listKeys(calls, subAccount),
    completeKey: async (_subAccount, listed) => listed,
    issueKey: (order) => issueKey(calls, order),
    revokeKey: ({ keyId }) => revokeKey(calls, keyId),
    describeKey: (key): Promise<KeyDescription> =>
      calls.get('/api/v3/account/info', { parser: keyDescription, key }),
    describeManager: (): Promise<ManagerDescription> =>
      calls.get('/api/v3/account/info', { parser: managerDescription }),
    activity: bitgetActivity(calls),
    setFrozen: async (subUid, frozen) => {
      await calls.post('/api/v3/user/freeze-sub', { subUid, operation: frozen ? 'freeze' : 'unfreeze' });
    },
  };
}

async function listKeys(calls: BitgetCalls, subUid: string): Promise<ListedKey[]> {
  const keys: ListedKey[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { subUid, limit: PAGE_LIMIT, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await calls.get('/api/v3/user/sub-api-list', { parser: keyPage, query });
    keys.push(...answer.items);
    if (answer.hasNext !== true) return keys;
    if (!answer.cursor || answer.cursor === cursor) break; // half a list would count living keys as dead
    cursor = answer.cursor;
  }
  throw new ExchangeUnavailableError('the key list', 'it does not end');
}

async function issueKey(calls: BitgetCalls, order: IssueOrder): Promise<IssuedKey> {
  const { keyId, secret } = await calls.post(
    '/api/v3/user/create-sub-api',
    {
      subUid: order.subAccount,
      note: order.label,
      type: order.permission === 'read' ? 'read_only' : 'read_write',
      passphrase: order.passphrase?.reveal(),
      permissions: order.products,
      ips: order.allowList,
    },
    issued,
  );
  return { keyId, secret: new Redacted(secret) };
}

async function revokeKey(calls: BitgetCalls, apiKey: string): Promise<void> {
  try {
    await calls.post('/api/v3/user/delete-sub-api', { apiKey });
  } catch (error) {
    const gone = error instanceof ExchangeRefusedError && error.code === SUB_KEY_NOT_FOUND;
    if (!gone) throw error;
  }
}
