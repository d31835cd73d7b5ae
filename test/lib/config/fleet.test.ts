import { describe, expect, test } from 'vitest';
import { readFleet } from '../../../lib/config/fleet.ts';
import { accountOf, configOf, GRID_ROLE, keyOf, TAX_ROLE } from '../fixture.ts';
import { withAccount } from './refusal.ts';

describe('the reduced form', () => {
  test('holds plain numbers, defaults filled in, in an order that does not depend on the file', () => {
    const keys = [
      keyOf({ name: 'tax', permission: 'read', allowList: 'any-address', readers: [], replaces: 'bg_1' }),
      keyOf({
        allowList: ['203.0.113.9', '203.0.113.7'],
        readers: [
          { role: TAX_ROLE, cache: '1 hour', runs: 'sometimes', addresses: ['192.0.2.7', '10.0.0.0/16'] },
          { role: GRID_ROLE },
        ],
        onSuspicion: 'rotate',
        symbols: ['ETHUSDT', 'BTCUSDT'],
        laggingReaders: { waitAtMost: '2 days' },
        freezeOnStop: false,
        drill: true,
      }),
    ];
    const [plan] = readFleet(configOf({ accounts: [accountOf({ keys })] })).accounts;

    expect(plan?.declaration).toEqual({
      account: 'main',
      exchange: 'bitget',
      environment: 'live',
      watch: { withdrawals: 'none', transfers: 'none', onSuspicion: 'tell' },
      keys: [
        {
          name: 'grid-bot',
          subAccount: '1234567890',
          permission: 'trade',
          products: ['uta_trade'],
          allowList: ['203.0.113.7', '203.0.113.9'],
          gracePeriodMinutes: 1440,
          readers: [
            { role: GRID_ROLE, cacheMinutes: 5, runs: 'always', addresses: [] },
            { role: TAX_ROLE, cacheMinutes: 60, runs: 'sometimes', addresses: ['10.0.0.0/16', '192.0.2.7'] },
          ],
          intervalMinutes: 43_200,
          onUndeclaredRead: 'tell',
          onSuspicion: 'rotate',
          symbols: ['BTCUSDT', 'ETHUSDT'],
          waitForReadersMinutes: 2880,
          freezeOnStop: false,
          drill: true,
        },
        {
          name: 'tax',
          subAccount: '1234567890',
          permission: 'read',
          products: ['uta_mgt', 'uta_trade'],
          allowList: [],
          gracePeriodMinutes: 1440,
          readers: [],
          replaces: 'bg_1',
          intervalMinutes: 43_200,
          onUndeclaredRead: 'tell',
          onSuspicion: 'tell',
          waitForReadersMinutes: 0,
          freezeOnStop: true,
          drill: false,
        },
      ],
    });
  });

  test('orders accounts and addresses too', () => {
    const accounts = [accountOf({ name: 'b' }), accountOf({ name: 'a', environment: 'demo' })];
    const fleet = readFleet(
      configOf({ accounts, alerts: { emails: ['z@x.example', 'a@x.example', 'z@x.example'] } }),
    );

    expect(fleet.accounts.map(({ declaration }) => declaration.account)).toEqual(['a', 'b']);
    expect(fleet.emails).toEqual(['a@x.example', 'z@x.example']);
  });

  test('leaves out an address that is the usual one', () => {
    const fleet = readFleet(withAccount({ baseUrl: 'https://api.bitget.com' }));

    expect(fleet.accounts[0]?.declaration).not.toHaveProperty('baseUrl');
  });
});
