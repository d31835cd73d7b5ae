import { describe, expect, test } from 'vitest';
import { buildApp } from '../../../lib/app.ts';
import { MOST_KEYS } from '../../../lib/config/check-watch.ts';
import { accountOf, configOf, GRID_ROLE, keyOf } from '../fixture.ts';
import { type Refusal, refusalOf, withAccount, withKey } from './refusal.ts';

const KEY = 'accounts[0].keys[0]';
const BLOCK =
  "an address, an address block like '10.0.0.0/16', or an AWS service like 'ecs-tasks.amazonaws.com'";
const ELSEWHERE =
  'declare the others in an account of another name, with a manager key of its own and other sub-accounts';

const readBy = (addresses: string[]) => withKey({ readers: [{ role: GRID_ROLE, addresses }] });

const atBinance = (...keys: object[]) =>
  withAccount({
    exchange: 'binance',
    keys: keys.map((change) => keyOf({ subAccount: 'bot@example.com', ...change })),
  });

/** Keys with a sub-account each. */
function keysOf(count: number, subAccount: (index: number) => string) {
  return Array.from({ length: count }, (_, index) =>
    keyOf({ name: `bot-${index}`, subAccount: subAccount(index) }),
  );
}

const REFUSALS: Refusal[] = [
  [
    'a word for an address',
    readBy(['10.0.0.0/16', 'office']),
    `${KEY}.readers[0].addresses[1]: got 'office', allowed: ${BLOCK}`,
  ],
  [
    'a block that is wider than the address is long',
    readBy(['10.0.0.0/33']),
    `${KEY}.readers[0].addresses[0]: got '10.0.0.0/33', allowed: ${BLOCK}`,
  ],
  [
    'a block with two lengths',
    readBy(['10.0.0.0/8/16']),
    `${KEY}.readers[0].addresses[0]: got '10.0.0.0/8/16', allowed: ${BLOCK}`,
  ],
  [
    "somebody else's service",
    readBy(['ecs-tasks.amazonaws.com.example']),
    `${KEY}.readers[0].addresses[0]: got 'ecs-tasks.amazonaws.com.example', allowed: ${BLOCK}`,
  ],
  [
    'more readers than a secret has tags for',
    withKey({
      readers: Array.from({ length: 31 }, (_, n) => ({ role: `arn:aws:iam::111122223333:role/bot-${n}` })),
    }),
    `${KEY}.readers: got '31 readers', allowed: at most 30 readers of one key; let programs share a role`,
  ],
  [
    'symbols of a key that enters no orders',
    withKey({ permission: 'read', symbols: ['BTCUSDT'] }),
    `${KEY}.symbols: got [ 'BTCUSDT' ], allowed: no such field: a key that reads enters no orders`,
  ],
  [
    'any symbol where the exchange wants them by name',
    atBinance({ symbols: 'any' }),
    `${KEY}.symbols: got 'any', allowed: a list of symbols: Binance (sub-accounts) tells the orders of symbols that are asked for by name`,
  ],
  [
    'symbols of one trading key of a sub-account only',
    withAccount({ keys: [keyOf({ symbols: ['BTCUSDT'] }), keyOf({ name: 'other' })] }),
    'accounts[0].keys[1].symbols: got nothing, allowed: the symbols of this key too: another key of its sub-account declares its own, and orders are told by sub-account',
  ],
  [
    'more keys than a stack holds',
    withAccount({ keys: keysOf(MOST_KEYS + 1, (index) => String(1_000_000_000 + index)) }),
    `accounts[0].keys: got '${MOST_KEYS + 1} keys', allowed: at most ${MOST_KEYS} keys in one account, as its stack holds no more; ${ELSEWHERE}`,
  ],
  [
    'more than one reconcile pass can list',
    withAccount({ exchange: 'binance', keys: keysOf(68, (index) => `bot-${index}@example.com`) }),
    `accounts[0].keys: got '68 sub-accounts with 68 keys', allowed: at most 135 sub-accounts and keys together in one account at Binance (sub-accounts): one reconcile pass lists no more; ${ELSEWHERE}`,
  ],
];

describe('what is watched', () => {
  test.each(REFUSALS)('refuses %s', (_what, config, sentence) => {
    expect(refusalOf(config)).toBe(sentence);
  });

  test.each([
    ['addresses, blocks and services', readBy(['192.0.2.7', '2001:db8::/32', 'ecs-tasks.amazonaws.com'])],
    ['symbols of every trading key of a sub-account', withKey({ symbols: 'any' })],
    [
      'a reading key without symbols beside them',
      withAccount({
        keys: [keyOf({ symbols: ['BTCUSDT'] }), keyOf({ name: 'tax-tool', permission: 'read' })],
      }),
    ],
    [
      'as much as one pass can list',
      withAccount({ exchange: 'binance', keys: keysOf(67, (index) => `bot-${index}@example.com`) }),
    ],
  ])('accepts %s', (_what, config) => {
    expect(refusalOf(config)).toBe('accepted');
  });

  test('the most keys that one account may have fit into its stack', () => {
    const keys = keysOf(MOST_KEYS, (index) => String(1_000_000_000 + index));
    const app = buildApp(configOf({ accounts: [accountOf({ keys })] }));
    const { template } = app.synth().getStackByName('rekey-main');
    expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
  });
});
