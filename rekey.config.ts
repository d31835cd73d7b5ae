import { defineConfig } from './lib/config/load-config.ts';

/** The one file to edit. docs/configuration.md describes every field. */
export default defineConfig({
  accounts: [
    {
      name: 'main',
      exchange: 'bitget',
      environment: 'live',
      keys: [
        {
          name: 'grid-bot',
          subAccount: '1234567890',
          permission: 'trade',
          allowList: ['203.0.113.7'],
          rotate: { every: '30 days', window: '3 hours' },
          gracePeriod: '1 day',
          readers: [{ role: 'arn:aws:iam::111122223333:role/grid-bot', cache: '5 minutes' }],
        },
        {
          name: 'tax-tool',
          subAccount: '1234567890',
          permission: 'read',
          allowList: ['203.0.113.8'],
          rotate: { cron: 'cron(0 8 ? * MON *)', window: '3 hours' },
          gracePeriod: '2 days',
          readers: [{ role: 'arn:aws:iam::111122223333:role/tax-tool', cache: '1 hour' }],
        },
      ],
    },
  ],
  alerts: { emails: ['keys@example.com'] },
});
