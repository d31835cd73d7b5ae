import type { Website } from '../exchange.ts';
import { type Fields, optionalChoice, optionalText, optionalTexts, parseFields } from '../fields.ts';
import { InputError } from '../input-error.ts';
import { NotFoundError } from '../not-found-error.ts';
import {
  type ApiKey,
  deleteKey,
  environments,
  keyTypes,
  toKeyRecord,
  websitePermissions,
} from './api-keys.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

const keyFields = ['uid', 'note', 'type', 'permissions', 'ips', 'passphrase', 'environment', 'apiKey'];
const changeableFields = ['note', 'type', 'permissions', 'ips'];
const withdrawalFields = ['uid', 'coin', 'size', 'toAddress', 'chain', 'status'];
const handMadePassphrase = 'handmade1';

/**
 * What a person signed in at bitget.com does. The rules for notes and allow-lists of the API do not bind
 * them.
 */
export function openWebsite(world: World): Website {
  const record = (key: ApiKey) => toKeyRecord(key, world.ledger.main.uid);
  return {
    createKey: (fields) => {
      const key = createKey(world, parseFields(fields, keyFields));
      return { ...record(key), secret: key.secret, password: key.passphrase };
    },
    changeKey: (id, fields) => record(changeKey(livingKey(world, id), parseFields(fields, changeableFields))),
    deleteKey: (id) => {
      const key = livingKey(world, id);
      deleteKey(key, world.clock.now());
      return record(key);
    },
    withdraw: (fields) => withdraw(world, parseFields(fields, withdrawalFields)),
  };
}

function createKey(world: World, fields: Fields): ApiKey {
  const wish = {
    uid: accountUid(world, fields),
    note: optionalText(fields, 'note') ?? 'hand-made',
    type: optionalChoice(fields, 'type', keyTypes) ?? 'read_write',
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
  key.note = optionalText(fields, 'note') ?? key.note;
  key.type = optionalChoice(fields, 'type', keyTypes) ?? key.type;
  key.permissions = permissionsOf(fields) ?? key.permissions;
  key.ips = optionalTexts(fields, 'ips') ?? key.ips;
  return key;
}

/**
 * Unknown to the API until someone reads the withdrawal records: the sign of unusual use that alarms look
 * for.
 */
function withdraw(world: World, fields: Fields): object {
  const { ledger, clock } = world;
  const withdrawal = {
    orderId: ledger.nextOrderId(),
    uid: accountUid(world, fields),
    coin: optionalText(fields, 'coin') ?? 'USDT',
    size: optionalText(fields, 'size') ?? '100',
    toAddress: optionalText(fields, 'toAddress') ?? '0x0000000000000000000000000000000000000000',
    chain: optionalText(fields, 'chain') ?? 'erc20',
    status: optionalChoice(fields, 'status', ['pending', 'success', 'fail']) ?? 'success',
    createdAt: clock.now(),
  };
  ledger.withdrawals.push(withdrawal);
  return withdrawal;
}

/** The main account unless another is named. */
function accountUid({ ledger }: World, fields: Fields): string {
  const uid = optionalText(fields, 'uid') ?? ledger.main.uid;
  if (ledger.account(uid) !== undefined) return uid;
  throw new InputError(
    `unknown account "${uid}", known: ${ledger.accounts.map((known) => known.uid).join(', ')}`,
  );
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
  if (ledger.key(id) !== undefined) throw new InputError(`there is, or was, a key "${id}"`);
  return id;
}

function livingKey({ ledger }: World, id: string): ApiKey {
  const key = ledger.key(id);
  if (key === undefined) throw new NotFoundError(`no key "${id}"`);
  if (key.deletedAt !== null) throw new NotFoundError(`the key "${id}" is deleted`);
  return key;
}
