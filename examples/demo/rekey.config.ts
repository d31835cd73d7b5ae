import { defineConfig } from '../../lib/config/load-config.ts';

/**
 * The demo's fleet: one simulated Bitget account, one trading bot. The same file deploys with
 * `npx cdk deploy -c config=examples/demo/rekey.config.ts`; only the address of the exchange and the
 * sub-account come from the simulator that the demo has just started.
 */
export default defineConfig({
  accounts: [
    {
      name: 'demo',
      exchange: 'bitget',
      environment: 'live',
      baseUrl: process.env.REKEY_SIMULATOR_URL ?? 'http://127.0.0.1:8100',
      keys: [
        {
          name: 'grid-bot',
          subAccount: process.env.REKEY_SIMULATOR_SUB_ACCOUNT ?? '1000000001',
          permission: 'trade',
          allowList: ['127.0.0.1'],
          rotate: { every: '6 hours' },
          gracePeriod: '1 hour',
          readers: [{ role: 'arn:aws:iam::000000000000:role/grid-bot', cache: '5 minutes' }],
          onUndeclaredRead: 'rotate',
        },
      ],
    },
  ],
  alerts: { emails: ['on-call@example.com'] },
  egress: { type: 'none' },
});
