import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Publication } from '../../lambda/aws/topics.ts';
import type { AuditEvent } from '../../lambda/core/audit-event.ts';
import { tell } from '../../lambda/core/facts.ts';
import type { Message } from '../../lambda/core/message.ts';
import type { TopicDeclaration } from '../../lambda/declaration.ts';
import { type NotifyContext, notify } from '../../lambda/handlers/notify.ts';
import { at, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { captureOutput } from '../support/output.ts';
import { SCENE } from '../support/world.ts';

const TOPICS: TopicDeclaration[] = [
  { name: 'rekey-alerts', form: 'mail', from: 'warning', hasAlarms: true },
  { name: 'rekey-alerts-critical', form: 'mail', from: 'critical', hasAlarms: false },
  { name: 'rekey-hedge-alerts', form: 'mail', from: 'warning', account: 'hedge', hasAlarms: true },
  { name: 'rekey-chat', form: 'chat', from: 'warning', hasAlarms: false },
];

let published: Publication[];
let onBus: Message[];
let broken: string | undefined;
let now: Date;
let context: NotifyContext;

beforeEach(() => {
  captureOutput();
  published = [];
  onBus = [];
  broken = undefined;
  now = at(0);
  context = {
    declaration: { runbookUrl: 'docs/runbook.md', topics: TOPICS },
    topics: {
      publish: async (publication) => {
        if (broken !== undefined && publication.topicArn.endsWith(broken)) throw new Error('SNS refused');
        published.push(publication);
      },
    },
    bus: { put: async (message) => void onBus.push(message) },
    now: () => now,
    told: new Map(),
  };
});
afterEach(() => vi.restoreAllMocks());

function delivered(detail: object, source = 'rekey'): object {
  return { source, account: '111122223333', region: 'eu-west-1', 'detail-type': 'x', detail };
}

function finding(changes: Partial<AuditEvent> = {}): object {
  const fact = { event: 'ForeignKeyFound', reason: 'NotMadeByRekey', message: 'a key' } as const;
  return delivered({ ...tell(SCENE, now, { ...fact, subAccount: '1001' }), ...changes });
}

function alarm(value: 'ALARM' | 'OK', severity = 'critical'): object {
  const description = `Nothing was seen.\nSeverity: ${severity}\nRunbook: docs/runbook.md#reconcile-silent`;
  const state = { value, reason: 'x', timestamp: '2026-11-21T10:00:00.000+0000' };
  const detail = { alarmName: 'rekey-main-ReconcileSilent', state, configuration: { description } };
  return delivered(detail, 'aws.cloudwatch');
}

const topicsTold = () => published.map(({ topicArn }) => topicArn.split(':').at(-1));

describe('an audit event', () => {
  test('that is critical reaches every topic of the fleet, and the bus of messages', async () => {
    await notify(finding(), context);
    expect(topicsTold()).toEqual(['rekey-alerts', 'rekey-alerts-critical', 'rekey-chat']);
    expect(onBus.map(({ severity, about }) => [severity, about])).toEqual([['critical', 'ForeignKeyFound']]);
    expect(published[0]).toMatchObject({
      topicArn: 'arn:aws:sns:eu-west-1:111122223333:rekey-alerts',
      subject: 'CRITICAL main/sub-account 1001: somebody else made a key',
      message: expect.stringContaining('What to do next:'),
    });
    expect(JSON.parse(published[2]?.message ?? '')).toMatchObject({ version: '1.0', source: 'custom' });
  });

  test('that is a warning does not reach those who want what is critical only', async () => {
    await notify(finding({ severity: 'warning' }), context);
    expect(topicsTold()).toEqual(['rekey-alerts', 'rekey-chat']);
  });

  test('reaches the people of its own exchange account', async () => {
    await notify(finding({ account: 'hedge' }), context);
    expect(topicsTold()).toContain('rekey-hedge-alerts');
  });

  test('in the form of another version, with fields that are not known, is told', async () => {
    await notify(finding({ event: 'SomethingNew' as AuditEvent['event'], ...{ further: 1 } }), context);
    expect(topicsTold()).toContain('rekey-alerts');
  });

  test.each([
    ['nothing', {}],
    ['a message of our own', delivered({ title: 'x' })],
    ['text', 'x'],
  ])('that is %s is refused, so that it becomes a dead letter', async (_, event) => {
    await expect(notify(event, context)).rejects.toThrow();
    expect(published).toEqual([]);
  });
});

describe('what goes on', () => {
  test('is told once in an hour if it is critical, by whatever event', async () => {
    await notify(finding(), context);
    now = at(59 * MINUTE_MS);
    await notify(finding({ id: 'the same, told by another process' }), context);
    expect(onBus).toHaveLength(1);
    now = at(60 * MINUTE_MS);
    await notify(finding(), context);
    expect(onBus).toHaveLength(2);
  });

  test('is told once in six hours if it is a warning', async () => {
    const warning = () => finding({ severity: 'warning' });
    await notify(warning(), context);
    now = at(5 * HOUR_MS);
    await notify(warning(), context);
    now = at(6 * HOUR_MS);
    await notify(warning(), context);
    expect(onBus).toHaveLength(2);
  });

  test('does not hide another finding', async () => {
    await notify(finding(), context);
    await notify(finding({ subAccount: '1002' }), context);
    expect(onBus).toHaveLength(2);
  });
});

describe('a channel that fails', () => {
  test('does not keep the others from being told, and has the event handed in again', async () => {
    broken = 'rekey-alerts';
    await expect(notify(finding(), context)).rejects.toThrow('1 of 4 channels failed');
    expect(topicsTold()).toEqual(['rekey-alerts-critical', 'rekey-chat']);
    broken = undefined;
    await notify(finding(), context);
    expect(topicsTold()).toContain('rekey-alerts');
  });
});

describe('an alarm', () => {
  test('is not mailed again over a topic that it mails over itself', async () => {
    await notify(alarm('ALARM'), context);
    expect(topicsTold()).toEqual(['rekey-alerts-critical', 'rekey-chat']);
    expect(onBus[0]).toMatchObject({ action: 'trigger', incident: 'rekey-main-ReconcileSilent' });
  });

  test('is told everywhere when it is over, which it does not mail itself', async () => {
    await notify(alarm('OK'), context);
    expect(topicsTold()).toEqual(['rekey-alerts', 'rekey-alerts-critical', 'rekey-chat']);
    expect(onBus[0]).toMatchObject({ action: 'resolve' });
  });

  test('that goes off again after it was over is told again', async () => {
    for (const state of ['ALARM', 'OK', 'ALARM'] as const) await notify(alarm(state), context);
    expect(onBus.map(({ action }) => action)).toEqual(['trigger', 'resolve', 'trigger']);
  });
});
