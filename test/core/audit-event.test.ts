import { expect, test } from 'vitest';
import { AUDIT_EVENTS, type AuditEventName } from '../../lambda/core/audit-event.ts';
import { tell } from '../../lambda/core/facts.ts';
import { START } from '../support/fixed-time.ts';
import { SCENE } from '../support/world.ts';

/** What wakes somebody: a key is misused, missing or cannot be got rid of, or somebody said so. */
const CRITICAL: readonly AuditEventName[] = [
  'EmergencyRotationStarted',
  'RevocationOverdue',
  'ForeignKeyFound',
  'PowerWidened',
  'KeyMissing',
  'UndeclaredRead',
  'UndeclaredOrder',
  'UnexpectedMovement',
  'SubAccountFrozen',
  'StopOrdered',
  'AnswerWithheld',
];

/** What goes as it should. */
const INFO: readonly AuditEventName[] = [
  'KeyIssued',
  'KeyVerified',
  'KeyPromoted',
  'KeyRetiring',
  'KeyRevoked',
  'RotationRequested',
  'ManagerAccepted',
];

function urgencyOf(event: AuditEventName): string {
  return tell(SCENE, START, { event, reason: 'Any', message: 'any' }).severity;
}

test.each(Object.keys(AUDIT_EVENTS) as AuditEventName[])('%s is as urgent as it must be', (event) => {
  const wanted = CRITICAL.includes(event) ? 'critical' : INFO.includes(event) ? 'info' : 'warning';
  expect(urgencyOf(event)).toBe(wanted);
});
