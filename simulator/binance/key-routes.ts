import { delayDeath, endLife, isListed } from '../key-life.ts';
import { type ApiKey, changeRights } from './api-keys.ts';
import { findKey, findSubAccount } from './key-rules.ts';
import { flagsOf, subKeyRights } from './rights.ts';
import { perAccount, type SignedCall, type SignedRoute, stamp, unordered } from './world.ts';

const common = { weight: perAccount(3_000), access: 'signed', masterOnly: true } as const;
const path = '/sapi/v1/sub-account/subAccountApi';

/**
 * Source of what no older page has: the API management page of
 * https://developers.binance.com/en/docs/catalog/vip-and-institutional-sub-account/api/rest-api/api-management
 * Which right the caller needs is unconfirmed; here all that change something need spot and margin trading.
 */
export const keyRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'list-sub-api-keys',
    method: 'GET',
    path,
    needs: null,
    parameters: ['email', 'subAccountApiKey', 'page', 'size'],
    handle: listKeys,
  },
  {
    ...common,
    name: 'modify-sub-api-key',
    method: 'POST',
    path: `${path}Permission`,
    needs: 'canTrade',
    parameters: ['email', 'subAccountApiKey', ...subKeyRights],
    handle: modifyKey,
  },
  {
    ...common,
    name: 'delete-sub-api-key',
    method: 'DELETE',
    path,
    needs: 'canTrade',
    parameters: ['email', 'subAccountApiKey'],
    handle: removeKey,
  },
];

/** One numbered page, the oldest keys first. A smaller page than asked for shifts what the later ones hold. */
function listKeys(call: SignedCall): object {
  const { world, route, parameters } = call;
  const { email } = findSubAccount(call);
  const wanted = parameters.optional('subAccountApiKey');
  const page = parameters.whole('page', { otherwise: 1, least: 1, most: Number.MAX_SAFE_INTEGER });
  const asked = parameters.whole('size', { otherwise: 30, least: 1, most: 100 });
  const size = Math.min(asked, world.faults.strike('page-size', route)?.size ?? asked);
  const now = world.clock.now();
  const listed = world.ledger.keys
    .ownedBy(email)
    .filter((key) => isListed(key, now) && (wanted === undefined || key.id === wanted));
  const omitTime = world.faults.strike('omit-ts', route) !== undefined;
  const list = unordered(world, route, listed.slice((page - 1) * size, page * size)).map((key) => ({
    email,
    ...describe(call, key, omitTime),
  }));
  return { total: listed.length, list };
}

/** Absent flags stay as they are. */
function modifyKey(call: SignedCall): object {
  const key = findKey(call);
  const flags = new Map(subKeyRights.map((right) => [right, call.parameters.flag(right)]));
  const others = key.rights.filter((right) => !subKeyRights.some((known) => known === right));
  const kept = subKeyRights.filter((right) => flags.get(right) ?? key.rights.includes(right));
  changeRights(key, [...kept, ...others], call.world.clock.now());
  return describe(call, key, false);
}

/**
 * The key is spelled `apikey` here, and `apiKey` where one is made. `timestamp` is the time of the last change:
 * whether it is that or the time when the key was made is not said.
 */
function describe({ world }: SignedCall, key: ApiKey, omitTime: boolean): object {
  return {
    apiName: key.label,
    apikey: key.id,
    ...flagsOf(key.rights),
    ...(omitTime ? {} : { timestamp: stamp(world, key.updatedAt) }),
  };
}

function removeKey(call: SignedCall): object {
  const { world, route } = call;
  const key = findKey(call);
  endLife(key, world.clock.now());
  delayDeath(key, { faults: world.faults, route });
  return {};
}
