import type { RekeyConfig } from '../../lib/config/schema.ts';
import { accountOf, CHANNELS, configOf, GRID_ROLE, keyOf, TAX_ROLE } from '../lib/fixture.ts';

export const AWS_ACCOUNT = '111122223333';
export const OTHER_AWS_ACCOUNT = '999999999999';
export const REGION = 'eu-west-1';

export const HEDGE_ROLE = `arn:aws:iam::${AWS_ACCOUNT}:role/hedge-bot`;

/**
 * Two exchange accounts with everything optional switched on. The name of one begins as the other's: a prefix
 * that does not end in a slash would let one account into the other.
 */
export const FLEET: RekeyConfig = configOf({
  trail: 'create',
  alerts: { emails: ['keys@example.com'], channels: CHANNELS },
  accounts: [
    accountOf({
      alerts: { emails: ['desk@example.com'] },
      keys: [
        keyOf({ onUndeclaredRead: 'rotate', readers: [{ role: GRID_ROLE }] }),
        keyOf({ name: 'tax-tool', permission: 'read', readers: [{ role: TAX_ROLE }] }),
        keyOf({ name: 'spare', readers: [] }),
      ],
    }),
    accountOf({
      name: 'main-hedge',
      keys: [keyOf({ name: 'hedge-bot', subAccount: '2234567890', readers: [{ role: HEDGE_ROLE }] })],
    }),
  ],
});

/** The exchange accounts with the keys of each. */
export const KEYS = { main: ['grid-bot', 'tax-tool', 'spare'], 'main-hedge': ['hedge-bot'] } as const;
export type Account = keyof typeof KEYS;
export const ACCOUNTS = Object.keys(KEYS) as Account[];
