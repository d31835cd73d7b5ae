import { delayBirth } from '../key-life.ts';
import type { ApiKey, KeyWish } from './api-keys.ts';
import { findSubAccount, parseAllowList, parseLabel, parsePublicKey, parseRights } from './key-rules.ts';
import type { PublicKey } from './public-key.ts';
import { Refusal } from './refusal.ts';
import { fixRights, flagsOf, type Right, subKeyRights } from './rights.ts';
import { perAccount, type SignedCall, type SignedRoute, unordered } from './world.ts';

const parameters = [
  'email',
  'apiName',
  'status',
  ...subKeyRights,
  'ipAddress',
  'thirdPartyName',
  'publicKey',
];
const common = {
  method: 'POST',
  weight: perAccount(3_000),
  access: 'signed',
  needs: 'canTrade',
  masterOnly: true,
} as const;

/**
 * Sources: https://developers.binance.com/legacy-docs/sub_account/api-management/Create-Sub-account-API-Key and
 * its -V2.
 */
export const createRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'create-sub-api-key',
    path: '/sapi/v1/sub-account/subAccountApi',
    parameters,
    handle: (call) => create(call, parsePublicKey(call, ['ed25519'])),
  },
  {
    ...common,
    name: 'create-sub-api-key-v2',
    path: '/sapi/v2/sub-account/subAccountApi',
    parameters: [...parameters, ...fixRights],
    handle: createVersion2,
  },
];

/** That a public key in the query is refused with this code is unconfirmed. */
function createVersion2(call: SignedCall): object {
  if (call.parameters.isInQuery('publicKey')) throw new Refusal('-1130', { details: ['publicKey'] });
  const publicKey = parsePublicKey(call, ['ed25519', 'rsa']);
  const fix = fixRights.filter((right) => call.parameters.flag(right) === true);
  if (fix.length > 0 && publicKey?.kind !== 'ed25519') throw new Refusal('-9000');
  const flags = Object.fromEntries(fixRights.map((right) => [right, fix.includes(right)]));
  return { ...create(call, publicKey), ...flags };
}

/** The answer repeats what was asked, also when a fault gave the key something else. */
function create(call: SignedCall, publicKey: PublicKey | undefined): object {
  const { world, route } = call;
  const asked: KeyWish = {
    owner: findSubAccount(call).email,
    label: parseLabel(call),
    rights: parseRights(call),
    ips: parseAllowList(call),
    publicKey,
    madeBy: 'api',
  };
  const key = world.ledger.addKey(spoilWish(call, asked));
  delayBirth(key, { faults: world.faults, route });
  return {
    apiName: asked.label,
    apiKey: key.id,
    secretKey: secretOf(call, key),
    ...flagsOf(asked.rights),
    status: asked.ips.length === 0 ? 1 : 2,
    ...(asked.ips.length === 0 ? {} : { ipList: unordered(world, route, asked.ips) }),
  };
}

/** What stands there for a key that signs with its maker's own key is documented nowhere. */
function secretOf({ world, route }: SignedCall, key: ApiKey): string {
  const strange = key.publicKey !== undefined && world.faults.strike('secret-with-own-key', route);
  return strange ? world.disorder.alphanumeric(64) : key.secret;
}

/** The faults that make another key than was asked for. */
function spoilWish({ world, route }: SignedCall, asked: KeyWish): KeyWish {
  const { faults, ledger } = world;
  let wish = asked;
  const extra = faults.strike('extra-permission', route);
  if (extra !== undefined) {
    const unasked = subKeyRights.find((right) => !asked.rights.includes(right)) ?? 'enableWithdrawals';
    wish = { ...wish, rights: [...asked.rights, (extra.permission as Right | undefined) ?? unasked] };
  }
  if (faults.strike('drop-allow-list', route)) wish = { ...wish, ips: [] };
  if (faults.strike('wrong-sub-account', route)) {
    const wrong = ledger.subAccounts.find(({ email }) => email !== asked.owner);
    wish = { ...wish, owner: wrong?.email ?? asked.owner };
  }
  return wish;
}
