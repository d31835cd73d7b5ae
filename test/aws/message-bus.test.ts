import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MessageBus } from '../../lambda/aws/message-bus.ts';
import { tell } from '../../lambda/core/facts.ts';
import { messageOf } from '../../lambda/core/message.ts';
import { textOf } from '../../lambda/core/message-form.ts';
import { START } from '../support/fixed-time.ts';
import { LocalAws, REGION } from '../support/local-aws.ts';
import { SCENE } from '../support/world.ts';

let aws: LocalAws;
let bus: MessageBus;

beforeEach(async () => {
  aws = await new LocalAws().start();
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x' };
  bus = new MessageBus(new EventBridgeClient({ region: REGION, endpoint: aws.url, credentials }), 'messages');
});
afterEach(() => aws.stop());

const fact = {
  event: 'KeyMissing',
  key: 'grid-bot',
  reason: 'CurrentKeyNotListed',
  message: 'it is gone',
} as const;
const message = messageOf(tell(SCENE, START, fact), { now: START, runbookUrl: 'docs/runbook.md' });

describe('putting a message on its bus', () => {
  test('sends all its parts, and all of it as one text', async () => {
    await bus.put(message);
    expect(aws.accepted).toMatchObject([
      { Source: 'rekey', DetailType: 'Message', EventBusName: 'messages' },
    ]);
    expect(JSON.parse(aws.accepted[0]?.Detail ?? '')).toEqual({ ...message, text: textOf(message) });
  });

  test('fails when the bus refuses it, and says why', async () => {
    aws.refusedEntries = 1;
    await expect(bus.put(message)).rejects.toThrow('the bus of messages refused one: ThrottlingException');
  });
});
