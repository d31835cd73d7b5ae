import { describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { startTestCloud } from '../support/app.ts';
import { att, lambdaFunction, permission, queue, queuePolicy, ref, role } from '../support/resources.ts';

/** A rule on everything from `shop` that publishes to the topic `news`, and what listens to it. */
async function start(resources: object): Promise<LocalCloud> {
  const admitEvents = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: '*',
  };
  return await startTestCloud({
    stacks: {
      app: {
        Resources: {
          Role: role(),
          Work: lambdaFunction('work'),
          Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
          Policy: {
            Type: 'AWS::SNS::TopicPolicy',
            Properties: { Topics: [ref('Topic')], PolicyDocument: { Statement: admitEvents } },
          },
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: {
              EventPattern: { source: ['shop'] },
              Targets: [{ Id: 'topic', Arn: ref('Topic'), InputPath: '$.detail' }],
            },
          },
          ...resources,
        },
      },
    },
    assets: { work: 'exports.handler = async (event) => console.log("got " + JSON.stringify(event));' },
  });
}

function subscription(Protocol: string, Endpoint: unknown): object {
  return { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: ref('Topic'), Protocol, Endpoint } };
}

async function publish(cloud: LocalCloud): Promise<void> {
  const time = cloud.clock.now();
  cloud.events.put('default', { source: 'shop', 'detail-type': 'Sold', detail: { item: 'tea' }, time });
  await cloud.settled();
}

const notification = {
  Type: 'Notification',
  MessageId: expect.any(String),
  TopicArn: 'arn:aws:sns:us-east-1:000000000000:news',
  Subject: null,
  Message: '{"item":"tea"}',
  Timestamp: '2026-11-20T10:00:00.000Z',
};

describe('a topic', () => {
  it('delivers to e-mail addresses, queues and functions that admit it', async () => {
    const cloud = await start({
      Queue: queue('waiting'),
      QueuePolicy: queuePolicy('Queue', 'sns.amazonaws.com'),
      Admit: permission('Work', 'sns.amazonaws.com', { SourceArn: ref('Topic') }),
      Mail: subscription('email', 'a@example.com'),
      ToQueue: subscription('sqs', att('Queue', 'Arn')),
      ToFunction: subscription('lambda', att('Work', 'Arn')),
    });
    await publish(cloud);
    expect(cloud.topics.deliveries().map(({ protocol, message }) => [protocol, message])).toEqual([
      ['email', '{"item":"tea"}'],
      ['sqs', '{"item":"tea"}'],
      ['lambda', '{"item":"tea"}'],
    ]);
    expect(cloud.queues.messages('waiting').map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      notification,
    ]);
    const line = cloud.logs.lines('/aws/lambda/work').find((one) => one.startsWith('got ')) ?? '';
    expect(JSON.parse(line.slice(4))).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: expect.stringContaining(':news:'),
          Sns: notification,
        },
      ],
    });
    expect(cloud.clock.errors()).toEqual([]);
  });

  it('delivers to the others when one does not admit it, and reports that', async () => {
    const cloud = await start({
      Queue: queue('closed'),
      ToQueue: subscription('sqs', att('Queue', 'Arn')),
      Mail: subscription('email', 'a@example.com'),
    });
    await publish(cloud);
    expect(cloud.queues.messages('closed')).toEqual([]);
    expect(cloud.topics.deliveries().map(({ protocol }) => protocol)).toEqual(['email']);
    expect(cloud.clock.errors().map(({ name }) => name)).toEqual(['delivery of news to sqs']);
  });
});
