import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { faultNames } from '../../simulator/fault-order.ts';
import { manage, startTestSimulator } from './support.ts';

const page = await readFile('docs/simulator.md', 'utf8');

describe('docs/simulator.md', () => {
  it('describes every fault in a row of its own', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| \S/gm)].map(([, name]) => name);
    expect([...rows].sort()).toEqual([...faultNames].sort());
  });

  it('names every route that a fault can be limited to', async () => {
    const simulator = await startTestSimulator();
    const { body } = await manage(simulator, 'POST /faults', { fault: 'hang', route: '?' });
    const routes = body.error.replace('"route" must be one of ', '').split(', ');
    expect(routes).toContain('create-sub-api');
    const [, listed = ''] = page.match(/^Routes: ([^.]+)\./m) ?? [];
    expect([...listed.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name).sort()).toEqual(routes.sort());
    await simulator.stop();
  });
});
