import { describe, expect, test } from 'vitest';
import { accountOf, configOf, keyOf } from '../fixture.ts';
import { ONCE, type Refusal, refusalOf, withAccount, withKey } from './refusal.ts';

const NAME = 'lower-case letters, digits and single hyphens, a letter first, at most';

const ACCOUNT_REFUSALS: Refusal[] = [
  [
    'an unknown exchange',
    withAccount({ exchange: 'mtgox' }),
    "accounts[0].exchange: got 'mtgox', allowed: binance, bitget",
  ],
  [
    "an exchange that is a word of JavaScript's own",
    withAccount({ exchange: 'constructor' }),
    "accounts[0].exchange: got 'constructor', allowed: binance, bitget",
  ],
  [
    'an unknown environment',
    withAccount({ environment: 'paper' }),
    "accounts[0].environment: got 'paper', allowed: 'live' or 'demo'",
  ],
  [
    "the shared stack's name",
    withAccount({ name: 'shared' }),
    "accounts[0].name: got 'shared', allowed: any other name: that one is the shared stack",
  ],
  [
    'a name of over 20 characters',
    withAccount({ name: 'a23456789012345678901' }),
    `accounts[0].name: got 'a23456789012345678901', allowed: ${NAME} 20 characters`,
  ],
  [
    "a stranger's address",
    withAccount({ baseUrl: 'https://api.bitget.com.evil.example' }),
    "accounts[0].baseUrl: got 'https://api.bitget.com.evil.example', allowed: https://api.bitget.com, https://api.bitget-eu.com, or a simulator: http://127.0.0.1:<port>, http://localhost:<port>",
  ],
  [
    'an account without keys',
    withAccount({ keys: [] }),
    'accounts[0].keys: got [], allowed: at least one key',
  ],
  [
    'extra alerts that go nowhere',
    withAccount({ alerts: { emails: [] } }),
    'accounts[0].alerts.emails: got [], allowed: at least one e-mail address',
  ],
  [
    'two keys of one name',
    withAccount({ keys: [keyOf(), keyOf()] }),
    `accounts[0].keys[1].name: got 'grid-bot', allowed: ${ONCE}`,
  ],
  [
    'two keys that replace the same key',
    withAccount({ keys: [keyOf({ replaces: 'bg_1' }), keyOf({ name: 'tax', replaces: 'bg_1' })] }),
    `accounts[0].keys[1].replaces: got 'bg_1', allowed: ${ONCE}`,
  ],
  [
    'more keys on a sub-account than the exchange lets it hold',
    withAccount({ keys: ['a', 'b', 'c', 'd'].map((name) => keyOf({ name })) }),
    "accounts[0].keys: got '12 keys alive at once on sub-account 1234567890', allowed: at most 10 keys alive at once on a sub-account of Bitget (unified account); rotate less often or shorten the grace period",
  ],
];

const FLEET_REFUSALS: Refusal[] = [
  [
    'nothing',
    undefined,
    'configuration: got nothing, allowed: export default defineConfig({ accounts, alerts })',
  ],
  ['no account', configOf({ accounts: [] }), 'accounts: got [], allowed: at least one account'],
  [
    'two accounts of one name',
    configOf({ accounts: [accountOf(), accountOf({ keys: [keyOf({ subAccount: '2' })] })] }),
    `accounts[1].name: got 'main', allowed: ${ONCE}`,
  ],
  [
    'one sub-account in two accounts, which would call each other foreign',
    configOf({ accounts: [accountOf(), accountOf({ name: 'second' })] }),
    "accounts[1].keys: got 'bitget live 1234567890', allowed: the keys of one sub-account all in one account",
  ],
  [
    'alerts that go nowhere',
    { ...configOf(), alerts: undefined },
    'alerts: got nothing, allowed: { emails: [...], channels?: [...] }',
  ],
  [
    'an address that is no e-mail address',
    configOf({ alerts: { emails: ['desk'] } }),
    "alerts.emails[0]: got 'desk', allowed: an e-mail address",
  ],
  [
    'an unknown way out',
    { ...configOf(), egress: { type: 'vpn' } },
    "egress.type: got 'vpn', allowed: { type: 'nat-gateway' }, { type: 'existing-vpc', vpcId, subnetIds, securityGroupIds, address? } or { type: 'none' }",
  ],
  [
    'a network that is no id',
    configOf({
      egress: {
        type: 'existing-vpc',
        vpcId: 'main',
        subnetIds: ['subnet-0a1b2c3d'],
        securityGroupIds: ['sg-0a1b2c3d'],
      },
    }),
    "egress.vpcId: got 'main', allowed: an id like 'vpc-0a1b2c3d4e5f60718'",
  ],
  ['an unknown trail', { ...configOf(), trail: 'yes' }, "trail: got 'yes', allowed: 'existing' or 'create'"],
  [
    'a time that CloudWatch Logs cannot keep',
    configOf({ retention: { auditLog: '100 days' } }),
    "retention.auditLog: got '100 days', allowed: what CloudWatch Logs can keep, in days: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
  ],
  [
    'an archive of half a day',
    configOf({ retention: { archive: '12 hours' } }),
    "retention.archive: got '12 hours', allowed: whole days",
  ],
  [
    'a runbook with an anchor of its own',
    configOf({ runbookUrl: 'https://wiki.example/#keys' }),
    "runbookUrl: got 'https://wiki.example/#keys', allowed: an address without spaces and #",
  ],
];

/** An account at Binance with one changed key. */
function atBinance(change: object, rest: object = {}): unknown {
  const key = keyOf({ subAccount: 'bot@example.com', ...change });
  return configOf({ accounts: [accountOf({ exchange: 'binance', keys: [key] })], ...rest });
}

const OWN_VPC = {
  type: 'existing-vpc',
  vpcId: 'vpc-0a1b2c3d4e5f60718',
  subnetIds: ['subnet-0a1b2c3d4e5f60718'],
  securityGroupIds: ['sg-0a1b2c3d4e5f60718'],
  address: '192.0.2.10',
};

const BINANCE_REFUSALS: Refusal[] = [
  [
    'a trading key for any address, which the exchange would not let trade for long',
    atBinance({ allowList: 'any-address' }),
    "accounts[0].keys[0].allowList: got 'any-address', allowed: from 1 to 30 addresses at Binance (sub-accounts); without addresses a key loses the permission 'trade' there by itself",
  ],
  [
    'a reading key with a product',
    atBinance({ permission: 'read', products: ['canTrade'] }),
    "accounts[0].keys[0].products[0]: got 'canTrade', allowed: the products of Binance (sub-accounts) for 'read': none; leave the field out",
  ],
  [
    'a key that may transfer',
    atBinance({ products: ['canUniversalTransfer'] }),
    "accounts[0].keys[0].products[0]: got 'canUniversalTransfer', allowed: the products of Binance (sub-accounts) for 'trade': canTrade, canMarginLoanRepay, canFuturesTrade, canVanillaOptions",
  ],
  [
    "an allow-list without the functions' address where a refusal does not say why",
    atBinance({ allowList: ['203.0.113.7'] }, { egress: OWN_VPC }),
    "accounts[0].keys[0].allowList: got [ '203.0.113.7' ], allowed: a list with the functions' own address 192.0.2.10 in it: Binance (sub-accounts) does not say why it refuses a key, so none can be verified from elsewhere",
  ],
  [
    'a number where the exchange has e-mail addresses',
    atBinance({ subAccount: '1001' }),
    "accounts[0].keys[0].subAccount: got '1001', allowed: an id of Binance (sub-accounts), /^[\\w.+-]{1,64}@[\\w.-]{1,190}$/",
  ],
];

describe('a configuration for Binance', () => {
  test.each(BINANCE_REFUSALS)('refuses %s', (_what, config, sentence) => {
    expect(refusalOf(config)).toBe(sentence);
  });

  test.each([
    ['a trading key bound to addresses', atBinance({})],
    ['a reading key for any address', atBinance({ permission: 'read', allowList: 'any-address' })],
    [
      'a key with the address of the functions',
      atBinance({ allowList: ['192.0.2.10'] }, { egress: OWN_VPC }),
    ],
    ['futures beside spot', atBinance({ products: ['canTrade', 'canFuturesTrade'] })],
  ])('accepts %s', (_what, config) => {
    expect(refusalOf(config)).toBe('accepted');
  });
});

describe('a configuration', () => {
  test.each([...ACCOUNT_REFUSALS, ...FLEET_REFUSALS])('refuses %s', (_what, config, sentence) => {
    expect(refusalOf(config)).toBe(sentence);
  });

  test('names every wrong value at once', () => {
    const config = withAccount({
      environment: 'paper',
      keys: [keyOf({ name: 'Grid' as never }), { name: 'tax' }],
    });

    expect(
      refusalOf(config)
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual([
      'accounts[0].environment',
      'accounts[0].keys[0].name',
      'accounts[0].keys[1].subAccount',
      'accounts[0].keys[1].permission',
      'accounts[0].keys[1].allowList',
      'accounts[0].keys[1].rotate',
      'accounts[0].keys[1].gracePeriod',
      'accounts[0].keys[1].readers',
    ]);
  });

  test.each([
    ['a key for any address that says so', withKey({ allowList: 'any-address' })],
    ['the shortest interval', withKey({ rotate: { every: '4 hours' }, gracePeriod: '5 minutes' })],
    ['a grace period as long as the cache', withKey({ gracePeriod: '5 minutes' })],
    [
      'a demo account at another address of the exchange',
      withAccount({ environment: 'demo', baseUrl: 'https://api.bitget-eu.com' }),
    ],
    ['a simulator on this machine', withAccount({ baseUrl: 'http://127.0.0.1:8100' })],
    [
      'as many keys as a sub-account can hold',
      withAccount({ keys: ['a', 'b', 'c'].map((name) => keyOf({ name })) }),
    ],
    [
      'the same sub-account live and in the demo',
      configOf({ accounts: [accountOf(), accountOf({ name: 'paper', environment: 'demo' })] }),
    ],
  ])('is accepted with %s', (_what, config) => {
    expect(refusalOf(config)).toBe('accepted');
  });
});
