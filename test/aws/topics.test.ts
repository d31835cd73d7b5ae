import { SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Topics } from '../../lambda/aws/topics.ts';
import { ScriptedServer } from '../support/scripted-server.ts';

const XML = { 'content-type': 'text/xml' };
/** @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (2026-11) */
const PUBLISHED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:rekey-alerts';

let sns: ScriptedServer;

beforeEach(async () => {
  sns = await new ScriptedServer().start();
  sns.answer = (response) => void response.writeHead(200, XML).end(PUBLISHED);
});
afterEach(() => sns.stop());

/** The fields of the only request. */
function fields(): URLSearchParams {
  expect(sns.received).toHaveLength(1);
  return new URLSearchParams(sns.received[0]?.body);
}

function topics(): Topics {
  const credentials = { accessKeyId: 'ASIA', secretAccessKey: 'a secret', sessionToken: 'a token' };
  return new Topics(new SNSClient({ region: 'eu-west-1', endpoint: sns.url, credentials, maxAttempts: 1 }));
}

describe('publishing to a topic', () => {
  test('sends topic, subject and message, signed with the credentials of a session', async () => {
    await topics().publish({
      topicArn: TOPIC,
      subject: 'CRITICAL main: x',
      message: 'line 1\nline 2 & more',
    });
    const headers = sns.received[0]?.headers ?? {};
    expect(Object.fromEntries(fields())).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: TOPIC,
      Subject: 'CRITICAL main: x',
      Message: 'line 1\nline 2 & more',
    });
    expect(headers['x-amz-security-token']).toBe('a token');
    expect(headers.authorization).toContain('eu-west-1/sns/aws4_request');
    expect(JSON.stringify(headers)).not.toContain('a secret');
  });

  test('sends no subject where there is none', async () => {
    await topics().publish({ topicArn: TOPIC, message: '{}' });
    expect(fields().has('Subject')).toBe(false);
  });

  test('fails with the code of SNS and without its words', async () => {
    sns.answer = (response) =>
      void response
        .writeHead(403, XML)
        .end(
          '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>secret words</Message></Error></ErrorResponse>',
        );
    const publishing = topics().publish({ topicArn: TOPIC, message: 'x' });
    await expect(publishing).rejects.toThrow(
      /^SNS refused a message for rekey-alerts: AuthorizationErrorException$/,
    );
  });

  test('fails with a word when there is no code', async () => {
    sns.answer = (response) => void response.writeHead(503).end('busy');
    await expect(topics().publish({ topicArn: TOPIC, message: 'x' })).rejects.toThrow(
      /^SNS refused a message for rekey-alerts: \w+$/,
    );
  });
});
