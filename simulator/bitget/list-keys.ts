import { isListed } from '../key-life.ts';
import type { ApiKey } from './api-keys.ts';
import { optionalText, pageLimit, requiredText } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { findSubAccount } from './sub-account-routes.ts';
import { type SignedCall, stamp, unordered, type World } from './world.ts';

/**
 * One page of a sub-account's keys, newest first. A cursor is returned with the last page too, as in Bitget's
 * example: only `hasNext` says whether there is more.
 */
export function listKeys(call: SignedCall): object {
  const { world, route, fields, key: caller } = call;
  const account = findSubAccount(world, requiredText(fields, 'subUid'));
  const now = world.clock.now();
  const listed = world.ledger.keys
    .ownedBy(account.uid)
    .filter((key) => key.environment === caller.environment && isListed(key, now))
    .sort((left, right) => right.serial - left.serial);
  const { page, hasNext, cursor } = cutPage(call, listed);
  const omitTs = world.faults.strike('omit-ts', route) !== undefined;
  const otherNames = world.faults.strike('other-names', route) !== undefined;
  const items = unordered(world, route, page).map((key) => describe(world, key, { route, omitTs }));
  return {
    [otherNames ? 'list' : 'items']: items,
    hasNext: otherNames ? String(hasNext) : hasNext,
    cursor,
  };
}

function cutPage({ world, route, fields }: SignedCall, listed: readonly ApiKey[]) {
  const cursor = optionalText(fields, 'cursor') ?? '';
  if (!/^\d*$/.test(cursor)) throw new Refusal('40017', 'cursor');
  const rest = cursor === '' ? listed : listed.filter(({ serial }) => serial < Number(cursor));
  const limit = Math.min(pageLimit(fields, 100), world.faults.strike('page-size', route)?.size ?? 100);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { page, hasNext: rest.length > limit, cursor: last === undefined ? cursor : String(last.serial) };
}

function describe(world: World, key: ApiKey, { route, omitTs }: { route: string; omitTs: boolean }): object {
  return {
    apiKey: key.id,
    note: key.note,
    type: key.type,
    permissions: unordered(world, route, key.permissions),
    ips: unordered(world, route, key.ips),
    ...(omitTs ? {} : { ts: stamp(world, key.createdAt) }),
  };
}
