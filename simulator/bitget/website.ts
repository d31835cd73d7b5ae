import {
  type Fields,
  optionalChoice,
  optionalFlag,
  optionalText,
  optionalTexts,
  parseFields,
} from '../fields.ts';
import { InputError } from '../input-error.ts';
import { endLife } from '../key-life.ts';
import type { Website } from '../website.ts';
import { changeableFields, keyFields } from '../website-fields.ts';
import { type ApiKey, environments, toKeyRecord, websitePermissions } from './api-keys.ts';
import { Refusal } from './refusal.ts';
import { accountUid, freeze, order, transfer, withdraw } from './website-actions.ts';
import type { World } from './world.ts';

const handMadePassphrase = 'handmade1';

/**
 * What a person signed in at bitget.com does. The rules for notes and allow-lists of the API do not bind
 * them.
 */
export function openWebsite(world: World): Website {
  const { keys, main } = world.ledger;
  const record = (key: ApiKey) => toKeyRecord(key, main.uid);
  return {
    createKey: (body) => {
      const key = createKey(world, parseFields(body, [...keyFields, 'passphrase']));
      return { ...record(key), secret: key.secret, password: key.passphrase };
    },
    changeKey: (id, body) => record(changeKey(keys.getLiving(id), parseFields(body, changeableFields))),
    deleteKey: (id) => {
      const key = keys.getLiving(id);
      endLife(key, world.clock.now());
      return record(key);
    },
    withdraw: (body) => withdraw(world, body),
    transfer: (body) => transfer(world, body),
    order: (body) => order(world, body),
    freeze: (body) => freeze(world, body),
  };
}

function createKey(world: World, fields: Fields): ApiKey {
  const wish = {
    owner: accountUid(world, optionalText(fields, 'subAccount')),
    note: optionalText(fields, 'label') ?? 'hand-made',
    type: typeOf(fields) ?? 'read_write',
    permissions: permissionsOf(fields) ?? ['uta_trade'],
    ips: optionalTexts(fields, 'ips') ?? [],
    passphrase: optionalText(fields, 'passphrase') ?? handMadePassphrase,
    environment: optionalChoice(fields, 'environment', environments) ?? 'live',
    madeBy: 'website',
    id: freeId(world, fields),
  } as const;
  try {
    return world.ledger.addKey(wish);
  } catch (error) {
    if (error instanceof Refusal) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

function changeKey(key: ApiKey, fields: Fields): ApiKey {
  key.note = optionalText(fields, 'label') ?? key.note;
  key.type = typeOf(fields) ?? key.type;
  key.permissions = permissionsOf(fields) ?? key.permissions;
  key.ips = optionalTexts(fields, 'ips') ?? key.ips;
  return key;
}

function typeOf(fields: Fields): ApiKey['type'] | undefined {
  const mayWrite = optionalFlag(fields, 'mayWrite');
  if (mayWrite === undefined) return undefined;
  return mayWrite ? 'read_write' : 'read_only';
}

function permissionsOf(fields: Fields): string[] | undefined {
  const permissions = optionalTexts(fields, 'permissions');
  const unknown = permissions?.find((name) => !websitePermissions.some((known) => known === name));
  if (unknown === undefined) return permissions;
  throw new InputError(`unknown permission "${unknown}", known: ${websitePermissions.join(', ')}`);
}

function freeId({ ledger }: World, fields: Fields): string | undefined {
  const id = optionalText(fields, 'apiKey');
  if (id === undefined) return undefined;
  if (!/^bg_[0-9a-z]{8,64}$/.test(id))
    throw new InputError('"apiKey" must be bg_ and 8 to 64 of 0-9 and a-z');
  if (ledger.keys.find(id) !== undefined) throw new InputError(`there is, or was, a key "${id}"`);
  return id;
}
