import { MANAGER_KEY_NAME } from '../../lambda/contract.ts';
import type { ExchangeTraits } from '../../lambda/exchanges/traits.ts';
import { checkWatch } from './check-watch.ts';
import { duplicates } from './duplicates.ts';
import type { Problem } from './problem.ts';
import { mostRetiring, readRotation } from './rotation-schedule.ts';
import type { KeyConfig } from './schema.ts';
import { minutesOf } from './time-span.ts';

/**
 * Retiring versions that one secret can carry. Secrets Manager has 20 staging labels for a secret; its own
 * three (AWSCURRENT, AWSPENDING, AWSPREVIOUS) and three of ours must stay free.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html (2026-11)
 */
const MOST_RETIRING_VERSIONS = 14;

type KeyCheck = (key: KeyConfig, exchange: ExchangeTraits) => Problem[];

/** Everything that one declared key can have wrong; paths are relative to the key. */
export function checkKey(key: KeyConfig, exchange: ExchangeTraits): Problem[] {
  return CHECKS.flatMap((check) => check(key, exchange));
}

const CHECKS: readonly KeyCheck[] = [
  nameIsTaken,
  nameLooksLikeAnArnSuffix,
  subAccountIsMalformed,
  productIsUnknown,
  allowListIsEmptyOrTooLong,
  addressIsMalformed,
  listRepeatsItself,
  rotationIsImpossible,
  gracePeriodIsTooShort,
  gracePeriodIsTooLong,
  checkWatch,
];

function nameIsTaken({ name }: KeyConfig): Problem[] {
  if (name !== MANAGER_KEY_NAME) return [];
  return [{ path: ['name'], got: name, allowed: "any other name: that one is the manager key's" }];
}

/** ARNs end in a hyphen and six random characters, so such a name could be taken for the ARN of another. */
function nameLooksLikeAnArnSuffix({ name }: KeyConfig): Problem[] {
  if (!/-.{6}$/.test(name)) return [];
  const allowed =
    'a name that does not end in a hyphen and six characters: Secrets Manager would mistake it for an ARN';
  return [{ path: ['name'], got: name, allowed }];
}

function subAccountIsMalformed(
  { subAccount }: KeyConfig,
  { title, subAccountPattern }: ExchangeTraits,
): Problem[] {
  if (subAccountPattern.test(subAccount)) return [];
  return [{ path: ['subAccount'], got: subAccount, allowed: `an id of ${title}, ${subAccountPattern}` }];
}

function productIsUnknown({ products = [], permission }: KeyConfig, exchange: ExchangeTraits): Problem[] {
  const { allowed: known } = exchange.products[permission];
  const names = known.length > 0 ? known.join(', ') : 'none; leave the field out';
  const allowed = `the products of ${exchange.title} for '${permission}': ${names}`;
  return products.flatMap((product, index) =>
    known.includes(product) ? [] : [{ path: ['products', index], got: product, allowed }],
  );
}

function allowListIsEmptyOrTooLong(
  { allowList, permission }: KeyConfig,
  { allowListLimit, mayLeaveOutAddresses, title }: ExchangeTraits,
): Problem[] {
  const mayBeAny = mayLeaveOutAddresses.includes(permission);
  if (allowList === 'any-address' ? mayBeAny : allowList.length > 0 && allowList.length <= allowListLimit)
    return [];
  const any = mayBeAny
    ? ", or 'any-address' to say it expressly"
    : `; without addresses a key loses the permission '${permission}' there by itself`;
  const allowed = `from 1 to ${allowListLimit} addresses at ${title}${any}`;
  return [{ path: ['allowList'], got: allowList, allowed }];
}

/** The longest that a replaced key may live, in minutes. */
export function longestLifeMinutes({ gracePeriod, laggingReaders }: KeyConfig): number {
  return minutesOf(gracePeriod) + (laggingReaders === 'tell' ? 0 : minutesOf(laggingReaders.waitAtMost));
}

const OCTET = '(0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);

function addressIsMalformed({ allowList }: KeyConfig): Problem[] {
  const allowed = 'one IPv4 address, four numbers from 0 to 255 without leading zeros, and not 0.0.0.0';
  return [...(allowList === 'any-address' ? [] : allowList)].flatMap((address, index) =>
    IPV4.test(address) && address !== '0.0.0.0'
      ? []
      : [{ path: ['allowList', index], got: address, allowed }],
  );
}

function listRepeatsItself({ allowList, products = [], readers }: KeyConfig): Problem[] {
  const roles = readers.map((reader, index) => ({ value: reader.role, path: ['readers', index, 'role'] }));
  const addresses = allowList === 'any-address' ? [] : allowList;
  return [roles, entries('allowList', addresses), entries('products', products)].flatMap(duplicates);
}

function entries(field: string, values: readonly string[]) {
  return values.map((value, index) => ({ value, path: [field, index] }));
}

function rotationIsImpossible({ rotate }: KeyConfig): Problem[] {
  const read = readRotation(rotate);
  return 'allowed' in read ? [{ ...read, path: ['rotate', ...read.path] }] : [];
}

function gracePeriodIsTooShort({ gracePeriod, readers }: KeyConfig): Problem[] {
  const longest = readers.toSorted((a, b) => minutesOf(b.cache) - minutesOf(a.cache))[0];
  if (!longest || minutesOf(gracePeriod) >= minutesOf(longest.cache)) return [];
  const allowed = `at least the readers' cache time, ${longest.cache} (reader ${longest.role})`;
  return [{ path: ['gracePeriod'], got: gracePeriod, allowed }];
}

function gracePeriodIsTooLong(key: KeyConfig): Problem[] {
  const { gracePeriod, rotate } = key;
  const read = readRotation(rotate);
  if ('allowed' in read) return [];
  const retiring = mostRetiring(read, longestLifeMinutes(key));
  if (retiring <= MOST_RETIRING_VERSIONS) return [];
  const allowed = `short enough for ${MOST_RETIRING_VERSIONS} retiring versions, the labels that a secret has left; this makes ${retiring}`;
  return [{ path: ['gracePeriod'], got: gracePeriod, allowed }];
}
