import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { faultNames } from '../../simulator/fault-names.ts';
import { openExchange } from '../../simulator/index.ts';

const page = await readFile('docs/simulator.md', 'utf8');

describe('docs/simulator.md', () => {
  it.each([
    ['Bitget', 'bitget'],
    ['Binance', 'binance'],
  ] as const)('names every route of %s that a fault can be limited to', (title, exchange) => {
    const open = openExchange({ exchange, seed: 7 });
    const refusal = messageOf(() => open.orderFault({ fault: 'hang', route: '?' }));
    const routes = refusal.replace('"route" must be one of ', '').split(', ');
    expect(routes).toContain('place-order');
    const [, listed = ''] = page.match(new RegExp(`^Routes of ${title}: ([^.]+)\\.`, 'm')) ?? [];
    expect([...listed.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name).sort()).toEqual(routes.sort());
  });

  it('describes every fault in a row of its own, and says at which exchange it makes sense', () => {
    const rows = page.matchAll(/^\| `([a-z-]+)` \| (both|Bitget|Binance) \| \S/gm);
    const said = Object.fromEntries([...rows].map(([, fault, where]) => [fault, where]));
    const known = (fault: string) => {
      const at = (exchange: 'bitget' | 'binance') => {
        const open = openExchange({ exchange, seed: 7 });
        const order = { fault, ...details };
        return !messageOf(() => open.orderFault(order)).includes('makes no sense at this exchange');
      };
      return at('bitget') ? (at('binance') ? 'both' : 'Bitget') : 'Binance';
    };
    expect(said).toEqual(Object.fromEntries(faultNames.map((fault) => [fault, known(fault)])));
  });
});

/** Enough for every fault that needs something. */
const details = { ms: 1, calls: 1, size: 1 };

function messageOf(act: () => void): string {
  try {
    act();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}
