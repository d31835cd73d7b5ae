import { describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { HOUR, startTestCloud } from '../support/app.ts';
import { lambdaFunction, permission, queue, role } from '../support/resources.ts';

async function start(): Promise<LocalCloud> {
  return await startTestCloud({
    stacks: {
      app: {
        Resources: {
          Role: role(),
          Work: lambdaFunction('work'),
          Admit: permission('Work', 'events.amazonaws.com'),
          Queue: queue('dead'),
          Alarm: {
            Type: 'AWS::CloudWatch::Alarm',
            Properties: {
              AlarmName: 'bad',
              Namespace: 'App',
              MetricName: 'Bad',
              Statistic: 'Sum',
              Period: 60,
              EvaluationPeriods: 1,
              Threshold: 1,
              ComparisonOperator: 'GreaterThanThreshold',
              TreatMissingData: 'notBreaching',
            },
          },
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: {
              Name: 'hourly',
              ScheduleExpression: 'rate(1 hour)',
              Targets: [{ Id: 'work', Arn: { 'Fn::GetAtt': ['Work', 'Arn'] } }],
            },
          },
        },
      },
    },
    assets: { work: 'exports.handler = async () => console.log("worked");' },
  });
}

async function ask(cloud: LocalCloud, path: string, init?: RequestInit): Promise<[number, unknown]> {
  const answer = await fetch(`${cloud.url}/_local/${path}`, init);
  return [answer.status, await answer.json()];
}

describe('the management routes', () => {
  it('tell that the cloud is there and what time it has', async () => {
    const cloud = await start();
    const now = '2026-11-20T10:00:00.000Z';
    expect(await ask(cloud, 'health')).toEqual([
      200,
      { healthy: true, now, region: 'us-east-1', accountId: '000000000000' },
    ]);
    expect(await ask(cloud, 'clock')).toEqual([200, { now }]);
  });

  it('move time, and answer when everything due has been done', async () => {
    const cloud = await start();
    const init = { method: 'POST', body: JSON.stringify({ advanceMs: 2 * HOUR }) };
    expect(await ask(cloud, 'clock', init)).toEqual([200, { now: '2026-11-20T12:00:00.000Z' }]);
    expect(cloud.logs.lines('/aws/lambda/work').filter((line) => line === 'worked')).toHaveLength(2);
  });

  it('show functions, alarms, queues and rules', async () => {
    const cloud = await start();
    await cloud.advance(HOUR);
    expect(await ask(cloud, 'state')).toEqual([
      200,
      expect.objectContaining({
        functions: [expect.objectContaining({ name: 'work', warm: 1 })],
        alarms: [expect.objectContaining({ name: 'bad', state: 'OK', evaluated: true })],
        queues: [{ name: 'dead', messages: 0 }],
        buses: [{ name: 'default', rules: [{ name: 'hourly', state: 'ENABLED' }], archives: [] }],
        errors: [],
      }),
    ]);
  });

  it('show the events of one bus or of all', async () => {
    const cloud = await start();
    cloud.events.put('default', {
      source: 'shop',
      'detail-type': 'Sold',
      detail: {},
      time: cloud.clock.now(),
    });
    const event = expect.objectContaining({ source: 'shop' });
    expect(await ask(cloud, 'events')).toEqual([200, { events: [{ busName: 'default', event }] }]);
    expect(await ask(cloud, 'events?bus=other')).toEqual([200, { events: [] }]);
  });

  it.each([
    ['a span below zero', '{"advanceMs":-1}'],
    ['an unknown field', '{"advance":1}'],
    ['no JSON', 'soon'],
  ])('refuse to move time by %s', async (_, body) => {
    const [status] = await ask(await start(), 'clock', { method: 'POST', body });
    expect(status).toBe(400);
  });

  it('tell which routes there are', async () => {
    const [status, answer] = await ask(await start(), 'nothing');
    expect([status, JSON.stringify(answer)]).toEqual([404, expect.stringContaining('POST /_local/clock')]);
  });
});
