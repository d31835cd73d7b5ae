import { beforeEach, describe, expect, it } from 'vitest';
import { accountStatus, rekey } from '../harness.ts';
import { MemoryCloud } from '../memory-cloud.ts';

let cloud: MemoryCloud;

beforeEach(() => {
  cloud = new MemoryCloud();
  cloud.statuses.set('main', accountStatus());
});

describe('resume', () => {
  it('brings one stopped key back in the name of the operator, and says what happens next', async () => {
    await rekey('stop main --yes', { cloud });
    const { code, out, err } = await rekey('resume main/grid-bot', { cloud });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(cloud.stops('main').stopped).toEqual(['tax-tool']);
    expect(cloud.orders.at(-1)?.request).toEqual({ act: 'resume', key: 'grid-bot', actor: 'ada@desk' });
    expect(out).toContain('grid-bot is rotated again (version a1b2)\n');
    expect(out).toContain('a new key is issued, verified and promoted');
    expect(out).toContain('npm run rekey -- status main, npm run rekey -- audit main/grid-bot');
  });

  it('tells why it was refused', async () => {
    const { code, out, err } = await rekey('resume main/grid-bot', { cloud });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe('refused (NotStopped): grid-bot is not stopped\n');
  });

  it.each(['main', 'grid-bot'])('wants a key by account and name, not %s', async (typed) => {
    const { code, err } = await rekey(`resume ${typed}`);
    expect(code).toBe(2);
    expect(err).toContain('main/grid-bot');
  });
});
