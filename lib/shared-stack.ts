import { Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { secretName, TOPICS, WATCH_READS_FUNCTION } from '../lambda/contract.ts';
import { addDeadLetterAlarm } from './alarms/dead-letter-alarm.ts';
import { AlertTopic } from './alert-topic.ts';
import { AuditTrail } from './audit-trail.ts';
import { SHARED } from './config/check-accounts.ts';
import type { Fleet } from './config/fleet.ts';
import { RekeyDashboard } from './dashboard.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { Egress, type NetworkPlace } from './egress.ts';
import { EncryptionKey } from './encryption-key.ts';
import { ManagementTrail } from './management-trail.ts';
import { Notifications } from './notify/notifications.ts';
import { ReadWatch } from './read-watch.ts';

/** What all exchange accounts share: key, audit trail, read watch, alerts, dashboard, way out. */
export class SharedStack extends Stack {
  readonly encryptionKey: IKey;
  readonly auditBus: IEventBus;
  readonly alertTopic: ITopic;
  /** Where the accounts' functions run; absent if outside any VPC. */
  readonly network: NetworkPlace | undefined;

  constructor(scope: Construct, fleet: Fleet) {
    super(scope, `rekey-${SHARED}`, { description: 'Rekey: what all exchange accounts share' });
    const declarations = fleet.accounts.map(({ declaration }) => declaration);
    const deadLetters = new DeadLetterQueue(this, 'DeadLetterQueue');
    const encryptionKey = new EncryptionKey(this, 'EncryptionKey', { readers: readersOf(fleet) });
    const { bus: auditBus } = new AuditTrail(this, 'AuditTrail', {
      encryptionKey,
      deadLetters,
      logDays: fleet.retentionDays.auditLog,
      archiveDays: fleet.retentionDays.archive,
    });
    const logRetentionDays = fleet.retentionDays.functionLogs;
    new ReadWatch(this, 'ReadWatch', {
      auditBus,
      encryptionKey,
      logRetentionDays,
      deadLetters,
      declaration: { accounts: declarations },
    });
    if (fleet.createTrail) new ManagementTrail(this, 'ManagementTrail', { encryptionKey });
    const topicName = TOPICS.mail;
    const alertTopic = new AlertTopic(this, 'AlertTopic', { topicName, emails: fleet.emails, encryptionKey });
    new Notifications(this, 'Notify', { fleet, deadLetters, auditBus, encryptionKey, logRetentionDays });
    addDeadLetterAlarm(this, {
      deadLetters,
      owner: SHARED,
      functionName: WATCH_READS_FUNCTION,
      runbookUrl: fleet.runbookUrl,
      topics: [alertTopic],
    });
    new RekeyDashboard(this, 'Dashboard', { accounts: declarations.map(({ account }) => account) });
    const { place } = new Egress(this, 'Egress', { egress: fleet.egress, encryptionKey, logRetentionDays });
    this.encryptionKey = encryptionKey;
    this.auditBus = auditBus;
    this.alertTopic = alertTopic;
    this.network = place;
  }
}

/** The names of the secrets that each declared role reads, in any exchange account. */
function readersOf({ accounts }: Fleet): Map<string, string[]> {
  const secrets = new Map<string, string[]>();
  for (const { account, keys } of accounts.map(({ declaration }) => declaration)) {
    for (const { name, readers } of keys) {
      for (const { role } of readers) {
        secrets.set(role, [...(secrets.get(role) ?? []), secretName(account, name)]);
      }
    }
  }
  return secrets;
}
