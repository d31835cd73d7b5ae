import { defineConfig } from '../../lib/config/load-config.ts';

/**
 * A small fleet with everything that an upgrade must not lose: two keys with readers, an account with its own
 * alerts, network and trail. The templates beside this file are what the last release made of it.
 */
export default defineConfig({
  accounts: [
    {
      name: 'main',
      exchange: 'bitget',
      environment: 'live',
      alerts: { emails: ['main@example.com'] },
      keys: [
        {
          name: 'grid-bot',
          subAccount: '1234567890',
          permission: 'trade',
          allowList: ['203.0.113.7'],
          rotate: { every: '30 days', window: '3 hours' },
          gracePeriod: '1 day',
          readers: [{ role: 'arn:aws:iam::111122223333:role/grid-bot', cache: '5 minutes' }],
          onUndeclaredRead: 'rotate',
        },
        {
          name: 'tax-tool',
          subAccount: '1234567890',
          permission: 'read',
          allowList: ['203.0.113.8'],
          rotate: { cron: 'cron(0 8 ? * MON *)', window: '3 hours' },
          gracePeriod: '2 days',
          readers: [],
        },
      ],
    },
  ],
  alerts: { emails: ['keys@example.com'] },
  egress: { type: 'nat-gateway' },
  trail: 'create',
});
