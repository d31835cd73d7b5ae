import { beforeEach, describe, expect, it } from 'vitest';
import { accountStatus, rekey, type Script } from '../harness.ts';
import { MemoryCloud } from '../memory-cloud.ts';

const KEY = { apiKey: 'bg_manager', secret: 'SECRET-4711', password: 'PASSPHRASE-0815' };
const SECRETS = /SECRET-4711|PASSPHRASE-0815/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_T = '\u0014';

let cloud: MemoryCloud;

beforeEach(() => {
  cloud = new MemoryCloud();
  cloud.statuses.set('main', accountStatus());
});

function storedKey(): unknown {
  const stored = cloud.pendingManagers.get('main');
  return stored && JSON.parse(stored.value);
}

function answers(key: { apiKey: string; secret: string; password: string }): Script {
  return [
    ['Key ID:', `${key.apiKey}\r`],
    ['Key secret', `${key.secret}\r`],
    ['Passphrase', `${key.password}\r`],
  ];
}

describe('manager put', () => {
  it('stores what is piped in as pending and has it accepted in the name of the operator', async () => {
    const { code, out, err } = await rekey('manager put main', { cloud, stdin: JSON.stringify(KEY) });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('manager key of main accepted: it may manage keys and may not withdraw\n');
    expect(storedKey()).toEqual(KEY);
    expect([...cloud.acceptedManagers]).toEqual(['main']);
    expect(cloud.orders.map(({ request }) => request)).toMatchObject([
      { act: 'acceptManager', actor: 'ada@desk' },
    ]);
  });

  it('asks a person and shows the key ID and nothing else of the key, not even its length', async () => {
    const { code, out, err } = await rekey('manager put main', { cloud, script: answers(KEY) });
    expect(code).toBe(0);
    expect(storedKey()).toEqual(KEY);
    expect(err).toContain('bg_manager');
    expect(out + err).not.toMatch(SECRETS);
    expect(err).not.toContain('*');
  });

  it('has no way of showing the secret while it is typed', async () => {
    const script = answers({ ...KEY, secret: `SECRET-${CTRL_T}4711` });
    const { err } = await rekey('manager put main', { cloud, script });
    expect(err).not.toMatch(/SECRET-|4711/);
  });

  it('stores no passphrase if the person gives none', async () => {
    await rekey('manager put main', { cloud, script: answers({ ...KEY, password: '' }) });
    expect(storedKey()).toEqual({ apiKey: KEY.apiKey, secret: KEY.secret });
  });

  it.each([
    { at: 'Key ID:', typed: CTRL_C },
    { at: 'Key ID:', typed: CTRL_D },
    { at: 'Key secret', typed: CTRL_C },
    { at: 'Key secret', typed: CTRL_D },
    { at: 'Passphrase', typed: CTRL_C },
  ])('stores nothing if the person breaks off at "$at"', async ({ at, typed }) => {
    const script = answers(KEY).map(
      ([question, answer]) => [question, question === at ? typed : answer] as const,
    );
    const { code, err } = await rekey('manager put main', { cloud, script });
    expect(code).toBe(1);
    expect(err.trimEnd().split('\n').at(-1)).toContain('broken off: nothing was done');
    expect(storedKey()).toBeUndefined();
  });

  it('tells why the exchange refused, what became of the key and what to do', async () => {
    cloud.refusal = { reason: 'ManagerMayWithdraw', message: 'the key may withdraw; make one that may not' };
    const { code, out, err } = await rekey('manager put main', { cloud, stdin: JSON.stringify(KEY) });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^refused \(ManagerMayWithdraw\): the key may withdraw; make one that may not; pending version/,
    );
    expect(err).toContain('is not in use');
    expect(err).toContain('npm run rekey -- manager put main');
    expect(err.trimEnd()).not.toContain('\n');
    expect(cloud.acceptedManagers.size).toBe(0);
  });

  it('says that the stored key is not in use if the function cannot be asked', async () => {
    cloud.statuses.clear();
    const { code, err } = await rekey('manager put main', { cloud, stdin: JSON.stringify(KEY) });
    expect(code).toBe(1);
    expect(err).toMatch(/does not exist .* is not in use/);
  });

  it('shows the reason of a refusal without what would move the cursor', async () => {
    cloud.refusal = { reason: 'Odd', message: 'label \u001b[2Jgone\nsecond line' };
    const { err } = await rekey('manager put main', { cloud, stdin: JSON.stringify(KEY) });
    expect(err).not.toContain('\u001b');
    expect(err.trimEnd()).not.toContain('\n');
  });
});

it('takes a private key as its file has it', async () => {
  const secret = '-----BEGIN PRIVATE KEY-----\nSECRET-4711\n-----END PRIVATE KEY-----\n';
  const { code } = await rekey('manager put main', { cloud, stdin: JSON.stringify({ apiKey: 'a', secret }) });
  expect(code).toBe(0);
});

describe('manager put refuses', () => {
  const wrong: { title: string; stdin: string; says: string }[] = [
    { title: 'empty input', stdin: ' \n', says: 'standard input is empty' },
    {
      title: 'half of a JSON object',
      stdin: '{"apiKey":"a","secret":"SECRET-4711',
      says: 'it is no JSON object',
    },
    { title: 'a bare secret', stdin: 'SECRET-4711', says: 'it is no JSON object' },
    { title: 'a list', stdin: '["SECRET-4711"]', says: 'it is no JSON object' },
    { title: 'a missing secret', stdin: '{"apiKey":"SECRET-4711"}', says: 'secret is missing or not text' },
    {
      title: 'a secret that is a number',
      stdin: '{"apiKey":"a","secret":4711}',
      says: 'secret is missing or not text',
    },
    { title: 'an empty key ID', stdin: '{"apiKey":"","secret":"SECRET-4711"}', says: 'apiKey is empty' },
    {
      title: 'a secret with a line end',
      stdin: '{"apiKey":"a","secret":"SECRET-4711\\n"}',
      says: 'secret begins or ends with white space',
    },
    {
      title: 'an empty passphrase',
      stdin: '{"apiKey":"a","secret":"SECRET-4711","password":""}',
      says: 'password is empty',
    },
    {
      title: 'a field that is not of a key',
      stdin: '{"apiKey":"a","secret":"b","SECRET-4711":1}',
      says: 'it has a field that is none of these',
    },
    {
      title: 'more than a secret can hold',
      stdin: 'SECRET-4711'.repeat(6000),
      says: 'longer than a secret can be',
    },
  ];

  it.each(wrong)('$title, without quoting it', async ({ stdin, says }) => {
    const { code, out, err } = await rekey('manager put main', { stdin });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
    expect(err.trimEnd()).not.toContain('\n');
    expect(err).not.toMatch(SECRETS);
  });

  it('a pasted secret with a space at its end, without quoting it', async () => {
    const script = answers({ ...KEY, secret: `${KEY.secret} ` });
    const { code, err } = await rekey('manager put main', { script });
    expect(code).toBe(2);
    expect(err).toContain('the key secret begins or ends with white space; nothing was stored');
    expect(err).not.toMatch(SECRETS);
  });

  it.each([
    'manager put main --secret SECRET-4711',
    'manager put main --secret=SECRET-4711',
    'manager put main --password=SECRET-4711',
    'manager put main -sSECRET-4711',
  ])('a secret on the command line, without repeating it: %s', async (command) => {
    const { code, err } = await rekey(command, { stdin: JSON.stringify(KEY) });
    expect(code).toBe(2);
    expect(err).toContain('never from the command line');
    expect(err).not.toMatch(SECRETS);
  });

  it.each(['manager put SECRET-4711', 'manager put main SECRET-4711', 'manager SECRET-4711'])(
    'a secret in the place of a name, without repeating it: %s',
    async (command) => {
      const { code, err } = await rekey(command, { stdin: JSON.stringify(KEY) });
      expect(code).toBe(2);
      expect(err).not.toMatch(SECRETS);
    },
  );

  it('an account that is not declared, before it asks for a key', async () => {
    const { code, err } = await rekey('manager put mian', { script: [] });
    expect({ code, err }).toEqual({
      code: 2,
      err: 'rekey.config.ts declares no such account; nearest: main, backup\n',
    });
  });
});
