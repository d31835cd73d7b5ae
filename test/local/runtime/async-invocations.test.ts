import { describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { MINUTE, startTestCloud } from '../support/app.ts';
import { allow, att, lambdaFunction, queue, ref, role } from '../support/resources.ts';

const FAIL_UNTIL = `
let count = 0;
exports.handler = async ({ failures }) => {
  count += 1;
  console.log('try ' + count);
  if (count <= failures) throw new Error('attempt ' + count);
  return 'done';
};`;

interface Setting {
  readonly config?: object;
  readonly properties?: object;
  readonly statements?: object[];
}

/** A function with a queue for what fails and one for what succeeds. */
async function start({
  config,
  properties = {},
  statements = [allow('sqs:SendMessage')],
}: Setting): Promise<LocalCloud> {
  return await startTestCloud({
    stacks: {
      app: {
        Resources: {
          Role: role(...statements),
          Dead: queue('dead'),
          Done: queue('done'),
          Work: lambdaFunction('work', properties),
          ...(config && {
            Config: {
              Type: 'AWS::Lambda::EventInvokeConfig',
              Properties: { FunctionName: ref('Work'), Qualifier: '$LATEST', ...config },
            },
          }),
        },
      },
    },
    assets: { work: FAIL_UNTIL },
  });
}

async function submit(cloud: LocalCloud, payload: object): Promise<void> {
  const url = `${cloud.url}/2015-03-31/functions/work/invocations`;
  const headers = { 'x-amz-invocation-type': 'Event' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) });
  expect(answer.status).toBe(202);
  await cloud.settled();
}

function tries(cloud: LocalCloud): number {
  return cloud.logs.lines('/aws/lambda/work').filter((line) => line.startsWith('try ')).length;
}

const deadLetter = { DeadLetterConfig: { TargetArn: att('Dead', 'Arn') } };

describe('an asynchronous invocation', () => {
  it('that fails is tried again after one and after two more minutes', async () => {
    const cloud = await start({ properties: deadLetter });
    await submit(cloud, { failures: 2 });
    const counts = [tries(cloud)];
    for (const ms of [MINUTE - 1, 1, 2 * MINUTE - 1, 1, 60 * MINUTE]) {
      await cloud.advance(ms);
      counts.push(tries(cloud));
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3]);
    expect(cloud.queues.messages('dead')).toEqual([]);
  });

  it('that fails every time goes to the dead-letter queue', async () => {
    const cloud = await start({ properties: deadLetter });
    await submit(cloud, { failures: 9 });
    await cloud.advance(10 * MINUTE);
    expect(tries(cloud)).toBe(3);
    expect(cloud.queues.messages('dead')).toEqual([
      expect.objectContaining({
        body: '{"failures":9}',
        attributes: { RequestID: expect.any(String), ErrorCode: '200', ErrorMessage: 'attempt 3' },
      }),
    ]);
  });

  it('follows the retries and destinations that the template sets', async () => {
    const cloud = await start({
      config: {
        MaximumRetryAttempts: 0,
        DestinationConfig: {
          OnFailure: { Destination: att('Dead', 'Arn') },
          OnSuccess: { Destination: att('Done', 'Arn') },
        },
      },
    });
    await submit(cloud, { failures: 1 });
    await submit(cloud, { failures: 1 });
    const [failed, succeeded] = ['dead', 'done'].map((name) =>
      cloud.queues.messages(name).map(({ body }) => JSON.parse(body) as unknown),
    );
    expect(failed).toEqual([
      expect.objectContaining({
        version: '1.0',
        requestContext: expect.objectContaining({ condition: 'RetriesExhausted', approximateInvokeCount: 1 }),
        requestPayload: { failures: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: expect.objectContaining({ errorMessage: 'attempt 1' }),
      }),
    ]);
    expect(succeeded).toEqual([expect.objectContaining({ responsePayload: 'done' })]);
  });

  it('is given up when it would be too old for the next try', async () => {
    const cloud = await start({ config: { MaximumEventAgeInSeconds: 120 }, properties: deadLetter });
    await submit(cloud, { failures: 9 });
    await cloud.advance(10 * MINUTE);
    expect([tries(cloud), cloud.queues.messages('dead').length]).toEqual([2, 1]);
  });

  it('waits while the reserved concurrency is used up, and loses no try by that', async () => {
    const cloud = await start({ properties: { ...deadLetter, ReservedConcurrentExecutions: 0 } });
    await submit(cloud, { failures: 0 });
    await cloud.advance(60 * MINUTE);
    expect([tries(cloud), cloud.queues.messages('dead').length]).toEqual([0, 0]);
    await cloud.advance(6 * 60 * MINUTE);
    expect(cloud.queues.messages('dead')).toEqual([
      expect.objectContaining({ attributes: expect.objectContaining({ ErrorCode: '429' }) }),
    ]);
  });

  it('is lost with a report when the role may not send to the dead-letter queue', async () => {
    const cloud = await start({
      properties: deadLetter,
      config: { MaximumRetryAttempts: 0 },
      statements: [],
    });
    await submit(cloud, { failures: 1 });
    expect(cloud.queues.messages('dead')).toEqual([]);
    expect(cloud.clock.errors().map(({ error }) => String(error))).toEqual([
      expect.stringContaining('is not admitted: sqs:SendMessage'),
    ]);
  });
});
