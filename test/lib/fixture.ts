import type { RekeyConfig } from '../../lib/config/schema.ts';

type Account = RekeyConfig['accounts'][number];
type Key = Account['keys'][number];

export const GRID_ROLE = 'arn:aws:iam::111122223333:role/grid-bot';
export const TAX_ROLE = 'arn:aws:iam::444455556666:role/bots/tax-tool';

/** A key that is accepted as it is. */
export function keyOf(change: Partial<Key> = {}): Key {
  return {
    name: 'grid-bot',
    subAccount: '1234567890',
    permission: 'trade',
    allowList: ['203.0.113.7'],
    rotate: { every: '30 days', window: '3 hours' },
    gracePeriod: '1 day',
    readers: [{ role: GRID_ROLE }],
    ...change,
  };
}

/** An exchange account that is accepted as it is. */
export function accountOf(change: Partial<Account> = {}): Account {
  return { name: 'main', exchange: 'bitget', environment: 'live', keys: [keyOf()], ...change };
}

/** A configuration that is accepted as it is. */
export function configOf(change: Partial<RekeyConfig> = {}): RekeyConfig {
  return { accounts: [accountOf()], alerts: { emails: ['keys@example.com'] }, ...change };
}

const TEAM = '2f1c7a3e-8d40-4b52-9c3e-5a6b7c8d9e0f';

/** A channel of each kind, and of each severity. */
export const CHANNELS: NonNullable<RekeyConfig['alerts']['channels']> = [
  { type: 'email', to: ['on-call@example.com'], from: 'critical' },
  { type: 'slack', workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' },
  { type: 'teams', teamId: TEAM, tenantId: TEAM, channelId: '19%3aABC%40thread.tacv2', from: 'critical' },
  { type: 'pagerduty', secret: 'pagerduty/rekey', from: 'critical' },
  { type: 'https', url: 'https://hooks.example.com/rekey', secret: 'hooks/rekey', header: 'X-Token' },
];

/** One account with two keys, a read key without readers among them, and everything optional switched on. */
export const FULL_CONFIG = configOf({
  trail: 'create',
  accounts: [
    accountOf({
      alerts: { emails: ['desk@example.com'] },
      keys: [
        keyOf(),
        keyOf({
          name: 'tax-tool',
          permission: 'read',
          allowList: 'any-address',
          rotate: { cron: 'cron(0 8 ? * MON *)', window: '2 hours' },
          readers: [],
        }),
      ],
    }),
  ],
});
