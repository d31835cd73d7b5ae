import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../lambda/core/audit-event.ts';
import { accountStatus, rekey } from '../harness.ts';
import { MemoryCloud } from '../memory-cloud.ts';
import { NOW } from '../memory-time.ts';

const HOUR = 3_600_000;

let cloud: MemoryCloud;
let serial: number;

beforeEach(() => {
  cloud = new MemoryCloud();
  cloud.statuses.set('main', accountStatus());
  serial = 0;
});

function log(hoursAgo: number, event: object): void {
  cloud.log.push({ at: new Date(NOW.getTime() - hoursAgo * HOUR), line: JSON.stringify(event) });
}

/** An audit event as EventBridge stores it. */
function own(hoursAgo: number, changes: Partial<AuditEvent> = {}): object {
  serial += 1;
  const at = new Date(NOW.getTime() - hoursAgo * HOUR).toISOString();
  const detail: AuditEvent = {
    id: `fact-${serial}`,
    event: 'KeyPromoted',
    at,
    severity: 'info',
    account: 'main',
    key: 'grid-bot',
    keyId: 'bg_1234…abcd',
    who: 'rotate',
    reason: 'Verified',
    message: 'readers get the new key',
    ...changes,
  };
  return { id: `delivery-${serial}`, source: 'rekey', 'detail-type': detail.event, time: at, detail };
}

const LABEL_EVENT = {
  id: 'label-1',
  source: 'aws.secretsmanager',
  'detail-type': 'Secret Label Updated',
  time: '2026-11-21T06:30:00Z',
  detail: { name: 'rekey/main/grid-bot', labelUpdated: 'AWSCURRENT', versionId: 'v-2' },
};

const SERVICE_EVENT = {
  id: 'service-1',
  source: 'aws.secretsmanager',
  'detail-type': 'AWS Service Event via CloudTrail',
  time: '2026-11-21T07:30:05Z',
  detail: {
    eventName: 'RotationFailed',
    eventTime: '2026-11-21T07:30:00Z',
    errorMessage: 'Error when executing lambda during createSecret step',
    additionalEventData: {
      SecretId: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:rekey/main/tax-tool-AbCdEf',
    },
  },
};

describe('audit', () => {
  it('shows the oldest first, in columns', async () => {
    log(1, own(1, { event: 'KeyRevoked', reason: 'GracePeriodOver', message: 'it is gone' }));
    log(5, own(5));
    const { code, out, err } = await rekey('audit', { cloud });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')).toEqual([
      '2026-11-21T03:00:00.000Z  KeyPromoted  main/grid-bot  bg_1234…abcd  rotate  Verified         readers get the new key',
      '2026-11-21T07:00:00.000Z  KeyRevoked   main/grid-bot  bg_1234…abcd  rotate  GracePeriodOver  it is gone',
      '',
    ]);
  });

  it('shows what Secrets Manager recorded beside what Rekey tells', async () => {
    log(1.5, LABEL_EVENT);
    log(0.5, SERVICE_EVENT);
    const { out } = await rekey('audit', { cloud });
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      [
        '2026-11-21T06:30:00Z',
        'SecretLabelUpdated',
        'main/grid-bot',
        '-',
        'secretsmanager.amazonaws.com',
        'LabelMoved',
        'Secrets Manager moved AWSCURRENT to version v-2',
      ],
      [
        '2026-11-21T07:30:00Z',
        'RotationFailed',
        'main/tax-tool',
        '-',
        'secretsmanager.amazonaws.com',
        'ServiceEvent',
        'Error when executing lambda during createSecret step',
      ],
    ]);
  });

  it('puts what is told in whole seconds at the end of its second', async () => {
    const promoted = own(1.5) as { detail: AuditEvent };
    log(1.5, LABEL_EVENT);
    log(1.5, { ...promoted, detail: { ...promoted.detail, at: '2026-11-21T06:30:00.998Z' } });
    log(1.5, own(1.5 - 1 / 3600));
    const { out } = await rekey('audit', { cloud });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)[0]),
    ).toEqual(['2026-11-21T06:30:00.998Z', '2026-11-21T06:30:00Z', '2026-11-21T06:30:01.000Z']);
  });

  it('shows what concerns no declared key with its account', async () => {
    const { key: _, ...detail } = (own(1, { event: 'ForeignKeyFound' }) as { detail: AuditEvent }).detail;
    log(1, { ...own(1), detail });
    expect((await rekey('audit', { cloud })).out).toMatch(/ForeignKeyFound {2}main {2}/);
  });

  it('shows only the key that is named', async () => {
    log(3, own(3, { key: 'tax-tool' }));
    log(2, own(2));
    log(1.5, LABEL_EVENT);
    log(0.5, SERVICE_EVENT);
    const { out } = await rekey('audit main/grid-bot', { cloud });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)[1]),
    ).toEqual(['KeyPromoted', 'SecretLabelUpdated']);
  });

  it('shows under the manager secret what concerns the manager key', async () => {
    log(3, own(3));
    log(2, own(2, { key: 'manager', event: 'UndeclaredRead', severity: 'critical' }));
    for (const event of ['ManagerAccepted', 'ForeignKeyFound'] as const) {
      const { key: _, ...detail } = (own(1, { event }) as { detail: AuditEvent }).detail;
      log(1, { ...own(1), detail });
    }
    const { code, out } = await rekey('audit main/manager', { cloud });
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/).slice(1, 3)),
    ).toEqual([
      ['UndeclaredRead', 'main/manager'],
      ['ManagerAccepted', 'main/manager'],
    ]);
  });

  it('shows a fact that was told twice once, at the earliest time', async () => {
    const first = own(3) as { detail: AuditEvent };
    const again = { ...first, detail: { ...first.detail, at: '2026-11-21T07:00:00.000Z' } };
    for (const event of [again, first, again]) log(1, event);
    log(0.5, SERVICE_EVENT);
    log(0.5, SERVICE_EVENT);
    const { out } = await rekey('audit', { cloud });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 16)),
    ).toEqual(['2026-11-21T05:00', '2026-11-21T07:30']);
  });

  it.each([
    { since: '', shown: 2 },
    { since: '--since 24h', shown: 1 },
    { since: '--since 90m', shown: 0 },
    { since: '--since 30d', shown: 3 },
  ])('looks back as far as asked, seven days otherwise: "$since"', async ({ since, shown }) => {
    for (const hours of [2, 6 * 24, 20 * 24]) log(hours, own(hours));
    const { out } = await rekey(`audit ${since}`, { cloud });
    expect(out.split('\n').filter(Boolean)).toHaveLength(shown);
  });

  it('says so when there is nothing', async () => {
    const { code, out, err } = await rekey('audit --since 24h', { cloud });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe('no events within 24h; look further back with --since\n');
  });

  it('counts lines that it cannot read and shows the rest', async () => {
    cloud.log.push({ at: NOW, line: 'not JSON {' });
    log(1, { source: 'somebody.else', detail: {} });
    log(1, own(1));
    const { out, err } = await rekey('audit', { cloud });
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toBe('2 lines of the log are no events that Rekey knows; left out\n');
  });

  it('shows events of another version of Rekey', async () => {
    const event = own(1) as { detail: object };
    log(1, { ...event, detail: { ...event.detail, event: 'KeyBlessed', severity: 'cosmic' } });
    expect((await rekey('audit', { cloud })).out).toContain('KeyBlessed');
  });

  it('shows nothing that would move the cursor or break the line', async () => {
    log(1, own(1, { who: 'mallory\u001b[1A\u001b[2K', message: 'one\ntwo\u202egnp' }));
    const { out } = await rekey('audit', { cloud });
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('\u202e');
    expect(out.trimEnd().split('\n')).toHaveLength(1);
  });

  it('prints the stored events with --json, one a line', async () => {
    const event = own(2, { event: 'UndeclaredRead', answer: 'rotate', sourceAddress: '203.0.113.9' });
    log(1.5, LABEL_EVENT);
    log(2, event);
    const { out } = await rekey('audit --json', { cloud });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([event, LABEL_EVENT]);
  });

  it('colours events by severity on a terminal only', async () => {
    log(1, own(1, { event: 'UndeclaredRead', severity: 'critical' }));
    expect((await rekey('audit', { cloud, isColoured: true })).out).toContain(
      '\u001b[31mUndeclaredRead\u001b[39m',
    );
    expect((await rekey('audit', { cloud })).out).not.toContain('\u001b');
  });

  it.each(['3x', '0d', '-1d', '1.5h', 'd', '7', '999999d', '7d7d'])('refuses --since=%s', async (since) => {
    const { code, err } = await rekey(`audit --since=${since}`);
    expect(code).toBe(2);
    expect(err).toBe('--since wants a number and m, h or d, for example 24h or 7d\n');
  });

  it('refuses a key that is not declared', async () => {
    const { code, err } = await rekey('audit main/gridbot');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'rekey.config.ts declares no such key; nearest: main/grid-bot, main/tax-tool, main/manager\n',
    });
  });
});
