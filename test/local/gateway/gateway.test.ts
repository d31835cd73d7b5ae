import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { HOUR, START, startTestCloud } from '../support/app.ts';
import { allow, lambdaFunction, role } from '../support/resources.ts';

const WORK =
  'exports.handler = async ({ fail }) => { console.log("worked"); if (fail) throw new Error("failed"); return { ok: true }; };';

async function start(): Promise<LocalCloud> {
  return await startTestCloud({
    stacks: {
      app: {
        Resources: {
          Role: role(allow('events:PutEvents', 'arn:aws:events:us-east-1:000000000000:event-bus/audit')),
          Work: lambdaFunction('work'),
          Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'audit' } },
        },
      },
    },
    assets: { work: WORK },
  });
}

function settings(
  cloud: LocalCloud,
  principalArn = 'arn:aws:iam::000000000000:user/tester',
  policies?: object[],
) {
  return {
    endpoint: cloud.url,
    region: cloud.region,
    credentials: cloud.credentialsFor(principalArn, policies),
    maxAttempts: 1,
  };
}

const entry = { Source: 'shop', DetailType: 'Sold', Detail: '{"item":"tea"}' };

describe('PutEvents through the AWS SDK', () => {
  it('answers for each entry and puts the good ones on their buses', async () => {
    const cloud = await start();
    const seen: unknown[] = [];
    cloud.events.onEvent((event, busName) => seen.push([busName, event.time, event.resources, event.detail]));
    const answer = await new EventBridgeClient(settings(cloud)).send(
      new PutEventsCommand({
        Entries: [
          entry,
          { ...entry, EventBusName: 'audit', Resources: ['arn:x'], Time: new Date('2026-01-02T03:04:05Z') },
          { ...entry, Source: undefined },
          { ...entry, DetailType: undefined },
          { ...entry, Detail: undefined },
          { ...entry, Detail: '{not json' },
          { ...entry, Detail: '[]' },
          { ...entry, Source: 'aws.shop' },
          { ...entry, EventBusName: 'unknown' },
        ],
      }),
    );
    const id = { EventId: expect.any(String) };
    const failed = (ErrorCode: string) => ({ ErrorCode, ErrorMessage: expect.any(String) });
    expect(answer).toMatchObject({
      FailedEntryCount: 7,
      Entries: [
        id,
        id,
        failed('InvalidArgument'),
        failed('InvalidArgument'),
        failed('InvalidArgument'),
        failed('MalformedDetail'),
        failed('MalformedDetail'),
        failed('NotAuthorizedForSourceException'),
        failed('ResourceNotFoundException'),
      ],
    });
    expect(seen).toEqual([
      ['default', '2026-11-20T10:00:00Z', [], { item: 'tea' }],
      ['audit', '2026-01-02T03:04:05Z', ['arn:x'], { item: 'tea' }],
    ]);
  });

  it.each([
    ['no entries', []],
    ['eleven entries', Array.from({ length: 11 }, () => entry)],
    ['more than 1 MB', [{ ...entry, Detail: JSON.stringify({ text: 'x'.repeat(1_048_570) }) }]],
  ])('is refused with %s', async (_, Entries) => {
    const cloud = await start();
    const call = new EventBridgeClient(settings(cloud)).send(new PutEventsCommand({ Entries }));
    await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it("is decided by the caller's policies", async () => {
    const cloud = await start();
    const role = cloud.deployment.resources.find(({ type }) => type === 'AWS::IAM::Role')?.ref;
    const client = new EventBridgeClient(settings(cloud, `arn:aws:iam::000000000000:role/test/${role}`));
    const put = (EventBusName: string) =>
      client.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName }] }));
    expect(await put('audit')).toMatchObject({ FailedEntryCount: 0 });
    await expect(put('default')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('Lambda through the AWS SDK', () => {
  it('invokes a function and gives its answer or its error', async () => {
    const cloud = await start();
    const client = new LambdaClient(settings(cloud));
    const invoke = async (payload: object) => {
      const answer = await client.send(
        new InvokeCommand({ FunctionName: 'work', Payload: JSON.stringify(payload) }),
      );
      return [
        answer.StatusCode,
        answer.FunctionError,
        JSON.parse(answer.Payload?.transformToString() ?? '') as unknown,
      ];
    };
    expect(await invoke({})).toEqual([200, undefined, { ok: true }]);
    expect(await invoke({ fail: true })).toEqual([
      200,
      'Unhandled',
      expect.objectContaining({ errorMessage: 'failed' }),
    ]);
  });

  it('takes an event without waiting', async () => {
    const cloud = await start();
    const command = new InvokeCommand({ FunctionName: 'work', InvocationType: 'Event', Payload: '{}' });
    expect((await new LambdaClient(settings(cloud)).send(command)).StatusCode).toBe(202);
    await cloud.settled();
    expect(cloud.logs.lines('/aws/lambda/work')).toContain('worked');
  });

  it('refuses an unknown function, and a caller without the right', async () => {
    const cloud = await start();
    const invoke = (FunctionName: string, policies?: object[]) => {
      const client = new LambdaClient(settings(cloud, 'arn:aws:iam::000000000000:user/other', policies));
      return client.send(new InvokeCommand({ FunctionName }));
    };
    await expect(invoke('missing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke('work', [])).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('CloudWatch Logs through the AWS SDK', () => {
  it('shows groups and filters lines, page by page', async () => {
    const cloud = await start();
    for (const _ of [1, 2]) await cloud.functions.invoke('work', {});
    const client = new CloudWatchLogsClient(settings(cloud));
    const groups = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/' }));
    const filter = { logGroupName: '/aws/lambda/work', filterPattern: 'worked', limit: 1 };
    const first = await client.send(new FilterLogEventsCommand(filter));
    const second = await client.send(new FilterLogEventsCommand({ ...filter, nextToken: first.nextToken }));
    const since = await client.send(
      new FilterLogEventsCommand({ ...filter, startTime: START.getTime() + HOUR }),
    );
    expect(groups.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/aws/lambda/work']);
    expect(
      [first, second, since].map(({ events, nextToken }) => [
        events?.map(({ message }) => message),
        nextToken,
      ]),
    ).toEqual([
      [['worked'], '1'],
      [['worked'], undefined],
      [[], undefined],
    ]);
  });

  it('refuses an unknown group', async () => {
    const cloud = await start();
    const call = new CloudWatchLogsClient(settings(cloud)).send(
      new FilterLogEventsCommand({ logGroupName: '/none' }),
    );
    await expect(call).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('Secrets Manager through the AWS SDK', () => {
  it('knows its callers by their access keys', async () => {
    const cloud = await start();
    const callers: unknown[] = [];
    cloud.events.onEvent(({ detail }) =>
      callers.push((detail.userIdentity as { arn?: string } | undefined)?.arn),
    );
    const write = new SecretsManagerClient(settings(cloud));
    const read = new SecretsManagerClient(settings(cloud, 'arn:aws:iam::000000000000:role/team/reader'));
    const stranger = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    const unknown = new SecretsManagerClient({ ...settings(cloud), credentials: stranger });
    await write.send(new CreateSecretCommand({ Name: 'key', SecretString: 'x' }));
    for (const client of [read, unknown]) await client.send(new GetSecretValueCommand({ SecretId: 'key' }));
    await cloud.advance(HOUR);
    expect(callers.filter((arn) => arn !== undefined)).toEqual([
      'arn:aws:iam::000000000000:user/tester',
      'arn:aws:sts::000000000000:assumed-role/reader/local',
      'arn:aws:iam::000000000000:user/local-administrator',
    ]);
  });

  it('refuses a caller whose policies do not allow the call', async () => {
    const cloud = await start();
    const client = new SecretsManagerClient(settings(cloud, 'arn:aws:iam::000000000000:role/reader', []));
    const call = client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'x' }));
    await expect(call).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the gateway', () => {
  it.each<[string, (cloud: LocalCloud) => Promise<unknown>, string]>([
    [
      'of a JSON service',
      (cloud) => new EventBridgeClient(settings(cloud)).send(new ListRulesCommand({})),
      'the local cloud does not have the operation AWSEvents.ListRules',
    ],
    [
      'of Lambda',
      (cloud) => new LambdaClient(settings(cloud)).send(new ListFunctionsCommand({})),
      'the local cloud does not have the operation GET /2015-03-31/functions',
    ],
    [
      'of Lambda with a tail of the log',
      (cloud) =>
        new LambdaClient(settings(cloud)).send(new InvokeCommand({ FunctionName: 'work', LogType: 'Tail' })),
      'the local cloud does not have the operation Invoke with LogType Tail',
    ],
    [
      'that writes a log',
      (cloud) =>
        new CloudWatchLogsClient(settings(cloud)).send(
          new PutLogEventsCommand({ logGroupName: 'a', logStreamName: 'b', logEvents: [] }),
        ),
      'the local cloud does not have the operation Logs_20140328.PutLogEvents',
    ],
  ])('names the operation %s that it does not have', async (_, call, message) => {
    const cloud = await start();
    await expect(call(cloud)).rejects.toThrow(message);
  });

  it('tells who is calling, and names an operation of the query protocol that it does not have', async () => {
    const cloud = await start();
    const { accessKeyId } = cloud.credentialsFor('arn:aws:iam::000000000000:role/reader');
    const ask = async (Action: string) => {
      const answer = await fetch(cloud.url, {
        method: 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261120/us-east-1/sts/aws4_request`,
        },
        body: new URLSearchParams({ Action, Version: '2011-06-15' }),
      });
      return [answer.status, await answer.text()];
    };
    expect(await ask('GetCallerIdentity')).toEqual([
      200,
      expect.stringContaining('<Arn>arn:aws:sts::000000000000:assumed-role/reader/local</Arn>'),
    ]);
    expect(await ask('ListTopics')).toEqual([
      400,
      expect.stringContaining('does not have the operation ListTopics'),
    ]);
  });

  it('names a path that belongs to no service, in XML for S3', async () => {
    const cloud = await start();
    const authorization = (service: string) =>
      `AWS4-HMAC-SHA256 Credential=A/20261120/us-east-1/${service}/aws4_request`;
    const ask = async (service: string) => {
      const answer = await fetch(`${cloud.url}/bucket`, {
        headers: { authorization: authorization(service) },
      });
      return [answer.status, await answer.text()];
    };
    const message = 'the local cloud does not have the operation';
    expect(await ask('scheduler')).toEqual([400, `{"message":"${message} scheduler GET /bucket"}`]);
    expect(await ask('s3')).toEqual([
      400,
      expect.stringContaining(`<Message>${message} s3 GET /bucket</Message>`),
    ]);
  });

  it('has the time of the cloud in its answers', async () => {
    const cloud = await start();
    await cloud.advance(HOUR);
    expect((await fetch(`${cloud.url}/_local/health`)).headers.get('date')).toBe(
      'Fri, 20 Nov 2026 11:00:00 GMT',
    );
  });

  it('listens on the loopback address only', async () => {
    const cloud = await start();
    const { stdout } = await promisify(execFile)(process.execPath, [
      '-e',
      `const { networkInterfaces } = require('node:os');
       const others = Object.values(networkInterfaces()).flat().filter((one) => !one.internal && one.family === 'IPv4');
       Promise.all(others.map(({ address }) => fetch('http://' + address + ':${new URL(cloud.url).port}/_local/health').then(() => 'open', () => 'closed')))
         .then((all) => console.log(all.includes('open')));`,
    ]);
    expect(stdout.trim()).toBe('false');
  });
});
