import { defineConfig } from '../../lib/config/load-config.ts';
import type { RekeyConfig } from '../../lib/config/schema.ts';

/**
 * Keys to practise the kill switch with: `npm run local -- --config examples/drill/rekey.config.ts`, then
 * `npm run rekey -- drill --all --local`. Nothing reads them.
 */
function probe(name: string): RekeyConfig['accounts'][number]['keys'][number] {
  return {
    name,
    subAccount: process.env.REKEY_SIMULATOR_SUB_ACCOUNT ?? '1000000001',
    permission: 'trade',
    allowList: ['127.0.0.1'],
    rotate: { every: '30 days' },
    gracePeriod: '1 hour',
    readers: [],
    drill: true,
  };
}

export default defineConfig({
  accounts: [
    {
      name: 'drill',
      exchange: 'bitget',
      environment: 'live',
      baseUrl: process.env.REKEY_SIMULATOR_URL ?? 'http://127.0.0.1:8100',
      keys: [probe('probe-1'), probe('probe-2')],
    },
  ],
  alerts: { emails: ['on-call@example.com'] },
  egress: { type: 'none' },
});
