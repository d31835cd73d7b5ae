import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Topics } from '../../lambda/aws/topics.ts';
import { START } from '../support/fixed-time.ts';
import { ScriptedServer } from '../support/scripted-server.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:rekey-alerts';

let sns: ScriptedServer;

beforeEach(async () => {
  sns = await new ScriptedServer().start();
  sns.says({});
});
afterEach(() => sns.stop());

/** The fields of the only request. */
function fields(): URLSearchParams {
  expect(sns.received).toHaveLength(1);
  return new URLSearchParams(sns.received[0]?.body);
}

function topics(): Topics {
  return new Topics({
    region: 'eu-west-1',
    endpoint: sns.url,
    credentials: () => ({ accessKeyId: 'ASIA', secretAccessKey: 'a secret', sessionToken: 'a token' }),
    now: () => START,
  });
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
    expect(headers.authorization).toMatch(
      /Credential=ASIA\/\d{8}\/eu-west-1\/sns\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token/,
    );
    expect(JSON.stringify(headers)).not.toContain('a secret');
  });

  test('sends no subject where there is none', async () => {
    await topics().publish({ topicArn: TOPIC, message: '{}' });
    expect(fields().has('Subject')).toBe(false);
  });

  test('fails with the code of SNS and without its words', async () => {
    sns.answer = (response) =>
      void response
        .writeHead(403)
        .end('<Error><Code>AuthorizationError</Code><Message>secret words</Message></Error>');
    const publishing = topics().publish({ topicArn: TOPIC, message: 'x' });
    await expect(publishing).rejects.toThrow(/^SNS refused a message for rekey-alerts: AuthorizationError$/);
  });

  test('fails with the status when there is no code', async () => {
    sns.answer = (response) => void response.writeHead(503).end('busy');
    await expect(topics().publish({ topicArn: TOPIC, message: 'x' })).rejects.toThrow('rekey-alerts: 503');
  });
});
