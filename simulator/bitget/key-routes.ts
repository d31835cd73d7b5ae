import { delayBirth, delayDeath, endLife } from '../key-life.ts';
import { type ApiKey, type KeyWish, keyTypes, subKeyPermissions } from './api-keys.ts';
import {
  parseAllowList,
  parseAllowListChange,
  parseNote,
  parsePassphrase,
  parsePermissions,
} from './key-rules.ts';
import { listKeys } from './list-keys.ts';
import { requiredChoice, requiredText } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { findSubAccount } from './sub-account-routes.ts';
import { type SignedCall, type SignedRoute, unordered } from './world.ts';

const manage = { permission: 'uta_mgt', write: true } as const;
const common = {
  method: 'POST',
  perSecond: 10,
  access: 'signed',
  needs: manage,
  mainAccountOnly: true,
} as const;

/**
 * Sources: https://www.bitget.com/api-doc/uta/account/sub-account/SubAccount-API-Create and its -Get,
 * -Update, -Delete.
 */
export const keyRoutes: readonly SignedRoute[] = [
  { ...common, name: 'create-sub-api', path: '/api/v3/user/create-sub-api', handle: createKey },
  { ...common, name: 'update-sub-api', path: '/api/v3/user/update-sub-api', handle: updateKey },
  { ...common, name: 'delete-sub-api', path: '/api/v3/user/delete-sub-api', handle: removeKey },
  {
    ...common,
    name: 'sub-api-list',
    method: 'GET',
    path: '/api/v3/user/sub-api-list',
    needs: { permission: 'uta_mgt', write: false },
    handle: listKeys,
  },
];

function createKey(call: SignedCall): object {
  checkBoundAddress(call);
  const asked = parseWish(call);
  const key = call.world.ledger.addKey(spoilWish(call, asked));
  delayBirth(key, { faults: call.world.faults, route: call.route });
  // The answer repeats what was asked, also when a fault gave the key something else.
  return { ...describeKey(call, { ...key, ...asked, id: key.id }), secret: key.secret };
}

function parseWish({ fields, world, key: caller }: SignedCall): KeyWish {
  const account = findSubAccount(world, requiredText(fields, 'subUid'));
  if (account.kind !== 'VIRTUAL_CHILD') throw new Refusal('40066');
  return {
    owner: account.uid,
    note: parseNote(fields),
    type: requiredChoice(fields, 'type', keyTypes),
    passphrase: parsePassphrase(fields),
    permissions: parsePermissions(fields),
    ips: parseAllowList(fields),
    environment: caller.environment,
    madeBy: 'api',
  };
}

/** The faults that make another key than was asked for. */
function spoilWish({ world, route }: SignedCall, asked: KeyWish): KeyWish {
  const { faults, ledger } = world;
  let wish = asked;
  const extra = faults.strike('extra-permission', route);
  if (extra !== undefined) {
    const unasked =
      subKeyPermissions.find((permission) => !asked.permissions.includes(permission)) ?? 'withdraw';
    wish = { ...wish, permissions: [...asked.permissions, extra.permission ?? unasked] };
  }
  if (faults.strike('drop-allow-list', route)) wish = { ...wish, ips: [] };
  if (faults.strike('wrong-sub-account', route)) {
    const wrong = ledger.virtualSubAccounts.find(({ uid }) => uid !== asked.owner);
    wish = { ...wish, owner: wrong?.uid ?? asked.owner };
  }
  return wish;
}

function updateKey(call: SignedCall): object {
  checkBoundAddress(call);
  const key = findOwnKey(call);
  const { fields } = call;
  if (parsePassphrase(fields) !== key.passphrase) throw new Refusal('40036');
  const power = parsePowerChange(call);
  const ips = parseAllowListChange(fields);
  if (power !== undefined) Object.assign(key, power);
  if (ips !== undefined) key.ips = ips;
  return describeKey(call, key);
}

/** `type` and `permissions` come together or not at all. */
function parsePowerChange({ fields }: SignedCall): Pick<ApiKey, 'type' | 'permissions'> | undefined {
  if (fields.type === undefined && fields.permissions === undefined) return undefined;
  return { type: requiredChoice(fields, 'type', keyTypes), permissions: parsePermissions(fields) };
}

function removeKey(call: SignedCall): object {
  checkBoundAddress(call);
  const { world, route } = call;
  const key = findOwnKey(call);
  endLife(key, world.clock.now());
  delayDeath(key, { faults: world.faults, route });
  return {};
}

/** A living key of one of the sub-accounts, in the caller's environment. @throws Refusal 40065 */
function findOwnKey({ fields, world, key: caller }: SignedCall): ApiKey {
  const key = world.ledger.keys.find(requiredText(fields, 'apiKey'));
  if (key === undefined || key.deletedAt !== null) throw new Refusal('40065');
  if (key.owner === world.ledger.main.uid || key.environment !== caller.environment)
    throw new Refusal('40065');
  return key;
}

/** The classic account's rule; for the unified account it is not documented, so it is a fault. */
function checkBoundAddress({ world, route, key }: SignedCall): void {
  if (key.ips.length === 0 && world.faults.strike('bind-ip-first', route)) throw new Refusal('22010');
}

function describeKey({ world, route }: SignedCall, key: ApiKey): object {
  return {
    note: key.note,
    apiKey: key.id,
    type: key.type,
    permissions: unordered(world, route, key.permissions),
    ips: unordered(world, route, key.ips),
  };
}
