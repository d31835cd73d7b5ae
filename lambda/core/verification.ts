import type { KeyDeclaration } from '../declaration.ts';
import type { Credentials, KeyDescription, ListedKey } from './api-key.ts';
import { findDescriptionFault } from './checks.ts';
import { CheckFailedError, ExchangeRefusedError, wasRefused } from './errors.ts';
import type { Exchange, Time } from './ports.ts';
import { askUntil, type Patience } from './retry.ts';

/** No exchange states how soon a new key works; the slowest on file takes up to five minutes. */
const ACTIVATION: Patience = { firstMs: 250, longestMs: 15_000, totalMs: 330_000 };
/** A key that was just made may be missing from the list for a moment. */
const LISTING: Patience = { firstMs: 250, longestMs: 4_000, totalMs: 15_000 };

interface VerificationPorts {
  readonly exchange: Exchange;
  readonly time: Time;
}

/** The words that tell how a key was verified. */
export interface Proof {
  readonly reason: string;
  readonly message: string;
}

/**
 * Proves that a key works and is what was declared: it signs a read-only call, and the exchange describes
 * it. A key whose allow-list leaves out the functions' address proves itself by being refused for the address.
 * Asks again while the exchange does not know the key yet.
 * @throws CheckFailedError if it is not what was declared; ExchangeRefusedError if it does not work
 */
export async function verifyKey(
  key: Credentials,
  declared: KeyDeclaration,
  ports: VerificationPorts,
): Promise<Proof> {
  const answer = await askUntil(() => describeOnceActive(key, ports.exchange), ports.time, ACTIVATION);
  if (answer === undefined) {
    throw new CheckFailedError(
      'KeyNotActive',
      'the exchange still does not accept the new key after five minutes',
    );
  }
  if (answer === 'RefusedForAddress') return await acceptRefusal(declared, ports.exchange);
  const fault = findDescriptionFault(answer, declared);
  if (fault) throw new CheckFailedError(fault.reason, fault.message);
  return SIGNED_CALL;
}

/** The proof, if one call gives it. */
export async function verifyAtOnce(
  key: Credentials,
  declared: KeyDeclaration,
  { exchange }: VerificationPorts,
): Promise<Proof | undefined> {
  const answer = await describeOnceActive(key, exchange);
  if (answer === undefined || answer === 'RefusedForAddress') return undefined;
  return findDescriptionFault(answer, declared) ? undefined : SIGNED_CALL;
}

const SIGNED_CALL: Proof = {
  reason: 'SignedCall',
  message: 'the key signed a call and the exchange described it as declared',
};

/**
 * Proves that a key works, whatever it may do: it signs a call, or is refused only for an address that its
 * allow-list leaves out. Changes nothing. @throws ExchangeRefusedError
 */
export async function proveWorks(
  key: Credentials,
  declared: KeyDeclaration,
  { exchange }: VerificationPorts,
): Promise<void> {
  try {
    await exchange.describeKey(key);
  } catch (error) {
    if (!wasRefused(error, 'AddressNotAllowed')) throw error;
    await acceptRefusal(declared, exchange);
  }
}

/** Finds a key in its sub-account's list; asks again for a moment if it is not there yet. */
export async function findListed(
  { exchange, time }: VerificationPorts,
  subAccount: string,
  keyId: string,
): Promise<ListedKey | undefined> {
  const look = async () => (await exchange.listKeys(subAccount)).find((listed) => listed.keyId === keyId);
  return await askUntil(look, time, LISTING);
}

async function describeOnceActive(
  key: Credentials,
  exchange: Exchange,
): Promise<KeyDescription | 'RefusedForAddress' | undefined> {
  try {
    return await exchange.describeKey(key);
  } catch (error) {
    if (wasRefused(error, 'UnknownKey', 'NotAccepted')) return undefined;
    if (wasRefused(error, 'AddressNotAllowed')) return 'RefusedForAddress';
    throw error;
  }
}

/**
 * The set step has already compared the key with its declaration through the manager key. What is left to
 * show is that the refusal was to be expected: the allow-list must leave out an address of the functions,
 * which are those that the manager key is bound to.
 */
async function acceptRefusal(declared: KeyDeclaration, exchange: Exchange): Promise<Proof> {
  const { allowList } = await exchange.describeManager();
  const own = allowList === 'untold' ? [] : allowList;
  if (declared.allowList.length === 0 || own.every((address) => declared.allowList.includes(address))) {
    throw new ExchangeRefusedError('AddressNotAllowed', 'unexpected', 'the verification call of the new key');
  }
  return {
    reason: 'RefusedForAddress',
    message:
      'the exchange refused the key only for the address of the functions, which its allow-list leaves out',
  };
}
