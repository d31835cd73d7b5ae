import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarmMessageOf } from '../../lambda/core/alarm-message.ts';
import {
  AUDIT_EVENTS,
  type AuditEvent,
  type AuditEventName,
  SEVERITIES,
} from '../../lambda/core/audit-event.ts';
import { tell } from '../../lambda/core/facts.ts';
import { messageOf } from '../../lambda/core/message.ts';
import { chatOf, mailOf } from '../../lambda/core/message-form.ts';
import { requireChatForm } from '../../local/topics/chat-form.ts';
import { anchors } from '../markdown.ts';
import { at, MINUTE_MS, START } from '../support/fixed-time.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20261126 });

const RUNBOOK = 'docs/runbook.md';
const SETTING = { now: at(4 * MINUTE_MS), runbookUrl: RUNBOOK };
const ARTICLES = anchors(RUNBOOK);
const NAMES = Object.keys(AUDIT_EVENTS) as AuditEventName[];

/** An undeclared read of a key whose declaration wants it to be replaced. */
function aRead(changes: Partial<AuditEvent> = {}): AuditEvent {
  const scene = { account: 'main', exchange: 'bitget', who: 'arn:aws:iam::111122223333:user/mallory' };
  const event = tell(scene, START, {
    ...{
      event: 'UndeclaredRead',
      reason: 'UndeclaredReader',
      key: 'grid-bot',
      sourceAddress: '198.51.100.7',
    },
    answer: 'rotate',
    message: 'arn:aws:iam::111122223333:user/mallory read the secret and is not a declared reader',
    occurrence: '8f1d0a52 rekey/main/grid-bot',
  });
  return { ...event, ...changes };
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('main', 'grid-bot', ''),
);

/** Any event that the type allows, and texts that nobody would expect. */
const anyEvent = fc.record(
  {
    id: anyText,
    event: fc.constantFrom(...NAMES),
    at: fc.oneof(fc.constant(START.toISOString()), anyText),
    severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
    account: anyText,
    exchange: anyText,
    key: anyText,
    keyId: anyText,
    versionId: anyText,
    who: anyText,
    reason: anyText,
    message: anyText,
    emergency: fc.boolean(),
    answer: fc.constantFrom('tell' as const, 'rotate' as const, 'stop' as const),
    subAccount: anyText,
    since: anyText,
    evidence: fc.dictionary(anyText, fc.oneof(anyText, fc.double())),
    sourceAddress: anyText,
  },
  { requiredKeys: ['id', 'event', 'at', 'severity', 'account', 'who', 'reason', 'message'] },
) as fc.Arbitrary<AuditEvent>;

describe('the message about any event', () => {
  test('has a title, what happened, what Rekey did, a next step and an article that exists', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const message = messageOf(event, SETTING);
        const [address, anchor = ''] = message.runbook.split('#');
        expect(message.title).toMatch(/^(INFO|WARNING|CRITICAL) .*: [a-z]/su);
        expect(message.what).toMatch(/\S/u);
        expect(message.did).toMatch(/^[A-Z].*\.$/u);
        expect(message.since).toMatch(/^since /u);
        expect(message.next.length).toBeGreaterThan(0);
        for (const step of message.next) expect(step).toMatch(/^npm run rekey -- [a-z]+/u);
        expect(address).toBe(RUNBOOK);
        expect([...ARTICLES]).toContain(anchor);
      }),
    );
  });

  test('keeps to the limits of mail and chat', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const message = messageOf(event, SETTING);
        const { subject, text } = mailOf(message);
        expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        expect(Buffer.byteLength(text)).toBeLessThan(20_000);
        expect(() => requireChatForm(chatOf(message))).not.toThrow();
        expect(Buffer.byteLength(chatOf(message))).toBeLessThan(40_000);
      }),
    );
  });

  test('puts only names into commands, whoever wrote the event', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        for (const step of messageOf(event, SETTING).next) {
          expect(step.slice('npm run rekey -- '.length)).toMatch(/^[a-z0-9/<>\- ]+$/);
        }
      }),
    );
  });

  test('mentions nobody in a chat and hides no link there', () => {
    const hostile = aRead({ message: '<!channel> see <https://evil.example.com|the runbook>' });
    expect(chatOf(messageOf(hostile, SETTING))).not.toMatch(/<[!@#h]/);
  });
});

describe('the message about an undeclared read', () => {
  const { subject, text } = mailOf(messageOf(aRead(), SETTING));

  test('says in its subject how urgent it is, which key, and what', () => {
    expect(subject).toBe('CRITICAL main/grid-bot: somebody undeclared read the secret');
  });

  test('can be read from top to bottom at night', () => {
    expect(text).toBe(`CRITICAL main/grid-bot: somebody undeclared read the secret

arn:aws:iam::111122223333:user/mallory read the secret and is not a declared reader.
Since ${START.toISOString().slice(0, 16).replace('T', ' ')} UTC, 4 minutes ago.

What Rekey did: Rekey was told to replace the key and does it now: the next message is EmergencyRotationStarted or AnswerWithheld.

What to do next:
  npm run rekey -- audit main/grid-bot --since 24h
  npm run rekey -- stop main/grid-bot
  docs/runbook.md#undeclared-reader

What was seen:
  exchange: bitget
  who: arn:aws:iam::111122223333:user/mallory
  from address: 198.51.100.7
  reason: UndeclaredReader`);
  });

  test.each([
    ['tell', /nothing was changed/, ['rotate --emergency main/grid-bot', 'stop main/grid-bot']],
    ['rotate', /replace the key and does it now/, ['audit main/grid-bot --since 24h', 'stop main/grid-bot']],
    ['stop', /stop the key and does it now/, ['audit main/grid-bot --since 24h', 'status main']],
  ] as const)('says what Rekey does when it is to %s, and what is left to do', (answer, did, next) => {
    const message = messageOf(aRead({ answer }), SETTING);
    expect(message.did).toMatch(did);
    expect(message.next).toEqual(next.map((step) => `npm run rekey -- ${step}`));
  });

  test('of the manager secret names no command that takes a key', () => {
    const { next } = messageOf(aRead({ key: 'manager', answer: 'tell' }), SETTING);
    expect(next).toEqual(['npm run rekey -- manager put main', 'npm run rekey -- stop main']);
  });
});

describe('an incident', () => {
  const incidentOf = (changes: Partial<AuditEvent>) => messageOf(aRead(changes), SETTING).incident;

  test('is the same on another day and for another record of the same reader', () => {
    expect(incidentOf({ id: 'another', at: at(86_400_000).toISOString() })).toBe(incidentOf({}));
  });

  test.each([
    ['key', { key: 'tax-tool' }],
    ['reader', { who: 'arn:aws:iam::111122223333:user/eve' }],
    ['address', { sourceAddress: '203.0.113.1' }],
    ['reason', { reason: 'UndeclaredAddress' }],
  ])('is another one for another %s', (_, changes) => {
    expect(incidentOf(changes)).not.toBe(incidentOf({}));
  });

  test('of an order is that order: to stop a key twice is told twice', () => {
    const order = { event: 'StopOrdered', reason: 'Asked' } as const;
    expect(incidentOf({ ...order, id: 'first' })).not.toBe(incidentOf({ ...order, id: 'second' }));
  });
});

describe('an event of another version', () => {
  test('is told all the same', () => {
    const message = messageOf(aRead({ event: 'SomethingNew' as AuditEventName }), SETTING);
    expect(message.title).toBe('CRITICAL main/grid-bot: an event of another version');
    expect(message.next).toEqual(['npm run rekey -- status main']);
  });

  test('cannot pass off an inherited property as its advice', () => {
    expect(messageOf(aRead({ event: 'constructor' as AuditEventName }), SETTING).title).toContain(
      'another version',
    );
  });
});

describe('what everybody who is told must know', () => {
  test.each(Object.keys(SEVERITIES) as AuditEventName[])('is in the title of %s', (event) => {
    const { title } = messageOf(aRead({ event, severity: SEVERITIES[event] ?? 'info' }), SETTING);
    expect(title.length).toBeLessThan(100);
    expect(title).toMatch(/^(WARNING|CRITICAL) main\/grid-bot: \S+( \S+)+$/);
  });
});

describe('the message about an alarm', () => {
  const silent = {
    name: 'rekey-main-hedge-ReconcileSilent',
    to: 'ALARM',
    at: START.toISOString(),
    description: [
      'No reconcile has seen all of the account.',
      'Severity: critical',
      'Runbook: https://wiki.example.com/rekey#reconcile-silent',
      'Function: https://eu-west-1.console.aws.amazon.com/lambda/home#/functions/rekey-main-hedge-reconcile',
    ].join('\n'),
    reason: 'Threshold Crossed: 3 datapoints were less than the threshold',
  } as const;

  test('takes severity, words and article from the alarm itself', () => {
    expect(alarmMessageOf(silent, SETTING)).toMatchObject({
      title: 'CRITICAL main-hedge: alarm ReconcileSilent',
      severity: 'critical',
      account: 'main-hedge',
      what: 'No reconcile has seen all of the account.',
      runbook: 'https://wiki.example.com/rekey#reconcile-silent',
      next: ['npm run rekey -- status main-hedge'],
      action: 'trigger',
    });
  });

  test('is two short lines when it is over, of the same incident', () => {
    const over = alarmMessageOf({ ...silent, to: 'OK' }, SETTING);
    expect(mailOf(over).text.split('\n')).toHaveLength(2);
    expect(over).toMatchObject({ action: 'resolve', incident: alarmMessageOf(silent, SETTING).incident });
  });

  test('exists for any alarm', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (name, description, reason) => {
        const message = alarmMessageOf({ ...silent, name, description, reason }, SETTING);
        expect(mailOf(message).subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        expect(() => requireChatForm(chatOf(message))).not.toThrow();
      }),
    );
  });
});
