import { describe, expect, it } from 'vitest';
import { requireSimulatedExchanges } from '../../local/loopback-only.ts';

type Config = Parameters<typeof requireSimulatedExchanges>[0];

function configWith(...addresses: (string | undefined)[]): Config {
  const accounts = addresses.map((baseUrl, index) => ({ name: `account-${index}`, baseUrl }));
  return { accounts } as unknown as Config;
}

describe('a configuration for the local cloud', () => {
  it('may name exchanges on this machine', () => {
    const config = configWith('http://127.0.0.1:8100', 'http://localhost:1', 'http://[::1]:1/');
    expect(() => requireSimulatedExchanges(config)).not.toThrow();
  });

  it.each([
    ['the usual address', undefined],
    ['another machine', 'https://api.example.com'],
    ['a name that only begins like this machine', 'http://127.0.0.1.example.com'],
  ])('is refused with %s', (_, address) => {
    expect(() => requireSimulatedExchanges(configWith('http://127.0.0.1:1', address))).toThrow(
      'the local cloud does not call real exchanges: give account-1 a baseUrl on this machine',
    );
  });
});
