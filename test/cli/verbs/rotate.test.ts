import { beforeEach, describe, expect, it } from 'vitest';
import { accountStatus, rekey } from '../harness.ts';
import { MemoryCloud } from '../memory-cloud.ts';

let cloud: MemoryCloud;

beforeEach(() => {
  cloud = new MemoryCloud();
  cloud.statuses.set('main', accountStatus());
});

describe('rotate', () => {
  it('orders a rotation in the name of the operator and says how to watch it', async () => {
    const { code, out, err } = await rekey('rotate main/grid-bot', { cloud });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(cloud.orders).toEqual([
      { account: 'main', request: { act: 'rotate', key: 'grid-bot', actor: 'ada@desk' } },
    ]);
    expect(out.split('\n')).toEqual([
      'rotate of grid-bot has started (version a1b2)',
      'watch it: npm run rekey -- status main, npm run rekey -- audit main/grid-bot',
      '',
    ]);
  });

  it('tells why it was refused', async () => {
    cloud.refusal = { reason: 'RotationInProgress', message: 'the rotation before has not ended' };
    const { code, out, err } = await rekey('rotate main/grid-bot', { cloud });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: 'refused (RotationInProgress): the rotation before has not ended\n',
    });
  });

  it('fails on an answer to another question', async () => {
    cloud.answer = { outcome: 'accepted', message: 'odd' };
    const { code, err } = await rekey('rotate main/grid-bot', { cloud });
    expect(code).toBe(1);
    expect(err).toBe('the function answered accepted to rotate: deploy the version that this CLI is of\n');
  });

  it.each(['grid-bot', 'main/grid-bto', 'main', 'backup/grid-bot', 'main/manager'])(
    'refuses the key %s and offers declared ones',
    async (typed) => {
      const { code, err } = await rekey(`rotate ${typed}`);
      expect(code).toBe(2);
      expect(err).toMatch(/^rekey\.config\.ts declares no such key; nearest: .*\n$/);
      expect(err).toContain('main/');
    },
  );

  it('offers the key that was meant first', async () => {
    expect((await rekey('rotate hedge')).err).toContain('nearest: backup/hedge');
    expect((await rekey('rotate main/taxtool')).err).toContain('nearest: main/tax-tool');
  });
});

describe('rotate --emergency', () => {
  const emergency = [
    { account: 'main', request: { act: 'rotateEmergency', key: 'grid-bot', actor: 'ada@desk' } },
  ];

  it.each(['y', 'Y', 'yes'])('goes on when the person answers %s', async (answer) => {
    const script = [['Rotate now?', `${answer}\r`]] as const;
    const { code, err } = await rekey('rotate --emergency main/grid-bot', { cloud, script });
    expect(code).toBe(0);
    expect(err).toContain('main/grid-bot, and every key of it still in its grace period, is revoked');
    expect(cloud.orders).toEqual(emergency);
  });

  it.each(['', 'n', 'yesterday', '\u0003', '\u0004'])(
    'does nothing when the person answers %j',
    async (answer) => {
      const script = [['Rotate now?', `${answer}\r`]] as const;
      const { code } = await rekey('rotate --emergency main/grid-bot', { cloud, script });
      expect(code).toBe(1);
      expect(cloud.orders).toEqual([]);
    },
  );

  it('does not ask with --yes, on a terminal or off it', async () => {
    expect((await rekey('rotate main/grid-bot --emergency --yes', { cloud, script: [] })).code).toBe(0);
    expect((await rekey('rotate --yes --emergency main/grid-bot', { cloud })).code).toBe(0);
    expect(cloud.orders).toEqual([...emergency, ...emergency]);
  });

  it('refuses to go on without --yes when nobody can be asked', async () => {
    const { code, err } = await rekey('rotate --emergency main/grid-bot', { cloud });
    expect({ code, err }).toEqual({
      code: 2,
      err: 'rotate --emergency asks first, and nobody is there to answer: add --yes\n',
    });
    expect(cloud.orders).toEqual([]);
  });
});
