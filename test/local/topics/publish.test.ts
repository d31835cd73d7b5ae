import { SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { Topics } from '../../../lambda/aws/topics.ts';
import type { LocalCloud } from '../../../local/cloud.ts';
import { startTestCloud, writeAssembly } from '../support/app.ts';
import { allow, ref } from '../support/resources.ts';

const NEWS = 'arn:aws:sns:us-east-1:000000000000:news';
const CHAT = {
  version: '1.0',
  source: 'custom',
  content: { title: 'x', description: 'y' },
};

async function start(): Promise<LocalCloud> {
  return await startTestCloud({
    stacks: {
      app: {
        Resources: {
          Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
          Mail: {
            Type: 'AWS::SNS::Subscription',
            Properties: { TopicArn: ref('Topic'), Protocol: 'email', Endpoint: 'a@example.com' },
          },
          Chat: {
            Type: 'AWS::Chatbot::SlackChannelConfiguration',
            Properties: {
              ConfigurationName: 'desk',
              IamRoleArn: 'arn:aws:iam::000000000000:role/chat',
              SlackWorkspaceId: 'T1',
              SlackChannelId: 'C1',
              SnsTopicArns: [ref('Topic')],
            },
          },
        },
      },
    },
  });
}

/** Publishes as a role with these statements. */
function publisher(cloud: LocalCloud, ...policies: object[]): Topics {
  const Statement = policies;
  const credentials = cloud.credentialsFor('arn:aws:iam::000000000000:role/publisher', [{ Statement }]);
  return new Topics(
    new SNSClient({ region: cloud.region, endpoint: cloud.url, credentials, maxAttempts: 1 }),
  );
}

describe('Publish', () => {
  it('delivers by mail with its subject, and to a chat what has the form of a chat', async () => {
    const cloud = await start();
    const topics = publisher(cloud, allow('sns:Publish', NEWS));
    await topics.publish({ topicArn: NEWS, subject: 'tea', message: JSON.stringify(CHAT) });
    expect(cloud.topics.deliveries().map(({ endpoint, subject }) => [endpoint, subject])).toEqual([
      ['a@example.com', 'tea'],
      ['slack:T1/C1', 'tea'],
    ]);
  });

  it('reports what a chat application would drop without a word', async () => {
    const cloud = await start();
    await publisher(cloud, allow('sns:Publish', NEWS)).publish({ topicArn: NEWS, message: 'plain text' });
    expect(cloud.topics.deliveries().map(({ protocol }) => protocol)).toEqual(['email']);
    expect(cloud.clock.errors().map(({ name }) => name)).toEqual(['delivery of news to chat']);
  });

  it.each([
    ['a subject of 100 characters', { subject: 'x'.repeat(100) }, 'InvalidParameter'],
    ['a subject of two lines', { subject: 'a\nb' }, 'InvalidParameter'],
    ['a subject that is not ASCII', { subject: 'é' }, 'InvalidParameter'],
    ['no message', { message: '' }, 'InvalidParameter'],
    ['a message that is too long', { message: 'x'.repeat(262_145) }, 'InvalidParameter'],
    ['a topic that does not exist', { topicArn: `${NEWS}-of-others` }, 'NotFound'],
  ])('refuses %s', async (_, change, code) => {
    const cloud = await start();
    const publishing = publisher(cloud, allow('sns:Publish')).publish({
      topicArn: NEWS,
      message: 'x',
      ...change,
    });
    await expect(publishing).rejects.toThrow(code);
    expect(cloud.topics.deliveries()).toEqual([]);
  });

  it('refuses whom no policy lets publish', async () => {
    const cloud = await start();
    const deny = { Effect: 'Deny', Action: 'sns:Publish', Resource: '*' };
    await expect(publisher(cloud, deny).publish({ topicArn: NEWS, message: 'x' })).rejects.toThrow(
      'AuthorizationError',
    );
  });
});

describe('a chat channel', () => {
  it('that left the template gets nothing more', async () => {
    const cloud = await start();
    const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } };
    await cloud.deploy(writeAssembly({ stacks: { app: { Resources: { Topic: topic } } } }));
    await publisher(cloud, allow('sns:Publish')).publish({ topicArn: NEWS, message: JSON.stringify(CHAT) });
    expect(cloud.topics.deliveries()).toEqual([]);
  });
});
