import type { RekeyConfig } from '../lib/config/schema.ts';

const LOOPBACK = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/;

/** Whether an address is on this machine. */
export function isOnThisMachine(address: string): boolean {
  return LOOPBACK.test(address);
}

/**
 * Refuses a configuration that would let functions on this machine call a real exchange.
 *
 * @throws Error naming the accounts.
 */
export function requireSimulatedExchanges({ accounts }: Pick<RekeyConfig, 'accounts'>): void {
  const real = accounts.filter(({ baseUrl }) => !isOnThisMachine(baseUrl ?? '')).map(({ name }) => name);
  if (real.length === 0) return;
  throw new Error(
    `the local cloud does not call real exchanges: give ${real.join(', ')} a baseUrl on this machine, ` +
      'for example process.env.REKEY_SIMULATOR_URL, which npm run local sets',
  );
}
