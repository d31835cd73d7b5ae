import type { Parcel } from '../delivery.ts';
import type { Subscription, TopicDelivery } from './topics.ts';

/**
 * A delivery as a queue or a function gets it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function notification(subscription: Subscription, topicArn: string, delivery: TopicDelivery): Parcel {
  const common = {
    Type: 'Notification',
    MessageId: delivery.messageId,
    TopicArn: topicArn,
    Subject: delivery.subject ?? null,
    Message: delivery.message,
    Timestamp: delivery.at,
  };
  if (subscription.protocol === 'sqs') return { body: JSON.stringify(common) };
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: common,
  };
  return { body: JSON.stringify({ Records: [record] }) };
}
