import { isIP } from 'node:net';
import type { ExchangeTraits } from '../../lambda/exchanges/traits.ts';
import type { Problem } from './problem.ts';
import type { AccountConfig, KeyConfig } from './schema.ts';

/**
 * Readers whose last read can be noted: each is a tag of the secret, which holds 50 in all.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html (2026-11)
 */
const MOST_READERS = 30;

/** A reconcile pass that takes three minutes is alarmed, and half of one is for everything else that it does. */
const LISTING_MINUTES = 2.5;

/**
 * A stack holds 500 resources: three for each key, the rest for the account.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (2026-11)
 */
export const MOST_KEYS = 140;

/** What one declared key can have wrong in what is watched of it; paths are relative to the key. */
export function checkWatch(key: KeyConfig, exchange: ExchangeTraits): Problem[] {
  return [
    ...tooManyReaders(key),
    ...readerAddressIsMalformed(key),
    ...symbolsOfAReadKey(key),
    ...symbolsHaveToBeNamed(key, exchange),
  ];
}

/** What the keys of an account can have wrong together; paths are relative to the account. */
export function checkWatchOfAccount(account: AccountConfig, exchange: ExchangeTraits): Problem[] {
  return [...symbolsOfSomeKeys(account), ...tooManyKeys(account), ...tooMuchToList(account, exchange)];
}

function tooManyReaders({ readers }: KeyConfig): Problem[] {
  if (readers.length <= MOST_READERS) return [];
  const allowed = `at most ${MOST_READERS} readers of one key; let programs share a role`;
  return [{ path: ['readers'], got: `${readers.length} readers`, allowed }];
}

function readerAddressIsMalformed({ readers }: KeyConfig): Problem[] {
  const allowed =
    "an address, an address block like '10.0.0.0/16', or an AWS service like 'ecs-tasks.amazonaws.com'";
  return readers.flatMap(({ addresses = [] }, reader) =>
    addresses.flatMap((address, index) =>
      isAddressBlock(address) || /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(address)
        ? []
        : [{ path: ['readers', reader, 'addresses', index], got: address, allowed }],
    ),
  );
}

function isAddressBlock(text: string): boolean {
  const [base = '', length, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(base)] ?? -1;
  if (more.length > 0 || bits < 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
}

function symbolsOfAReadKey({ permission, symbols }: KeyConfig): Problem[] {
  if (permission === 'trade' || symbols === undefined) return [];
  return [{ path: ['symbols'], got: symbols, allowed: 'no such field: a key that reads enters no orders' }];
}

function symbolsHaveToBeNamed({ symbols }: KeyConfig, { sees, title }: ExchangeTraits): Problem[] {
  if (symbols !== 'any' || sees.orders === 'every symbol') return [];
  const allowed = `a list of symbols: ${title} tells the orders of symbols that are asked for by name`;
  return [{ path: ['symbols'], got: symbols, allowed }];
}

/** An exchange tells the orders of a sub-account, not of a key. */
function symbolsOfSomeKeys({ keys }: AccountConfig): Problem[] {
  const watched = keys.filter(({ symbols }) => symbols !== undefined).map(({ subAccount }) => subAccount);
  const allowed =
    'the symbols of this key too: another key of its sub-account declares its own, and orders are told by sub-account';
  return keys.flatMap(({ permission, symbols, subAccount }, index) =>
    permission === 'trade' && symbols === undefined && watched.includes(subAccount)
      ? [{ path: ['keys', index, 'symbols'], got: undefined, allowed }]
      : [],
  );
}

/** What cannot be listed in the time of one pass would never be seen as a whole. */
function tooMuchToList({ keys }: AccountConfig, exchange: ExchangeTraits): Problem[] {
  const { listsPerMinute, listsAddressesByKey, title } = exchange;
  const subAccounts = new Set(keys.map(({ subAccount }) => subAccount)).size;
  const most = listsPerMinute * LISTING_MINUTES;
  if (subAccounts + (listsAddressesByKey ? keys.length : 0) <= most) return [];
  const counted = listsAddressesByKey ? 'sub-accounts and keys together' : 'sub-accounts';
  const allowed = `at most ${most} ${counted} in one account at ${title}: one reconcile pass lists no more; ${DECLARE_ELSEWHERE}`;
  return [{ path: ['keys'], got: `${subAccounts} sub-accounts with ${keys.length} keys`, allowed }];
}

const DECLARE_ELSEWHERE =
  'declare the others in an account of another name, with a manager key of its own and other sub-accounts';

function tooManyKeys({ keys }: AccountConfig): Problem[] {
  if (keys.length <= MOST_KEYS) return [];
  const allowed = `at most ${MOST_KEYS} keys in one account, as its stack holds no more; ${DECLARE_ELSEWHERE}`;
  return [{ path: ['keys'], got: `${keys.length} keys`, allowed }];
}
