import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../lambda/core/audit-event.ts';
import { tell } from '../../lambda/core/facts.ts';
import { MovableClock } from '../../local/clock.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { synthesise } from '../../local/synthesise.ts';
import { accountOf, CHANNELS, configOf } from '../lib/fixture.ts';
import { ScriptedServer } from '../support/scripted-server.ts';
import { SCENE } from '../support/world.ts';

let endpoint: ScriptedServer;
let cloud: LocalCloud;
let before = 0;
const folder = mkdtempSync(join(tmpdir(), 'rekey-channels-'));

beforeAll(async () => {
  endpoint = await new ScriptedServer().start();
  const config = configOf({
    accounts: [accountOf({ baseUrl: 'http://127.0.0.1:1' })],
    egress: { type: 'none' },
    alerts: {
      emails: ['keys@example.com'],
      channels: [
        ...CHANNELS.filter(({ type }) => type !== 'https'),
        { type: 'https', url: `${endpoint.url}/rekey`, secret: 'hooks/rekey', header: 'X-Token' },
      ],
    },
  });
  const file = join(folder, 'rekey.config.ts');
  writeFileSync(file, `export default ${JSON.stringify(config)};\n`);
  const assembly = await synthesise({ config: file });
  const clock = new MovableClock({ startAt: new Date('2027-01-04T03:02:00Z'), onError: () => undefined });
  cloud = await startLocalCloud({ assembly, clock });
  await cloud.settled();
});
afterAll(async () => {
  await Promise.all([cloud.stop(), endpoint.stop()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  before = cloud.topics.deliveries().length;
  endpoint.received.length = 0;
  endpoint.says({});
});

/** Puts a finding on the audit bus, as reconcile does, and waits until everybody was told. */
async function find(changes: Partial<AuditEvent>): Promise<void> {
  const event = tell(SCENE, cloud.clock.now(), {
    ...{ event: 'ForeignKeyFound', reason: 'NotMadeByRekey', keyId: 'bg_foreign_0123456789' },
    message: 'sub-account 1001 holds a key that Rekey did not make',
  });
  cloud.events.put('rekey-audit', {
    ...{ source: 'rekey', 'detail-type': event.event, time: cloud.clock.now() },
    detail: { ...event, ...changes },
  });
  await cloud.settled();
}

const deliveries = () => cloud.topics.deliveries().slice(before);
const mailsTo = (address: string) => deliveries().filter((one) => one.endpoint === address);

describe('a finding on the audit bus', () => {
  it('that is critical arrives by mail, in both chats and at the endpoint', async () => {
    await find({ subAccount: '1001' });
    expect(
      deliveries()
        .map((one) => `${one.topicName} ${one.protocol} ${one.endpoint.split('/')[0]}`)
        .sort(),
    ).toEqual([
      'rekey-alerts email keys@example.com',
      'rekey-alerts-critical email on-call@example.com',
      'rekey-chat chat slack:T0123ABCD',
      'rekey-chat-critical chat teams:2f1c7a3e-8d40-4b52-9c3e-5a6b7c8d9e0f',
    ]);
    const [mail] = mailsTo('keys@example.com');
    expect(mail?.subject).toBe('CRITICAL main/sub-account 1001: somebody else made a key');
    expect(mail?.message).toContain('npm run rekey -- status main');
    expect(endpoint.received).toMatchObject([{ method: 'POST', url: '/rekey' }]);
    const [received] = endpoint.received;
    expect(received?.headers['x-token']).toBe('(the secret hooks/rekey)');
    expect(JSON.parse(received?.body ?? '')).toMatchObject({
      severity: 'critical',
      title: mail?.subject,
      text: mail?.message,
    });
  });

  it('becomes an incident of PagerDuty, which is not called from here', async () => {
    await find({ subAccount: '1002' });
    const request = cloud.apiDestinations.requests().find(({ url }) => url.includes('pagerduty'));
    expect(request?.outcome).toBe('kept');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      routing_key: '(the secret pagerduty/rekey)',
      event_action: 'trigger',
      dedup_key: expect.stringMatching(/^[0-9a-f]{32}$/),
      payload: {
        summary: 'CRITICAL main/sub-account 1001: somebody else made a key',
        severity: 'critical',
        source: 'main',
        custom_details: { next: ['npm run rekey -- status main', 'npm run rekey -- stop main'] },
      },
    });
  });

  it('that is a warning leaves those in peace who want what is critical only', async () => {
    await find({ subAccount: '1003', severity: 'warning' });
    expect(
      deliveries()
        .map(({ topicName }) => topicName)
        .sort(),
    ).toEqual(['rekey-alerts', 'rekey-chat']);
    expect(endpoint.received).toHaveLength(1);
  });

  it('that is info is told to nobody', async () => {
    await find({ subAccount: '1004', severity: 'info' });
    expect([...deliveries(), ...endpoint.received]).toEqual([]);
  });

  it('is one audit event: the message about it is not kept with them', async () => {
    const logged = cloud.logs.lines('/aws/events/rekey-audit').length;
    await find({ subAccount: '1005' });
    expect(cloud.logs.lines('/aws/events/rekey-audit')).toHaveLength(logged + 1);
    expect(cloud.queues.list().flatMap(({ name }) => cloud.queues.messages(name))).toEqual([]);
  });
});

describe('docs/notifications.md', () => {
  it('has a test of the channels that reaches all of them', async () => {
    const [, entries = '[]'] =
      /--entries '(\[[\s\S]*?\])'/.exec(readFileSync('docs/notifications.md', 'utf8')) ?? [];
    const [entry] = JSON.parse(entries) as Record<
      'EventBusName' | 'Source' | 'DetailType' | 'Detail',
      string
    >[];
    cloud.events.put(entry?.EventBusName ?? '', {
      ...{ source: entry?.Source ?? '', 'detail-type': entry?.DetailType ?? '', time: cloud.clock.now() },
      detail: JSON.parse(entry?.Detail ?? ''),
    });
    await cloud.settled();
    expect(deliveries()).toHaveLength(4);
    expect(mailsTo('keys@example.com')[0]?.subject).toBe('CRITICAL main: a test of the channels');
    expect(endpoint.received).toHaveLength(1);
  });
});

describe('an alarm that no event tells', () => {
  it('is told in chat and at the endpoint, and mails by itself', async () => {
    await cloud.advance(20 * 60_000);
    await cloud.settled();
    const chats = deliveries().filter(({ protocol }) => protocol === 'chat');
    expect(chats.map(({ message }) => JSON.parse(message).content.title)).toContain(
      ':rotating_light: CRITICAL main: alarm ReconcileSilent',
    );
    const mails = mailsTo('keys@example.com').filter(({ subject }) => subject?.includes('ReconcileSilent'));
    expect(mails.map(({ subject }) => subject)).toEqual([
      'ALARM: "rekey-main-ReconcileSilent" in us-east-1',
      'CRITICAL main: ReconcileSilent is over',
    ]);
    expect(mailsTo('on-call@example.com').map(({ subject }) => subject)).toContain(
      'CRITICAL main: alarm ReconcileSilent',
    );
  });
});

describe('an endpoint that is down', () => {
  it('leaves the message as a dead letter, whose alarm mails without notify', async () => {
    endpoint.says({}, 503);
    await find({ subAccount: '1007' });
    expect(mailsTo('keys@example.com')).toHaveLength(1);
    const [queue] = cloud.queues.list().filter(({ name }) => cloud.queues.messages(name).length > 0);
    const [letter] = cloud.queues.messages(queue?.name ?? '');
    expect(letter?.attributes).toMatchObject({ ERROR_CODE: 'SDK_CLIENT_ERROR' });
    await cloud.advance(10 * 60_000);
    expect(mailsTo('keys@example.com').map(({ subject }) => subject)).toContain(
      'ALARM: "rekey-shared-DeadLetters" in us-east-1',
    );
  });
});
