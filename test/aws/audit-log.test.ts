import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventBridgeAuditLog } from '../../lambda/aws/audit-log.ts';
import { tell } from '../../lambda/core/facts.ts';
import { START } from '../support/fixed-time.ts';
import { LocalAws, REGION } from '../support/local-aws.ts';
import { SCENE } from '../support/world.ts';

let aws: LocalAws;
let audit: EventBridgeAuditLog;

beforeEach(async () => {
  aws = await new LocalAws().start();
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x' };
  const client = new EventBridgeClient({ region: REGION, endpoint: aws.url, credentials });
  audit = new EventBridgeAuditLog(client, 'rekey-audit');
});
afterEach(() => aws.stop());

function events(count: number) {
  return Array.from({ length: count }, (_, n) =>
    tell(SCENE, START, {
      event: 'KeyRevoked',
      keyId: `bg_key_${n}_0123456789`,
      reason: 'Orphan',
      message: 'x',
    }),
  );
}

describe('telling the audit bus', () => {
  test('sends the event as it is, under its name', async () => {
    const [event] = events(1);
    await audit.record(events(1));
    expect(aws.accepted).toMatchObject([
      { Source: 'rekey', DetailType: 'KeyRevoked', EventBusName: 'rekey-audit' },
    ]);
    expect(aws.audit).toEqual([event]);
  });

  test('sends at most ten at once, and all of them, in order', async () => {
    await audit.record(events(23));
    expect(aws.batches).toEqual([10, 10, 3]);
    expect(aws.audit.map(({ id }) => id)).toEqual(events(23).map(({ id }) => id));
  });

  test('sends nothing for nothing', async () => {
    await audit.record([]);
    expect(aws.batches).toEqual([]);
  });

  test('fails when the bus refuses one of them, and says how many and why', async () => {
    aws.refusedEntries = 2;
    await expect(audit.record(events(3))).rejects.toThrow(
      'the audit bus refused 2 of 3 events: ThrottlingException',
    );
  });
});
