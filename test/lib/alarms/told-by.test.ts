import { describe, expect, test } from 'vitest';
import { AUDIT_EVENTS, type AuditEventName, SEVERITIES } from '../../../lambda/core/audit-event.ts';
import { ACCOUNT_ALARMS, actsOnTopic, SIGNS, SUSPECTED_COMPROMISE } from '../../../lib/alarms/alarm-list.ts';

/** Acts, and what happens once: there is nothing that could be counted until it is over. */
const TELLS_ITSELF: readonly AuditEventName[] = [
  'AnswerWithheld',
  'EmergencyRotationStarted',
  'KeyResumed',
  'ManagerRefused',
  'OrphanRevoked',
  'PendingAbandoned',
  'RevocationFailed',
  'StopOrdered',
  'SubAccountUnfrozen',
];

describe('an alarm and the audit events that tell the same', () => {
  const told = ACCOUNT_ALARMS.flatMap(({ toldBy }) => toldBy);

  test('names events that exist', () => {
    expect(told.filter((event) => !Object.hasOwn(AUDIT_EVENTS, event))).toEqual([]);
  });

  test('leave out no event that wants somebody', () => {
    const wanting = Object.keys(SEVERITIES) as AuditEventName[];
    expect(wanting.filter((event) => !told.includes(event) && !TELLS_ITSELF.includes(event))).toEqual([]);
    expect(TELLS_ITSELF.filter((event) => told.includes(event) || !wanting.includes(event))).toEqual([]);
  });

  test.each(ACCOUNT_ALARMS)('are as urgent: $name', ({ severity, toldBy }) => {
    expect(toldBy.map((event) => SEVERITIES[event])).toEqual(toldBy.map(() => severity));
  });

  test('are both mailed where it matters, and only one of them where it does not', () => {
    const silent = ACCOUNT_ALARMS.filter((alarm) => !actsOnTopic(alarm));
    const unspoken = silent.filter(({ name }) => !SIGNS.includes(name));
    expect(unspoken.filter(({ severity, toldBy }) => severity === 'critical' || toldBy.length === 0)).toEqual(
      [],
    );
    expect(actsOnTopic(SUSPECTED_COMPROMISE)).toBe(true);
    expect(ACCOUNT_ALARMS.filter(({ name }) => SIGNS.includes(name))).toHaveLength(SIGNS.length);
  });
});
