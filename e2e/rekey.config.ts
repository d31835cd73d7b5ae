import { defineConfig } from '../lib/index.ts';

const variant = process.env.REKEY_E2E_VARIANT ?? 'first';
const subAccount = process.env.REKEY_SIMULATOR_SUB_ACCOUNT ?? '1000000001';
/** Nobody reads in this run: the readers only have to be deployed. */
const role = 'arn:aws:iam::000000000000:role/grid-bot';

/**
 * What `npm run e2e` deploys. `first` is the beginning; `changed` has a shorter grace period and one more key;
 * `network` adds everything that costs a network: VPC, NAT gateway with a fixed address, flow log, trail.
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
          subAccount,
          permission: 'trade',
          allowList: ['127.0.0.1'],
          rotate: { every: '6 hours' },
          gracePeriod: variant === 'changed' ? '1 minute' : '1 hour',
          readers: [{ role, cache: '1 minute' }],
        },
        ...(variant === 'changed'
          ? [
              {
                name: 'tax-tool',
                subAccount,
                permission: 'read' as const,
                allowList: ['127.0.0.1'],
                rotate: { every: '1 day' as const },
                gracePeriod: '1 hour' as const,
                readers: [{ role, cache: '1 minute' as const }],
              },
            ]
          : []),
      ],
    },
  ],
  alerts: { emails: ['on-call@example.com'] },
  egress: { type: variant === 'network' ? 'nat-gateway' : 'none' },
  trail: variant === 'network' ? 'create' : 'existing',
});
