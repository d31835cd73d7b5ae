import { beforeEach, describe, expect, it } from 'vitest';
import { BadInputError } from '../../../cli/problem.ts';
import type { OperateRequest } from '../../../lambda/operate-protocol.ts';
import { accountStatus, keyStatus, type Run, rekey } from '../harness.ts';
import { MemoryCloud, NO_ANSWER, NOT_DEPLOYED } from '../memory-cloud.ts';

let cloud: MemoryCloud;

beforeEach(() => {
  cloud = new MemoryCloud();
  cloud.statuses.set('main', accountStatus());
  cloud.statuses.set('backup', accountStatus({ account: 'backup', keys: [keyStatus({ key: 'hedge' })] }));
});

/** Names that each order to an account had; `all` for an order without names. */
function ordered(account: string): (readonly string[] | 'all')[] {
  return cloud.orders
    .filter((order) => order.account === account)
    .map(({ request }) => request as Extract<OperateRequest, { act: 'stop' }>)
    .map(({ keys }) => keys ?? 'all');
}

function lines(text: string): string[] {
  return text.trimEnd().split('\n');
}

describe('stop', () => {
  it('ends every key of an account, and says what it has come to and what comes next', async () => {
    cloud.answerMs = 1_500;
    cloud.stops('main').frozen = ['1111', '2222'];
    const { code, out, err } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(0);
    expect(cloud.stops('main').stopped).toEqual(['grid-bot', 'tax-tool']);
    expect(cloud.stops('backup').stopped).toEqual([]);
    expect(cloud.orders).toEqual([
      { account: 'main', request: { act: 'stop', reason: 'Asked', actor: 'ada@desk' } },
    ]);
    expect(err).toContain('main: 2 of 2 keys revoked, 0 to go\n');
    expect(lines(out)).toEqual([
      "main: stopped, 2 of 2 keys; 2 dead by the exchange's word; 2 s",
      '  frozen: sub-account 1111, 2222',
      'Reconcile proves within five minutes that they are dead: npm run rekey -- status',
      'Each key comes back with npm run rekey -- resume <account>/<key>',
      'Positions and open orders are as they were: look at the exchange.',
    ]);
  });

  it('ends one key and leaves the others alone', async () => {
    expect((await rekey('stop main/tax-tool --yes', { cloud })).code).toBe(0);
    expect(cloud.stops('main').stopped).toEqual(['tax-tool']);
  });

  it('ends everything with --all', async () => {
    const { code, out } = await rekey('stop --all --yes', { cloud });
    expect(code).toBe(0);
    expect([cloud.stops('main').stopped, cloud.stops('backup').stopped].flat()).toEqual([
      ...['grid-bot', 'tax-tool', 'hedge'],
    ]);
    expect(out).toMatch(/^main: stopped/m);
    expect(out).toMatch(/^backup: stopped/m);
  });

  it.each(['stop', 'stop main --all'])('wants to be told one thing: %s', async (command) => {
    const { code, err } = await rekey(`${command} --yes`);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'say what to stop: <account>, <account>/<key>, or everything with --all\n',
    });
  });

  it.each([
    { typed: 'mian', nearest: 'main' },
    { typed: 'main/gridbot', nearest: 'main/grid-bot' },
  ])('offers $nearest for $typed and stops nothing', async ({ typed, nearest }) => {
    const { code, err } = await rekey(`stop ${typed} --yes`);
    expect(code).toBe(2);
    expect(err).toContain(`nearest: ${nearest}`);
  });
});

describe('stop asks first', () => {
  const asked = [['Stop now?', 'y\r']] as const;

  it('and says exactly what dies, and what does not end with it', async () => {
    const { code, err } = await rekey('stop --all', { cloud, script: asked });
    expect(code).toBe(0);
    expect(err).toContain('main: all that is deployed of it (grid-bot, tax-tool)');
    expect(err).toContain('backup: all that is deployed of it (hedge)');
    expect(err).toContain('No position is closed and no order is cancelled.');
  });

  it('and names the one key, and no other', async () => {
    const { err } = await rekey('stop main/tax-tool', { cloud, script: asked });
    expect(err).toMatch(/^ {2}main\/tax-tool$/m);
    expect(err).not.toContain('grid-bot');
  });

  it.each(['', 'n', '\u0003'])('and does nothing when the person answers %j', async (answer) => {
    const script = [['Stop now?', `${answer}\r`]] as const;
    expect((await rekey('stop main', { cloud, script })).code).toBe(1);
    expect(cloud.orders).toEqual([]);
  });

  it('and refuses to go on without --yes when nobody can be asked', async () => {
    const { code, err } = await rekey('stop --all', { cloud });
    expect({ code, err }).toEqual({
      code: 2,
      err: 'stop asks first, and nobody is there to answer: add --yes\n',
    });
    expect(cloud.orders).toEqual([]);
  });
});

describe('stop repeats its order', () => {
  const many = Array.from({ length: 100 }, (_, index) => keyStatus({ key: `bot-${index}` }));

  it('while there are keys that there was no time for, and tells how far it is', async () => {
    cloud.statuses.set('main', accountStatus({ keys: many }));
    cloud.stops('main').keysPerOrder = 30;
    const { code, err } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(0);
    expect(cloud.stops('main').stopped).toHaveLength(100);
    expect(err.match(/^main: .*$/gm)).toEqual([
      'main: 30 of 100 keys revoked, 70 to go',
      'main: 60 of 100 keys revoked, 40 to go',
      'main: 90 of 100 keys revoked, 10 to go',
      'main: 100 of 100 keys revoked, 0 to go',
    ]);
  });

  it('for keys that do not die at once, and for no others', async () => {
    cloud.stops('main').tenacity.set('tax-tool', 3);
    const { code } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(0);
    expect(ordered('main')).toEqual(['all', ['tax-tool'], ['tax-tool']]);
    expect(cloud.time.passedMs).toBeGreaterThan(0);
  });

  it('after an answer that was lost', async () => {
    cloud.lost.set('main', 2);
    const { code, out, err } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(0);
    expect(err).toContain(`main: ${NO_ANSWER}\n`);
    expect(out).toMatch(/^main: stopped, 2 of 2 keys/);
    expect(out).not.toContain('By hand');
  });

  it('not for ever: what is left after several orders in vain is a matter for a person', async () => {
    cloud.stops('main').tenacity.set('tax-tool', Number.POSITIVE_INFINITY);
    const { code, out } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(1);
    expect(cloud.time.passedMs).toBeLessThan(60_000);
    expect(out).toMatch(/^main: NOT stopped, 1 of 2 keys; 1 dead by the exchange's word/m);
    expect(out).toMatch(/^ {2}may still live: tax-tool \(1\)$/m);
    expect(out).toContain('cancel-rotate-secret --secret-id rekey/main/tax-tool');
    expect(out).not.toContain('rekey/main/grid-bot');
  });

  it('as long as anything comes of it', async () => {
    for (const [index, { key }] of many.entries()) cloud.stops('main').tenacity.set(key, index);
    cloud.statuses.set('main', accountStatus({ keys: many }));
    expect((await rekey('stop main --yes', { cloud })).code).toBe(0);
  });

  it('not when the function gets round to nothing', async () => {
    cloud.stops('main').keysPerOrder = 0;
    const { code, out } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}not begun: grid-bot, tax-tool$/m);
  });
});

describe('stop fails', () => {
  it('while a key lives that Rekey did not make, and says which', async () => {
    cloud.stops('main').foreign.set('tax-tool', ['bg_ffff…0009']);
    const { code, out } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(1);
    expect(out).toContain('to be deleted by hand: bg_ffff…0009 (tax-tool)');
  });

  it('on a refusal, and says why and what to do', async () => {
    cloud.refusal = { reason: 'ManagerMissing', message: 'there is no manager key' };
    const { code, out } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(1);
    expect(out).toContain('refused (ManagerMissing): there is no manager key');
    expect(out).toContain('By hand: main');
  });

  it('with the steps by hand for the account that cannot be asked, and stops the others', async () => {
    cloud.statuses.delete('backup');
    const { code, out } = await rekey('stop --all --yes', { cloud });
    expect(code).toBe(1);
    expect(cloud.stops('main').stopped).toEqual(['grid-bot', 'tax-tool']);
    expect(out).toContain('By hand: backup');
    expect(out).not.toContain('By hand: main');
    expect(out).toMatch(/^main: stopped/m);
    expect(out).toContain(NOT_DEPLOYED);
    expect(cloud.time.passedMs).toBeLessThan(10_000);
  });

  it('soon when a function hangs', async () => {
    cloud.answerMs = 150_000;
    cloud.lost.set('main', Number.POSITIVE_INFINITY);
    const { code, out } = await rekey('stop main --yes', { cloud });
    expect(code).toBe(1);
    expect(out).toContain('By hand: main');
    expect(cloud.time.passedMs).toBe(150_000);
  });
});

describe('stop without a configuration that can be read', () => {
  const host = { readDeclared: () => Promise.reject(new BadInputError('my.config.ts cannot be read')) };
  const run = (): Run => ({ cloud, host });

  it.each([
    { typed: 'main', stopped: ['grid-bot', 'tax-tool'] },
    { typed: 'main/tax-tool', stopped: ['tax-tool'] },
  ])('stops what is named, $typed, and says so', async ({ typed, stopped }) => {
    const { code, err } = await rekey(`stop ${typed} --yes`, run());
    expect(code).toBe(0);
    expect(err).toContain('my.config.ts cannot be read; the name is taken as it was typed');
    expect(cloud.stops('main').stopped).toEqual(stopped);
  });

  it('says how to go on without it when everything was meant', async () => {
    const { code, err } = await rekey('stop --all --yes', run());
    expect(code).toBe(2);
    expect(err).toContain('npm run rekey -- stop <account>');
  });

  it('sends and repeats nothing that is no name', async () => {
    const { code, err } = await rekey('stop SECRET-4711 --yes', run());
    expect(code).toBe(2);
    expect(err).not.toContain('SECRET-4711');
    expect(cloud.orders).toEqual([]);
  });

  it('has steps by hand for every exchange', async () => {
    cloud.statuses.delete('main');
    const { out } = await rekey('stop main --yes', run());
    expect(out).toContain('https://www.bitget.com/account/newapi');
    expect(out).toContain('https://www.binance.com/en/my/settings/api-management');
    expect(out).toContain('rekey/main/...');
  });
});
