import { describe, expect, test } from 'vitest';
import { accountOf, configOf, GRID_ROLE, keyOf, TAX_ROLE } from '../fixture.ts';
import { ONCE, type Refusal, refusalOf, withKey } from './refusal.ts';

const KEY = 'accounts[0].keys[0]';
const SPAN = "a whole number and a unit, for example '90 minutes', '6 hours' or '30 days'";
const NAME = 'lower-case letters, digits and single hyphens, a letter first, at most';
const ARN_LIKE =
  'a name that does not end in a hyphen and six characters: Secrets Manager would mistake it for an ARN';
const EVERY = "from '4 hours' to '999 days', in hours or days: Secrets Manager rotates no oftener";
const ADDRESS = 'one IPv4 address, four numbers from 0 to 255 without leading zeros, and not 0.0.0.0';
const ALLOW_LIST =
  "a list of IPv4 addresses, or 'any-address' to say expressly that every address may use the key";
const ROLE =
  "a role ARN without session and wildcards, for example 'arn:aws:iam::111122223333:role/grid-bot'";

const REFUSALS: Refusal[] = [
  [
    'the permission to withdraw',
    withKey({ permission: 'withdraw' }),
    `${KEY}.permission: got 'withdraw', allowed: 'read' or 'trade'; Rekey never makes a key that may withdraw`,
  ],
  [
    'a product that can withdraw',
    withKey({ products: ['Withdrawal'] }),
    `${KEY}.products[0]: got 'Withdrawal', allowed: a product without withdrawal; Rekey never makes a key that may withdraw`,
  ],
  [
    'an unknown permission, without a lecture on withdrawal',
    withKey({ permission: 'admin' }),
    `${KEY}.permission: got 'admin', allowed: 'read' or 'trade'`,
  ],
  [
    'a product that the exchange does not have',
    withKey({ products: ['uta_trade', 'margin'] }),
    `${KEY}.products[1]: got 'margin', allowed: the products of Bitget (unified account) for 'trade': uta_mgt, uta_trade`,
  ],
  [
    'a product named twice',
    withKey({ products: ['uta_trade', 'uta_trade'] }),
    `${KEY}.products[1]: got 'uta_trade', allowed: ${ONCE}`,
  ],
  [
    'a trade key without allow-list that does not say so',
    withKey({ allowList: undefined }),
    `${KEY}.allowList: got nothing, allowed: ${ALLOW_LIST}`,
  ],
  [
    'an empty allow-list',
    withKey({ allowList: [] }),
    `${KEY}.allowList: got [], allowed: from 1 to 30 addresses at Bitget (unified account), or 'any-address' to say it expressly`,
  ],
  [
    'a word that is not any-address',
    withKey({ allowList: 'any' }),
    `${KEY}.allowList: got 'any', allowed: ${ALLOW_LIST}`,
  ],
  [
    '0.0.0.0, which would be every address',
    withKey({ allowList: ['0.0.0.0'] }),
    `${KEY}.allowList[0]: got '0.0.0.0', allowed: ${ADDRESS}`,
  ],
  [
    'an address with a leading zero, which some read as octal',
    withKey({ allowList: ['203.0.113.07'] }),
    `${KEY}.allowList[0]: got '203.0.113.07', allowed: ${ADDRESS}`,
  ],
  [
    'a range of addresses',
    withKey({ allowList: ['203.0.113.0/24'] }),
    `${KEY}.allowList[0]: got '203.0.113.0/24', allowed: ${ADDRESS}`,
  ],
  [
    'an address named twice',
    withKey({ allowList: ['203.0.113.7', '203.0.113.7'] }),
    `${KEY}.allowList[1]: got '203.0.113.7', allowed: ${ONCE}`,
  ],
  [
    'a grace period shorter than the readers hold the key',
    withKey({
      gracePeriod: '1 minutes',
      readers: [{ role: TAX_ROLE, cache: '1 minute' }, { role: GRID_ROLE }],
    }),
    `${KEY}.gracePeriod: got '1 minutes', allowed: at least the readers' cache time, 5 minutes (reader ${GRID_ROLE})`,
  ],
  [
    'a grace period for which a secret has too few labels',
    configOf({
      accounts: [accountOf({ keys: [keyOf({ rotate: { every: '4 hours' }, gracePeriod: '60 hours' })] })],
    }),
    [
      `${KEY}.gracePeriod: got '60 hours', allowed: short enough for 14 retiring versions, the labels that a secret has left; this makes 16`,
      "accounts[0].keys: got '18 keys alive at once on sub-account 1234567890', allowed: at most 10 keys alive at once on a sub-account of Bitget (unified account); rotate less often or shorten the grace period",
    ].join('\n'),
  ],
  [
    'an interval under four hours',
    withKey({ rotate: { every: '3 hours' } }),
    `${KEY}.rotate.every: got '3 hours', allowed: ${EVERY}`,
  ],
  [
    'an interval in minutes',
    withKey({ rotate: { every: '300 minutes' } }),
    `${KEY}.rotate.every: got '300 minutes', allowed: ${EVERY}`,
  ],
  [
    'an interval over 999 days',
    withKey({ rotate: { every: '1000 days' } }),
    `${KEY}.rotate.every: got '1000 days', allowed: ${EVERY}`,
  ],
  [
    'an interval that is no time span',
    withKey({ rotate: { every: 'monthly' } }),
    `${KEY}.rotate.every: got 'monthly', allowed: ${SPAN}`,
  ],
  [
    'a time span of zero',
    withKey({ gracePeriod: '0 days' }),
    `${KEY}.gracePeriod: got '0 days', allowed: ${SPAN}`,
  ],
  [
    'a rotation that says nothing',
    withKey({ rotate: 30 }),
    `${KEY}.rotate: got 30, allowed: { every: '30 days', window?: '3 hours' } or { cron: 'cron(0 8 ? * MON *)', window: '3 hours' }`,
  ],
  [
    'a cron without window',
    withKey({ rotate: { cron: 'cron(0 8 ? * MON *)' } }),
    `${KEY}.rotate.window: got nothing, allowed: ${SPAN}`,
  ],
  [
    'a cron that rotates more often than every four hours',
    withKey({ rotate: { cron: 'cron(0 8,11 * * ? *)', window: '1 hour' } }),
    `${KEY}.rotate.cron: got 'cron(0 8,11 * * ? *)', allowed: at least 4 hours between two rotations`,
  ],
  [
    'a window that runs into the next day',
    withKey({ rotate: { cron: 'cron(0 22 * * ? *)', window: '3 hours' } }),
    `${KEY}.rotate.window: got '3 hours', allowed: whole hours, at most 2: a window ends with its UTC day and before the next one opens`,
  ],
  [
    'a window that runs into the next one',
    withKey({ rotate: { every: '6 hours', window: '7 hours' }, gracePeriod: '1 hour' }),
    `${KEY}.rotate.window: got '7 hours', allowed: whole hours, at most 6: a window ends with its UTC day and before the next one opens`,
  ],
  [
    'a window of half an hour',
    withKey({ rotate: { every: '30 days', window: '30 minutes' } }),
    `${KEY}.rotate.window: got '30 minutes', allowed: whole hours, at most 24: a window ends with its UTC day and before the next one opens`,
  ],
  [
    'a name that ends like the ARN of a secret',
    withKey({ name: 'tax-report' }),
    `${KEY}.name: got 'tax-report', allowed: ${ARN_LIKE}`,
  ],
  [
    'a name that would be an ARN with its hyphen',
    withKey({ name: 'bot-a-bcde' }),
    `${KEY}.name: got 'bot-a-bcde', allowed: ${ARN_LIKE}`,
  ],
  [
    "the manager key's name",
    withKey({ name: 'manager' }),
    `${KEY}.name: got 'manager', allowed: any other name: that one is the manager key's`,
  ],
  [
    'a name with capitals',
    withKey({ name: 'GridBot' }),
    `${KEY}.name: got 'GridBot', allowed: ${NAME} 40 characters`,
  ],
  [
    'a name with a slash',
    withKey({ name: 'grid/bot' }),
    `${KEY}.name: got 'grid/bot', allowed: ${NAME} 40 characters`,
  ],
  [
    'a sub-account id that the exchange does not give',
    withKey({ subAccount: 'main' }),
    `${KEY}.subAccount: got 'main', allowed: an id of Bitget (unified account), /^\\d{1,20}$/`,
  ],
  [
    'a user as reader',
    withKey({ readers: [{ role: 'arn:aws:iam::111122223333:user/bob' }] }),
    `${KEY}.readers[0].role: got 'arn:aws:iam::111122223333:user/bob', allowed: ${ROLE}`,
  ],
  [
    'a wildcard as reader',
    withKey({ readers: [{ role: 'arn:aws:iam::111122223333:role/*' }] }),
    `${KEY}.readers[0].role: got 'arn:aws:iam::111122223333:role/*', allowed: ${ROLE}`,
  ],
  [
    'a session as reader',
    withKey({ readers: [{ role: 'arn:aws:sts::111122223333:assumed-role/grid-bot/i-1' }] }),
    `${KEY}.readers[0].role: got 'arn:aws:sts::111122223333:assumed-role/grid-bot/i-1', allowed: ${ROLE}`,
  ],
  [
    'a reader named twice',
    withKey({ readers: [{ role: GRID_ROLE }, { role: GRID_ROLE }] }),
    `${KEY}.readers[1].role: got '${GRID_ROLE}', allowed: ${ONCE}`,
  ],
  [
    'an unknown answer to undeclared reads',
    withKey({ onUndeclaredRead: 'panic' }),
    `${KEY}.onUndeclaredRead: got 'panic', allowed: 'tell', 'rotate' or 'stop'`,
  ],
  [
    'a replaced key that is no key ID',
    withKey({ replaces: 'bg 1' }),
    `${KEY}.replaces: got 'bg 1', allowed: a key ID: up to 128 characters without spaces`,
  ],
  [
    'a field that does not exist, and does not repeat its value, which may be a secret',
    withKey({ apiSecret: 'very-secret' }),
    `${KEY}.apiSecret: got a field that does not exist, allowed: the fields in docs/configuration.md`,
  ],
];

describe('a key', () => {
  test.each(REFUSALS)('is refused for %s', (_what, config, sentence) => {
    expect(refusalOf(config)).toBe(sentence);
  });
});
