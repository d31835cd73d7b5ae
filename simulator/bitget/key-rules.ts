import { isIPv4 } from 'node:net';
import type { Fields } from '../fields.ts';
import { subKeyPermissions } from './api-keys.ts';
import { optionalTexts, requiredText } from './parameters.ts';
import { Refusal } from './refusal.ts';

const mostIps = 30;

/**
 * A note starts with a letter, then letters, digits, hyphens and underscores (the page's wording can be read
 * to allow a comma as well; here it is refused), 1 to 20 characters. @throws Refusal 40056
 * That 40056 also answers wrong characters, and that the limit of 20 holds for the unified account, is
 * unconfirmed.
 */
export function parseNote(fields: Fields): string {
  const note = requiredText(fields, 'note');
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,19}$/.test(note)) throw new Refusal('40056');
  return note;
}

/** 8 to 32 letters and digits. @throws Refusal 40070 */
export function parsePassphrase(fields: Fields): string {
  const passphrase = requiredText(fields, 'passphrase');
  if (!/^[A-Za-z0-9]{8,32}$/.test(passphrase)) throw new Refusal('40070');
  return passphrase;
}

/**
 * At least one of the permissions that the API can give; withdrawal is not among them. @throws Refusal 40040
 */
export function parsePermissions(fields: Fields): string[] {
  const permissions = optionalTexts(fields, 'permissions');
  if (permissions === undefined) throw new Refusal('40019', 'permissions');
  const known = permissions.every((permission) =>
    subKeyPermissions.some((candidate) => candidate === permission),
  );
  if (!known || permissions.length === 0) throw new Refusal('40040');
  return [...new Set(permissions)];
}

/**
 * The allow-list of a new key. The field is marked as required; that an empty list counts as missing is the
 * stricter reading, unconfirmed. @throws Refusal 40019 when empty, 40057 for anything but IPv4, 40058 for
 * more than 30
 */
export function parseAllowList(fields: Fields): string[] {
  const ips = optionalTexts(fields, 'ips');
  if (ips === undefined || ips.length === 0) throw new Refusal('40019', 'ips');
  return checkAddresses(ips);
}

/** The allow-list of a change: absent keeps the old one, empty removes it. @throws Refusal 40057 or 40058 */
export function parseAllowListChange(fields: Fields): string[] | undefined {
  const { ips } = fields;
  if (ips === '' || ips === null) return [];
  const given = optionalTexts(fields, 'ips');
  return given === undefined ? undefined : checkAddresses(given);
}

function checkAddresses(ips: string[]): string[] {
  if (ips.length > mostIps) throw new Refusal('40058', 'ips', String(mostIps));
  const wrong = ips.find((ip) => !isIPv4(ip));
  if (wrong !== undefined) throw new Refusal('40057', 'ips', wrong);
  return [...new Set(ips)];
}
