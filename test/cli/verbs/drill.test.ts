import { beforeEach, describe, expect, it } from 'vitest';
import { Declared } from '../../../cli/declared.ts';
import type { DrillResult } from '../../../cli/drill.ts';
import type { OperateRequest } from '../../../lambda/operate-protocol.ts';
import { accountStatus, keyStatus, rekey } from '../harness.ts';
import { MemoryCloud, NO_ANSWER } from '../memory-cloud.ts';

const PROBES = ['probe-1', 'probe-2'];

/** Two drill keys at main, one at backup, none at third. */
const declared = new Declared('my.config.ts', [
  { name: 'main', keys: [{ name: 'grid-bot' }, ...PROBES.map((name) => ({ name, drill: true }))] },
  { name: 'backup', keys: [{ name: 'probe', drill: true }] },
  { name: 'third', keys: [{ name: 'hedge' }] },
]);
const host = { readDeclared: async () => declared };

let cloud: MemoryCloud;

beforeEach(() => {
  cloud = new MemoryCloud();
  cloud.answerMs = 1_000;
  deploy('main', ['grid-bot', ...PROBES]);
  deploy('backup', ['probe']);
  deploy('third', ['hedge']);
  for (const name of PROBES) cloud.stops('main').drillKeys.add(name);
  cloud.stops('backup').drillKeys.add('probe');
});

function deploy(account: string, names: readonly string[]): void {
  const keys = names.map((key) => keyStatus({ key, secretName: `rekey/${account}/${key}` }));
  cloud.statuses.set(account, accountStatus({ account, keys }));
}

/** Changes one key of an account. */
function change(account: string, name: string, changes: Parameters<typeof keyStatus>[0]): void {
  const status = cloud.statuses.get(account) ?? accountStatus();
  const keys = status.keys.map((key) => (key.key === name ? { ...key, ...changes } : key));
  cloud.statuses.set(account, { ...status, keys });
}

async function drill(command: string) {
  return await rekey(`drill ${command}`, { cloud, host });
}

async function measured(command: string): Promise<Record<string, DrillResult>> {
  return JSON.parse((await drill(`${command} --json`)).out) as Record<string, DrillResult>;
}

function ordersTo(account: string, act: OperateRequest['act']): OperateRequest[] {
  return cloud.orders
    .filter((order) => order.account === account)
    .map(({ request }) => request)
    .filter((request) => request.act === act);
}

/** Keys that are stopped now. */
function stopped(): string[] {
  return ['main', 'backup', 'third'].flatMap((account) => cloud.stops(account).stopped);
}

describe('drill', () => {
  it('stops the drill keys and no other, and brings every one of them back', async () => {
    const { code, err } = await drill('main');
    expect(code).toBe(0);
    expect(ordersTo('main', 'stop')).toEqual([
      { act: 'stop', keys: PROBES, reason: 'Drill', actor: 'ada@desk' },
    ]);
    expect(stopped()).toEqual([]);
    expect(err).toContain('main: 2 of 2 keys revoked, 0 to go');
  });

  it('takes the time until the exchange has let go, until it is proven, and until all is back', async () => {
    const { main } = await measured('main');
    expect(main).toMatchObject({ keys: PROBES, revokedSeconds: 1, problems: [] });
    // The proof comes after 200 seconds and the rotation takes 10; looks are some seconds apart.
    expect(main?.provenSeconds).toBeGreaterThanOrEqual(200);
    expect(main?.provenSeconds).toBeLessThan(210);
    expect(main?.currentSeconds).toBeGreaterThanOrEqual(10);
    expect(main?.currentSeconds).toBeLessThan(20);
  });

  it('shows the times as a table', async () => {
    cloud.stops('main').proofMs = 0;
    const [head, first, second, ...rest] = (await drill('main')).out.trimEnd().split('\n');
    expect(head?.split(/ {2,}/)).toEqual([
      ...['ACCOUNT', 'DRILL KEYS', 'REVOKED AFTER', 'PROVEN DEAD AFTER', 'IN USE AGAIN AFTER'],
    ]);
    expect(first?.split(/ {2,}/)).toEqual([
      'main',
      'probe-1',
      '1.0 s',
      '2.0 s',
      expect.stringMatching(/ s$/),
    ]);
    expect(second?.trim()).toBe('probe-2');
    expect(rest).toEqual([]);
  });

  it('counts the time of keys that do not die at once', async () => {
    cloud.stops('main').tenacity.set('probe-2', 3);
    const { main } = await measured('main');
    expect(main?.revokedSeconds).toBeGreaterThan(3);
    expect(main?.problems).toEqual([]);
  });

  it('does not wait for the proof with --no-proof', async () => {
    cloud.stops('main').proofMs = Number.POSITIVE_INFINITY;
    const { main } = await measured('main --no-proof');
    expect(main).toMatchObject({ revokedSeconds: 1, problems: [] });
    expect(main).not.toHaveProperty('provenSeconds');
    expect(cloud.time.passedMs).toBeLessThan(60_000);
    expect(stopped()).toEqual([]);
  });

  it('goes everywhere where there are drill keys with --all', async () => {
    const results = await measured('--all');
    expect(Object.keys(results)).toEqual(['main', 'backup']);
    expect(ordersTo('third', 'stop')).toEqual([]);
    expect(stopped()).toEqual([]);
  });

  it.each(['third', 'third --json'])(
    'says how to declare a key for it where there is none: %s',
    async (where) => {
      const { code, out, err } = await drill(where);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(
        /^my\.config\.ts declares no key for drills in third: .*drill: true.*npm run demo\n$/,
      );
    },
  );

  it.each(['', 'main --all'])('wants to be told one thing: "%s"', async (words) => {
    const { code, err } = await drill(words);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'say where to practise: <account>, or everywhere with --all\n',
    });
  });
});

describe('drill leaves alone', () => {
  it.each(['Stopped', 'Rotating', 'Empty', 'Missing'] as const)(
    'a key that is %s before, which it neither stops nor resumes, and says so',
    async (state) => {
      change('main', 'probe-1', { state });
      const { main } = await measured('main');
      expect(main?.keys).toEqual(['probe-2']);
      expect(main?.problems).toEqual([`probe-1 took no part: it is ${state}, not in use`]);
      const touched = [...ordersTo('main', 'stop'), ...ordersTo('main', 'resume')];
      expect(JSON.stringify(touched)).not.toContain('probe-1');
    },
  );

  it('everything if no drill key is in use', async () => {
    for (const name of PROBES) change('main', name, { state: 'Stopped' });
    const { code, out } = await drill('main');
    expect(code).toBe(1);
    expect(out).toContain('main: probe-1 took no part: it is Stopped, not in use');
    expect(cloud.orders.filter(({ request }) => request.act !== 'status')).toEqual([]);
  });

  it('everything if the account cannot be looked at', async () => {
    cloud.statuses.delete('main');
    const { code, out } = await drill('main');
    expect(code).toBe(1);
    expect(out).toMatch(/^main: nothing was stopped: /m);
  });
});

describe('drill resumes its keys', () => {
  it('when they could not all be revoked, and fails', async () => {
    cloud.stops('main').tenacity.set('probe-1', Number.POSITIVE_INFINITY);
    const { code, out } = await drill('main');
    expect(code).toBe(1);
    expect(out).toContain('main: may still live: probe-1');
    expect(stopped()).toEqual([]);
  });

  it('when the proof does not come within six minutes, and fails', async () => {
    cloud.stops('main').proofMs = Number.POSITIVE_INFINITY;
    const { code, out } = await drill('main');
    expect(code).toBe(1);
    expect(out).toContain('main: not seen within minutes: the proof that every key is dead');
    expect(cloud.time.passedMs).toBeLessThan(8 * 60_000);
    expect(stopped()).toEqual([]);
  });

  it('when the deployed function does not know them as drill keys', async () => {
    cloud.stops('main').drillKeys.clear();
    const { code, out } = await drill('main');
    expect(code).toBe(1);
    expect(out).toContain('refused (NotForDrill)');
    expect(stopped()).toEqual([]);
  });

  it('when answers are lost: the order is repeated', async () => {
    cloud.lost.set('main', 4);
    const { out } = await drill('main');
    expect(out).toContain(NO_ANSWER);
    expect(stopped()).toEqual([]);
  });

  it('when one cannot be resumed: the others are, and it says how', async () => {
    cloud.stops('main').stuck.add('probe-1');
    const { code, out } = await drill('main');
    expect(code).toBe(1);
    expect(stopped()).toEqual(['probe-1']);
    expect(out).toContain('main: probe-1 may still be stopped');
    expect(out).toContain('npm run rekey -- resume main/probe-1');
    expect(cloud.time.passedMs).toBeLessThan(5 * 60_000);
  });

  it.each([
    { when: 'while they are being stopped', afterMs: 1_500 },
    { when: 'while the proof is waited for', afterMs: 60_000 },
  ])('after Ctrl-C $when, does not wait any longer, and fails', async ({ afterMs }) => {
    cloud.stops('main').proofMs = Number.POSITIVE_INFINITY;
    cloud.time.interruptAfterMs = afterMs;
    const { code, err } = await drill('main');
    expect(code).toBe(1);
    expect(err).toContain('breaking off: the drill keys are resumed first');
    expect(ordersTo('main', 'resume')).toHaveLength(2);
    expect(stopped()).toEqual([]);
    expect(cloud.time.passedMs).toBeLessThan(afterMs + 10_000);
  });

  it('on the other accounts when the program has a fault on one', async () => {
    const { ask } = cloud.operate;
    cloud.operate.ask = (account, request) => {
      if (account === 'backup' && request.act === 'status') throw new TypeError('a fault');
      return ask(account, request);
    };
    const { code, err } = await drill('--all');
    expect(code).toBe(1);
    expect(err).toContain('a fault of this program (TypeError)');
    expect(ordersTo('main', 'resume')).toHaveLength(2);
    expect(stopped()).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it('is caught only while there is something to resume', async () => {
    await drill('main --no-proof');
    expect(cloud.time.isCaught).toBe(false);
  });
});
