import { expect, test } from 'vitest';
import {
  AUDIT_EVENTS,
  type AuditEvent,
  type AuditEventName,
  SEVERITIES,
} from '../../lambda/core/audit-event.ts';
import { messageOf } from '../../lambda/core/message.ts';
import { at, MINUTE_MS, START } from '../support/fixed-time.ts';

/** An event of this name as it comes without anything that changes the advice. */
function anEvent(event: AuditEventName, changes: Partial<AuditEvent>): AuditEvent {
  return {
    ...{ id: 'x', event, at: START.toISOString(), severity: SEVERITIES[event] ?? 'info', account: 'main' },
    ...{ who: 'reconcile', reason: 'Reason', message: AUDIT_EVENTS[event] },
    ...changes,
  };
}

const VARIANTS: readonly Partial<AuditEvent>[] = [
  { key: 'grid-bot' },
  { key: 'grid-bot', answer: 'tell' },
  { key: 'grid-bot', answer: 'rotate' },
  { key: 'grid-bot', answer: 'stop' },
  { key: 'grid-bot', emergency: true },
  { key: 'manager' },
  { subAccount: '1001' },
  {},
];

/** All that the advice decides, once for each different wording. */
function pagesOf(event: AuditEventName): string[] {
  const pages = new Map<string, string>();
  for (const variant of VARIANTS) {
    const message = messageOf(anEvent(event, variant), {
      now: at(4 * MINUTE_MS),
      runbookUrl: 'docs/runbook.md',
    });
    const page = [message.title, message.what, message.did, ...message.next, message.runbook].join('\n  ');
    if (!pages.has(page)) pages.set(page, JSON.stringify(variant));
  }
  return [...pages].map(([page, variant]) => `${variant}\n  ${page}`);
}

// Whoever changes a word sees here, in one file, what people will read at night.
test('every message reads as it was last read by a person', async () => {
  const names = Object.keys(AUDIT_EVENTS) as AuditEventName[];
  const book = [...names, 'ChannelTest' as AuditEventName, 'OfAnotherVersion' as AuditEventName]
    .map((name) => [`== ${name}`, ...pagesOf(name)].join('\n'))
    .join('\n\n');
  await expect(`${book}\n`).toMatchFileSnapshot('messages.txt');
});
