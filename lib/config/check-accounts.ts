import { EXCHANGES } from '../../lambda/exchanges/catalog.ts';
import type { ExchangeTraits } from '../../lambda/exchanges/traits.ts';
import { checkKey, longestLifeMinutes } from './check-key.ts';
import { checkReaders } from './check-readers.ts';
import { checkWatchOfAccount } from './check-watch.ts';
import { duplicates } from './duplicates.ts';
import type { Problem } from './problem.ts';
import { mostRetiring, readRotation } from './rotation-schedule.ts';
import type { AccountConfig, FullConfig, KeyConfig } from './schema.ts';

/** Name of the stack of what all accounts share; no account may have it. */
export const SHARED = 'shared';

const LOCAL_ADDRESS = /^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}$/;

/** Everything that the accounts can have wrong, each by itself and together. */
export function checkAccounts(config: FullConfig): Problem[] {
  const { accounts } = config;
  const names = accounts.map(({ name }, index) => ({ value: name, path: ['accounts', index, 'name'] }));
  return [
    ...duplicates(names),
    ...accounts.flatMap((account, index) =>
      under(['accounts', index], [...checkAccount(account), ...ownAddressIsMissing(account, config)]),
    ),
    ...subAccountsInTwoAccounts(accounts),
    ...checkReaders(config),
  ];
}

function under(parent: readonly PropertyKey[], problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: [...parent, ...problem.path] }));
}

function checkAccount(account: AccountConfig): Problem[] {
  const exchange = Object.hasOwn(EXCHANGES, account.exchange) ? EXCHANGES[account.exchange] : undefined;
  if (!exchange) {
    return [{ path: ['exchange'], got: account.exchange, allowed: Object.keys(EXCHANGES).join(', ') }];
  }
  return [
    ...nameIsTaken(account),
    ...environmentIsMissing(account, exchange),
    ...addressIsForeign(account, exchange),
    ...keysClash(account),
    ...account.keys.flatMap((key, index) => under(['keys', index], checkKey(key, exchange))),
    ...subAccountIsFull(account, exchange),
    ...checkWatchOfAccount(account, exchange),
  ];
}

function nameIsTaken({ name }: AccountConfig): Problem[] {
  if (name !== SHARED) return [];
  return [{ path: ['name'], got: name, allowed: 'any other name: that one is the shared stack' }];
}

function environmentIsMissing(
  { environment }: AccountConfig,
  { environments, title }: ExchangeTraits,
): Problem[] {
  if (environments.includes(environment)) return [];
  return [
    {
      path: ['environment'],
      got: environment,
      allowed: `an environment of ${title}: ${environments.join(', ')}`,
    },
  ];
}

/** A wrong address would send signed calls, and new key secrets, to a stranger. */
function addressIsForeign({ baseUrl }: AccountConfig, exchange: ExchangeTraits): Problem[] {
  const own = [exchange.baseUrl, ...exchange.otherBaseUrls];
  if (baseUrl === undefined || own.includes(baseUrl) || LOCAL_ADDRESS.test(baseUrl)) return [];
  const allowed = `${own.join(', ')}, or a simulator: http://127.0.0.1:<port>, http://localhost:<port>`;
  return [{ path: ['baseUrl'], got: baseUrl, allowed }];
}

/**
 * Where an exchange does not say that it refused a key for its address, a key is verified from the functions' address
 * or not at all. That of a NAT gateway is not known before the first deployment.
 */
function ownAddressIsMissing({ exchange, keys }: AccountConfig, { egress }: FullConfig): Problem[] {
  const traits = Object.hasOwn(EXCHANGES, exchange) ? EXCHANGES[exchange] : undefined;
  const address = egress.type === 'existing-vpc' ? egress.address : undefined;
  if (!traits || traits.tellsRefusedAddress || address === undefined) return [];
  const allowed = `a list with the functions' own address ${address} in it: ${traits.title} does not say why it refuses a key, so none can be verified from elsewhere`;
  return keys.flatMap(({ allowList }, index) =>
    allowList === 'any-address' || allowList.includes(address)
      ? []
      : [{ path: ['keys', index, 'allowList'], got: allowList, allowed }],
  );
}

function keysClash({ keys }: AccountConfig): Problem[] {
  const names = keys.map(({ name }, index) => ({ value: name, path: ['keys', index, 'name'] }));
  const replaced = keys.flatMap(({ replaces }, index) =>
    replaces ? [{ value: replaces, path: ['keys', index, 'replaces'] }] : [],
  );
  return [...duplicates(names), ...duplicates(replaced)];
}

/** Two accounts on one sub-account would report each other's keys as foreign for ever. */
function subAccountsInTwoAccounts(accounts: readonly AccountConfig[]): Problem[] {
  const owners = accounts.flatMap(({ exchange, environment, keys }, index) =>
    [...new Set(keys.map((key) => key.subAccount))].map((id) => ({
      index,
      value: [exchange, environment, id].join(' '),
    })),
  );
  return duplicates(owners.map(({ value, index }) => ({ value, path: ['accounts', index, 'keys'] }))).map(
    (problem) => ({ ...problem, allowed: 'the keys of one sub-account all in one account' }),
  );
}

/** Retiring keys, the current and the pending one of every key must find a place on the sub-account. */
function subAccountIsFull({ keys }: AccountConfig, { keysPerSubAccount, title }: ExchangeTraits): Problem[] {
  const subAccounts = [...new Set(keys.map((key) => key.subAccount))];
  return subAccounts.flatMap((subAccount) => {
    const own = keys.filter((key) => key.subAccount === subAccount);
    const alive = own.reduce((sum, key) => sum + mostAlive(key), 0);
    if (alive <= keysPerSubAccount) return [];
    const allowed = `at most ${keysPerSubAccount} keys alive at once on a sub-account of ${title}; rotate less often or shorten the grace period`;
    return [{ path: ['keys'], got: `${alive} keys alive at once on sub-account ${subAccount}`, allowed }];
  });
}

function mostAlive(key: KeyConfig): number {
  const read = readRotation(key.rotate);
  return 'allowed' in read ? 0 : mostRetiring(read, longestLifeMinutes(key)) + 2;
}
