import { beforeEach, describe, expect, it } from 'vitest';
import { accountStatus, keyStatus, rekey } from '../harness.ts';
import { MemoryCloud, NOT_DEPLOYED } from '../memory-cloud.ts';

const ESCAPE = '\u001b';

let cloud: MemoryCloud;

beforeEach(() => {
  cloud = new MemoryCloud();
  cloud.statuses.set('main', accountStatus());
  cloud.statuses.set('backup', accountStatus({ account: 'backup', keys: [keyStatus({ key: 'hedge' })] }));
});

/** The cells of a key's first line. */
function cellsOf(out: string, key: string): string[] {
  const line = out.split('\n').find((candidate) => candidate.startsWith(key)) ?? '';
  return line.split(/ {2,}/);
}

describe('status', () => {
  it('shows every declared account and key', async () => {
    const { code, out, err } = await rekey('status', { cloud });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      [
        'main (bitget, live): manager key accepted, no foreign keys',
        'backup (bitget, live): manager key accepted, no foreign keys',
        '',
        'KEY            STATE    KEY ID        AGE   NEXT ROTATION      RETIRING  DEBT  FINDINGS',
        'main/grid-bot  Current  bg_1234…abcd  12 d  2026-12-09 08:00Z  -         -     -',
        'main/tax-tool  Current  bg_1234…abcd  12 d  2026-12-09 08:00Z  -         -     -',
        'backup/hedge   Current  bg_1234…abcd  12 d  2026-12-09 08:00Z  -         -     -',
        '',
      ].join('\n'),
    );
  });

  it('shows a stopped key, with the debt until it is proven dead', async () => {
    const dying = { keyId: 'bg_aaaa…0001', dueAt: '2026-11-21T07:55:00Z', overdue: true };
    const { keyId: _, ...stopped } = keyStatus({ state: 'Stopped', retiring: [dying] });
    cloud.statuses.set('main', accountStatus({ keys: [stopped] }));
    const { out } = await rekey('status main', { cloud });
    expect(cellsOf(out, 'main/grid-bot').slice(1, 3)).toEqual(['Stopped', '-']);
    expect(cellsOf(out, 'main/grid-bot')).toContain('bg_aaaa…0001 5 min late');
  });

  it('says under its account what is not watched', async () => {
    cloud.statuses.set('main', accountStatus({ unseen: ['withdrawals (any are allowed)', 'last use'] }));
    const { out } = await rekey('status', { cloud });
    expect(out.split('\n').slice(0, 4)).toEqual([
      'main (bitget, live): manager key accepted, no foreign keys',
      '  not watched: withdrawals (any are allowed)',
      '  not watched: last use',
      'backup (bitget, live): manager key accepted, no foreign keys',
    ]);
  });

  it('says how much more there is that is not watched, if it is a lot', async () => {
    const unseen = Array.from({ length: 100 }, (_, index) => `orders of bot-${index}`);
    cloud.statuses.set('main', accountStatus({ unseen }));
    const { out } = await rekey('status main', { cloud });
    expect(out.match(/^ {2}not watched: orders of /gm)).toHaveLength(12);
    expect(out).toMatch(/^ {2}not watched: 88 more, in --json$/m);
  });

  it('shows one account if one is named', async () => {
    const { out } = await rekey('status backup', { cloud });
    expect(out).toContain('backup/hedge');
    expect(out).not.toContain('main');
  });

  it('tells retiring keys from debt, a line each', async () => {
    const retiring = [
      { keyId: 'bg_aaaa…0001', dueAt: '2026-11-22T07:00:00Z', overdue: false },
      { keyId: 'bg_bbbb…0002', dueAt: '2026-11-21T03:00:00Z', overdue: true },
      { keyId: 'bg_cccc…0003', dueAt: '2026-11-18T08:00:00Z', overdue: true },
    ];
    cloud.statuses.set('main', accountStatus({ keys: [keyStatus({ retiring })] }));
    const { out } = await rekey('status main', { cloud });
    expect(cellsOf(out, 'main/grid-bot').slice(5, 7)).toEqual([
      'bg_aaaa…0001 until 2026-11-22 07:00Z',
      'bg_bbbb…0002 5 h late',
    ]);
    expect(out).toMatch(/^ +bg_cccc…0003 3 d late$/m);
  });

  it('shows a key that has not been issued', async () => {
    const empty = {
      key: 'grid-bot',
      secretName: 'rekey/main/grid-bot',
      state: 'Empty',
      retiring: [],
      findings: [],
    } as const;
    cloud.statuses.set(
      'main',
      accountStatus({ keys: [{ ...empty, retiring: [], readers: [], findings: [] }] }),
    );
    const { out } = await rekey('status main', { cloud });
    expect(cellsOf(out, 'main/grid-bot')).toEqual(['main/grid-bot', 'Empty', '-', '-', '-', '-', '-', '-']);
  });

  it('shows findings and foreign keys', async () => {
    const keys = [keyStatus({ findings: ['AllowListDrift', 'ExpiresSoon'] })];
    cloud.statuses.set('main', accountStatus({ keys, foreignKeys: ['bg_ffff…0009'] }));
    const { out } = await rekey('status main', { cloud });
    expect(out).toContain('1 foreign: bg_ffff…0009');
    expect(cellsOf(out, 'main/grid-bot').at(-1)).toBe('AllowListDrift');
    expect(out).toMatch(/^ +ExpiresSoon$/m);
  });

  it('shows a declared key that the deployed function does not know, and the other way round', async () => {
    cloud.statuses.set('main', accountStatus({ keys: [keyStatus(), keyStatus({ key: 'retired-bot' })] }));
    const { out } = await rekey('status main', { cloud });
    expect(cellsOf(out, 'main/tax-tool')[1]).toBe('NotDeployed');
    expect(cellsOf(out, 'main/retired-bot').at(-1)).toBe('NotDeclared');
  });

  it.each([
    { manager: 'Missing', says: 'manager key missing: npm run rekey -- manager put main' },
    { manager: 'Pending', says: 'put it again: npm run rekey -- manager put main' },
  ] as const)('says what to do when the manager key is $manager', async ({ manager, says }) => {
    cloud.statuses.set('main', accountStatus({ manager, keys: [] }));
    const { code, out } = await rekey('status main', { cloud });
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([expect.stringContaining(says)]);
  });

  it('shows the other accounts when one does not answer, and fails', async () => {
    cloud.statuses.delete('backup');
    const { code, out } = await rekey('status', { cloud });
    expect(code).toBe(1);
    expect(out).toContain(`backup: ${NOT_DEPLOYED}`);
    expect(cellsOf(out, 'main/grid-bot')[1]).toBe('Current');
  });

  it('shows a refusal with its reason and fails', async () => {
    cloud.refusal = { reason: 'ExchangeUnavailable', message: 'the exchange did not answer' };
    const { code, out } = await rekey('status main', { cloud });
    expect(code).toBe(1);
    expect(out).toBe('main: the exchange did not answer (ExchangeUnavailable)\n');
  });

  it('shows nothing that would move the cursor', async () => {
    cloud.statuses.set('main', accountStatus({ keys: [keyStatus({ findings: [`Odd${ESCAPE}[2J`] })] }));
    const { out } = await rekey('status main', { cloud });
    expect(out).not.toContain(ESCAPE);
  });
});

describe('status --readers', () => {
  const role = 'arn:aws:iam::111122223333:role/grid-bot';

  it('shows when each declared reader read last, as far as anybody told', async () => {
    const readers = [{ role, lastReadAt: '2026-11-21T07:30:00Z' }, { role: `${role}-2` }];
    cloud.statuses.set(
      'main',
      accountStatus({ keys: [keyStatus({ readers }), keyStatus({ key: 'tax-tool' })] }),
    );
    const [, table = ''] = (await rekey('status main --readers', { cloud })).out.split(/^(?=KEY +READER)/m);
    const rows = table
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ['KEY', 'READER', 'LAST READ'],
      ['main/grid-bot', role, '2026-11-21 07:30Z, 30 min ago'],
      ['main/grid-bot', `${role}-2`, 'none told'],
    ]);
  });

  it('shows no table where nobody is declared', async () => {
    const { out } = await rekey('status main --readers', { cloud });
    expect(out).toBe((await rekey('status main', { cloud })).out);
  });
});

describe('status --check', () => {
  const overdue = { keyId: 'bg_b…2', dueAt: '2026-11-21T03:00:00Z', overdue: true };
  const second = keyStatus({ key: 'tax-tool' });

  it.each([
    { title: 'all is as declared', status: accountStatus() },
    {
      title: 'a rotation is under way',
      status: accountStatus({ keys: [keyStatus({ state: 'Rotating' }), second] }),
    },
    {
      title: 'a key is in its grace period',
      status: accountStatus({ keys: [keyStatus({ retiring: [{ ...overdue, overdue: false }] }), second] }),
    },
  ])('exits with 0 when $title', async ({ status }) => {
    cloud.statuses.set('main', status);
    expect((await rekey('status main --check', { cloud })).code).toBe(0);
  });

  it.each([
    { title: 'debt', status: accountStatus({ keys: [keyStatus({ retiring: [overdue] }), second] }) },
    {
      title: 'a finding',
      status: accountStatus({ keys: [keyStatus({ findings: ['AllowListDrift'] }), second] }),
    },
    { title: 'an empty secret', status: accountStatus({ keys: [keyStatus({ state: 'Empty' }), second] }) },
    {
      title: 'an overdue rotation',
      status: accountStatus({ keys: [keyStatus({ state: 'Overdue' }), second] }),
    },
    { title: 'a stopped key', status: accountStatus({ keys: [keyStatus({ state: 'Stopped' }), second] }) },
    { title: 'a missing key', status: accountStatus({ keys: [keyStatus({ state: 'Missing' }), second] }) },
    { title: 'a foreign key', status: accountStatus({ foreignKeys: ['bg_f…9'] }) },
    { title: 'a manager key that is not accepted', status: accountStatus({ manager: 'Pending' }) },
    { title: 'a key that is not deployed', status: accountStatus({ keys: [keyStatus()] }) },
    {
      title: 'a key that is not declared',
      status: accountStatus({ keys: [keyStatus(), second, keyStatus({ key: 'x' })] }),
    },
  ])('exits with 1 for $title, which without it is no failure', async ({ status }) => {
    cloud.statuses.set('main', status);
    expect((await rekey('status main --check', { cloud })).code).toBe(1);
    expect((await rekey('status main', { cloud })).code).toBe(0);
  });
});

describe('status --json', () => {
  it('prints the answers as they are, by account', async () => {
    cloud.statuses.delete('backup');
    const { code, out } = await rekey('status --json', { cloud });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      main: { outcome: 'status', status: accountStatus() },
      backup: { outcome: 'failed', message: NOT_DEPLOYED },
    });
  });

  it('goes with --check', async () => {
    cloud.statuses.set('main', accountStatus({ foreignKeys: ['bg_f…9'] }));
    expect((await rekey('status main --json --check', { cloud })).code).toBe(1);
  });
});

describe('colours', () => {
  it('are for terminals', async () => {
    expect((await rekey('status', { cloud, isColoured: true })).out).toContain(`${ESCAPE}[32mCurrent`);
    expect((await rekey('status', { cloud })).out).not.toContain(ESCAPE);
  });

  it('are left out when NO_COLOR is set to anything', async () => {
    const { out } = await rekey('status', { cloud, isColoured: true, env: { NO_COLOR: '1' } });
    expect(out).not.toContain(ESCAPE);
  });

  it('do not shift the columns', async () => {
    const plain = await rekey('status', { cloud });
    const coloured = await rekey('status', { cloud, isColoured: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    expect(coloured.out.replace(/\u001b\[\d+m/g, '')).toBe(plain.out);
  });
});
