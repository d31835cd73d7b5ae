import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { fixLogicalId } from './fixed.ts';

export interface AlertTopicProps {
  readonly topicName: string;
  readonly emails: readonly string[];
  readonly encryptionKey: IKey;
}

/** Takes alarms and mails them. Every address gets one mail from AWS first and must confirm it. */
export class AlertTopic extends Topic {
  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id, {
      topicName: props.topicName,
      displayName: 'Rekey alerts',
      masterKey: props.encryptionKey,
      enforceSSL: true,
    });
    fixLogicalId(this, 'AlertTopic');
    for (const email of props.emails) this.addSubscription(new EmailSubscription(email));
    this.admitAlarms();
  }

  /** The rule on TLS replaces the topic's default policy, which would have let alarms in. */
  private admitAlarms(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}
