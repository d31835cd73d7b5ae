import { type CfnRule, type EventPattern, Match, type Rule } from 'aws-cdk-lib/aws-events';
import { AUDIT_SOURCE, MESSAGE_DETAIL_TYPE } from '../lambda/contract.ts';
import type { AuditEvent, AuditEventName, Severity } from '../lambda/core/audit-event.ts';

const SECRETS_MANAGER_SOURCE = ['aws.secretsmanager'];
/** One rule serves all keys, however many: it matches the prefix that all our secrets share. */
const OUR_NAMES = Match.prefix('rekey/');
const OUR_ARNS = Match.wildcard('arn:*:secretsmanager:*:*:secret:rekey/*');

/**
 * Reads of our secrets as CloudTrail tells them. The caller names a secret by name or by ARN. A batch names
 * many or none; what it read is told by one GetSecretValue each, so only refused batches matter here.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html (2026-11)
 */
export const SECRET_READS: EventPattern = {
  source: SECRETS_MANAGER_SOURCE,
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    $or: [
      {
        eventName: ['GetSecretValue'],
        requestParameters: { secretId: Match.anyOf(OUR_NAMES, OUR_ARNS) },
      },
      { eventName: ['BatchGetSecretValue'], errorCode: Match.prefix('AccessDenied') },
    ],
  },
};

/** Secrets Manager's own events on rotations, deletions and replicas of our secrets. They need a trail. */
export const SERVICE_EVENTS: EventPattern = {
  source: SECRETS_MANAGER_SOURCE,
  detailType: ['AWS Service Event via CloudTrail'],
  detail: { additionalEventData: { SecretId: OUR_ARNS } },
};

/** A staging label of ours moved. Needs no trail, and is told for AWSCURRENT and our own labels. */
export const LABEL_EVENTS: EventPattern = {
  source: SECRETS_MANAGER_SOURCE,
  detailType: ['Secret Label Updated'],
  detail: { name: OUR_NAMES },
};

/** Secrets Manager's report that a rotation of this account failed. Also tells of functions that were cut off. */
export function failedRotations(accountSecretsPrefix: string): EventPattern {
  return {
    source: SECRETS_MANAGER_SOURCE,
    detailType: ['AWS Service Event via CloudTrail'],
    detail: {
      eventName: ['RotationFailed'],
      additionalEventData: { SecretId: Match.prefix(accountSecretsPrefix) },
    },
  };
}

/** One kind of audit event of one exchange account. */
export function auditEvents(
  event: AuditEventName,
  detail: Partial<Record<keyof AuditEvent, unknown[]>>,
): EventPattern {
  return { source: [AUDIT_SOURCE], detailType: [event], detail };
}

/** What people are told of: every audit event that is not `info`. */
export const TOLD_EVENTS: EventPattern = {
  source: [AUDIT_SOURCE],
  detail: { severity: severitiesFrom('warning') },
};

/** Messages from a severity on, on their own bus. */
export function messagesFrom(least: Exclude<Severity, 'info'>): EventPattern {
  return {
    source: [AUDIT_SOURCE],
    detailType: [MESSAGE_DETAIL_TYPE],
    detail: { severity: severitiesFrom(least) },
  };
}

function severitiesFrom(least: Exclude<Severity, 'info'>): Severity[] {
  return least === 'critical' ? ['critical'] : ['warning', 'critical'];
}

/**
 * Our alarms of these names, in any exchange account and in what all share, when they go off and when they are over.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html (2026-11)
 */
export function alarmChanges(names: readonly string[]): EventPattern {
  return {
    source: ['aws.cloudwatch'],
    detailType: ['CloudWatch Alarm State Change'],
    detail: {
      alarmName: names.map((name) => ({ wildcard: `rekey-*-${name}` })),
      $or: [
        { state: { value: ['ALARM'] } },
        { state: { value: ['OK'] }, previousState: { value: ['ALARM'] } },
      ],
    },
  };
}

/** For rules that act: an event that is replayed from the archive must not be answered again. */
export function ignoreReplays(rule: Rule): void {
  (rule.node.defaultChild as CfnRule).addPropertyOverride('EventPattern.replay-name', [{ exists: false }]);
}
