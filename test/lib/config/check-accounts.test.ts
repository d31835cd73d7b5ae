import { describe, expect, test } from 'vitest';
import { accountOf, configOf, keyOf } from '../fixture.ts';
import { ONCE, type Refusal, refusalOf, withAccount, withKey } from './refusal.ts';

const NAME = 'lower-case letters, digits and single hyphens, a letter first, at most';

const ACCOUNT_REFUSALS: Refusal[] = [
  [
    'an unknown exchange',
    withAccount({ exchange: 'mtgox' }),
    "accounts[0].exchange: got 'mtgox', allowed: bitget",
  ],
  [
    "an exchange that is a word of JavaScript's own",
    withAccount({ exchange: 'constructor' }),
    "accounts[0].exchange: got 'constructor', allowed: bitget",
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
    'alerts: got nothing, allowed: { emails: [...] }',
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
