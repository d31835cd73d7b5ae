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
import { type ApiKey, changeIps, changeRights, toKeyRecord } from './api-keys.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { Refusal } from './refusal.ts';
import { type Right, rights } from './rights.ts';
import { accountEmail, freeze, order, transfer, withdraw } from './website-actions.ts';
import type { World } from './world.ts';

/** What a person signed in at binance.com does. The API's rules for names and addresses do not bind them. */
export function openWebsite(world: World): Website {
  const { keys, master } = world.ledger;
  const record = (key: ApiKey) => toKeyRecord(key, master.email);
  return {
    createKey: (body) => {
      const key = createKey(world, parseFields(body, [...keyFields, 'publicKey']));
      return { ...record(key), secret: key.secret };
    },
    changeKey: (id, body) =>
      record(changeKey(world, keys.getLiving(id), parseFields(body, changeableFields))),
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
  optionalChoice(fields, 'environment', ['live']);
  const wish = {
    owner: accountEmail(world, optionalText(fields, 'subAccount')),
    label: optionalText(fields, 'label') ?? 'hand-made',
    rights: rightsOf(fields) ?? ['canTrade'],
    ips: optionalTexts(fields, 'ips') ?? [],
    publicKey: publicKeyOf(fields),
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

function changeKey({ clock }: World, key: ApiKey, fields: Fields): ApiKey {
  const label = optionalText(fields, 'label');
  const held = rightsOf(fields);
  const ips = optionalTexts(fields, 'ips');
  if (label !== undefined) key.label = label;
  if (held !== undefined) changeRights(key, held, clock.now());
  if (ips !== undefined) changeIps(key, ips, clock.now());
  return key;
}

/** Binance has no switch for writing: a key that may not write is one without rights. */
function rightsOf(fields: Fields): Right[] | undefined {
  const named = optionalTexts(fields, 'permissions')?.map(toRight);
  const mayWrite = optionalFlag(fields, 'mayWrite');
  if (mayWrite === false && (named?.length ?? 0) > 0)
    throw new InputError('a key with "permissions" may write: leave them out, or "mayWrite"');
  if (mayWrite === true && named?.length === 0)
    throw new InputError('a key without "permissions" may not write: name some, or leave out "mayWrite"');
  return mayWrite === false ? [] : named;
}

function toRight(name: string): Right {
  const right = rights.find((known) => known === name);
  if (right !== undefined) return right;
  throw new InputError(`unknown permission "${name}", known: ${rights.join(', ')}`);
}

function publicKeyOf(fields: Fields): PublicKey | undefined {
  const pem = optionalText(fields, 'publicKey');
  if (pem === undefined) return undefined;
  const key = readPublicKey(pem);
  if (key !== undefined) return key;
  throw new InputError('"publicKey" must be an Ed25519 or RSA public key in PEM form');
}

function freeId({ ledger }: World, fields: Fields): string | undefined {
  const id = optionalText(fields, 'apiKey');
  if (id === undefined) return undefined;
  if (!/^[A-Za-z0-9]{64}$/.test(id)) throw new InputError('"apiKey" must be 64 letters and digits');
  if (ledger.keys.find(id) !== undefined) throw new InputError(`there is, or was, a key "${id}"`);
  return id;
}
