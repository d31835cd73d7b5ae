import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * Holds for 14 days what could not be delivered or handled. Encrypted by SQS itself, not with our key: the
 * last net must not depend on a key policy, and EventBridge gives none of the conditions that would limit it
 * there to this AWS account.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html (2026-11)
 */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}
