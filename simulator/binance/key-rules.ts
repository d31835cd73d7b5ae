import { isIPv4 } from 'node:net';
import type { Account } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { Refusal } from './refusal.ts';
import { fixRights, type Right, subKeyRights } from './rights.ts';
import type { SignedCall } from './world.ts';

const longestList = 500;
/** Of the keys that users authorise by OAuth, whose page names a number; for these unconfirmed. */
export const mostIps = 30;

/**
 * The sub-account that a call is about. Which code refuses a strange one is unconfirmed.
 * @throws Refusal -1130 when it is not ours, -9000 for a kind whose keys cannot be managed
 */
export function findSubAccount({ world, parameters }: SignedCall): Account {
  const account = world.ledger.account(parameters.required('email'));
  if (account === undefined || account.kind === 'MASTER') throw new Refusal('-1130', { details: ['email'] });
  if (account.kind !== 'SUB') throw new Refusal('-9000');
  return account;
}

/** A living key of the sub-account. That an unknown one gets this code is unconfirmed. @throws Refusal -2008 */
export function findKey(call: SignedCall): ApiKey {
  const { email } = findSubAccount(call);
  const key = call.world.ledger.keys.find(call.parameters.required('subAccountApiKey'));
  if (key === undefined || key.deletedAt !== null || key.owner !== email) throw new Refusal('-2008');
  return key;
}

/** No page limits the name of a key; this is the narrowest form that the examples have. */
export function parseLabel({ parameters }: SignedCall): string {
  return parameters.requiredLegal('apiName', /^[A-Za-z0-9_-]{1,20}$/);
}

/** The rights that are asked for; absent ones are not given. */
export function parseRights({ parameters }: SignedCall): Right[] {
  return [...subKeyRights, ...fixRights].filter((right) => parameters.flag(right) === true);
}

/**
 * The addresses that a new key may be used from; none for `status` 1. No third party's list is simulated, so
 * `status` 3 is refused whatever name it comes with.
 */
export function parseAllowList(call: SignedCall): string[] {
  const { parameters } = call;
  const status = parameters.requiredLegal('status', /^[0-9]{1,20}$/);
  if (status === '3') {
    parameters.required('thirdPartyName');
    throw new Refusal('-1130', { details: ['thirdPartyName'] });
  }
  if (status !== '1' && status !== '2') throw new Refusal('-1130', { details: ['status'] });
  if (status === '2') return parseAddresses(call);
  if (parameters.optional('ipAddress') !== undefined) throw new Refusal('-1106', { details: ['ipAddress'] });
  return [];
}

/** @throws Refusal -1108 for more than 500 characters, -1130 for anything but IPv4 addresses */
export function parseAddresses({ parameters }: SignedCall): string[] {
  const text = parameters.required('ipAddress');
  if (text.length > longestList) throw new Refusal('-1108', { details: ['ipAddress'] });
  const ips = [...new Set(text.split(','))];
  if (!ips.every((ip) => isIPv4(ip)) || ips.length > mostIps)
    throw new Refusal('-1130', { details: ['ipAddress'] });
  return ips;
}

/** @throws Refusal -1130 for what is no public key in PEM form, or is of a kind that the call does not take */
export function parsePublicKey(
  { parameters }: SignedCall,
  kinds: readonly PublicKey['kind'][],
): PublicKey | undefined {
  const pem = parameters.optional('publicKey');
  if (pem === undefined) return undefined;
  const key = readPublicKey(pem);
  if (key !== undefined && kinds.includes(key.kind)) return key;
  throw new Refusal('-1130', { details: ['publicKey'] });
}
