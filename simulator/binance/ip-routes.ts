import { type ApiKey, changeIps } from './api-keys.ts';
import { findKey, mostIps, parseAddresses } from './key-rules.ts';
import { Refusal } from './refusal.ts';
import { perAccount, type SignedCall, type SignedRoute, stamp, unordered } from './world.ts';

const common = { weight: perAccount(3_000), access: 'signed', masterOnly: true } as const;

/**
 * Sources: https://developers.binance.com/docs/sub_account/api-management and its pages
 * Add-IP-Restriction-for-Sub-Account-API-key and Delete-IP-List-For-a-Sub-account-API-Key.
 */
export const ipRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'get-ip-restriction',
    method: 'GET',
    path: '/sapi/v1/sub-account/subAccountApi/ipRestriction',
    needs: null,
    parameters: ['email', 'subAccountApiKey'],
    handle: (call) => describeRestriction(call, findKey(call)),
  },
  {
    ...common,
    name: 'set-ip-restriction',
    method: 'POST',
    path: '/sapi/v2/sub-account/subAccountApi/ipRestriction',
    needs: 'canTrade',
    parameters: ['email', 'subAccountApiKey', 'status', 'ipAddress'],
    handle: setRestriction,
  },
  {
    ...common,
    name: 'delete-ip-list',
    method: 'DELETE',
    path: '/sapi/v1/sub-account/subAccountApi/ipRestriction/ipList',
    needs: 'canTrade',
    parameters: ['email', 'subAccountApiKey', 'ipAddress'],
    handle: deleteAddresses,
  },
];

/**
 * `status` 1 lifts the restriction. 2 adds addresses to those that there are: the call is named so, and another
 * one removes them. The stricter reading; that it replaces them is as possible.
 */
function setRestriction(call: SignedCall): object {
  const key = findKey(call);
  const status = call.parameters.required('status');
  if (status !== '1' && status !== '2') throw new Refusal('-1130', { details: ['status'] });
  const ips = status === '1' ? [] : [...new Set([...key.ips, ...parseAddresses(call)])];
  if (ips.length > mostIps) throw new Refusal('-1130', { details: ['ipAddress'] });
  changeIps(key, ips, call.world.clock.now());
  const { ipRestrict: _, ...described } = describeRestriction(call, key);
  return { status, ...described };
}

/** The last address cannot be removed: what would hold then is not said. */
function deleteAddresses(call: SignedCall): object {
  const key = findKey(call);
  const gone = parseAddresses(call);
  const left = key.ips.filter((ip) => !gone.includes(ip));
  if (left.length === 0 || !gone.every((ip) => key.ips.includes(ip)))
    throw new Refusal('-1130', { details: ['ipAddress'] });
  changeIps(key, left, call.world.clock.now());
  return describeRestriction(call, key);
}

/** `ipRestrict` is a text. The list is there only when there are addresses, as the page's comment says. */
function describeRestriction({ world, route }: SignedCall, key: ApiKey) {
  return {
    ipRestrict: String(key.ips.length > 0),
    ...(key.ips.length === 0 ? {} : { ipList: unordered(world, route, key.ips) }),
    updateTime: stamp(world, key.ipsUpdatedAt),
    apiKey: key.id,
  };
}
