import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../local/cloud.ts';
import { ScriptedServer } from '../../support/scripted-server.ts';
import { startTestCloud } from '../support/app.ts';
import { allow, att, queue, queuePolicy, role } from '../support/resources.ts';

let endpoint: ScriptedServer;

beforeEach(async () => {
  endpoint = await new ScriptedServer().start();
  endpoint.says({});
});
afterEach(() => endpoint.stop());

/** A rule on everything from `shop` that calls an endpoint under the role `Role`. */
async function start(options: { url?: string; mayCall?: boolean } = {}): Promise<LocalCloud> {
  const { url = endpoint.url, mayCall = true } = options;
  return await startTestCloud({
    stacks: {
      app: {
        Resources: {
          Role: role(...(mayCall ? [allow('events:InvokeApiDestination')] : [])),
          Letters: queue('letters'),
          LettersPolicy: queuePolicy('Letters', 'events.amazonaws.com'),
          Connection: {
            Type: 'AWS::Events::Connection',
            Properties: {
              AuthorizationType: 'API_KEY',
              AuthParameters: {
                ApiKeyAuthParameters: {
                  ApiKeyName: 'X-Token',
                  ApiKeyValue: '{{resolve:secretsmanager:hooks/shop:SecretString:::}}',
                },
                InvocationHttpParameters: {
                  BodyParameters: [{ Key: 'shop', Value: 'tea', IsValueSecret: true }],
                },
              },
            },
          },
          Destination: {
            Type: 'AWS::Events::ApiDestination',
            Properties: {
              ConnectionArn: att('Connection', 'Arn'),
              HttpMethod: 'POST',
              InvocationEndpoint: `${url}/sold`,
            },
          },
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: {
              EventPattern: { source: ['shop'] },
              Targets: [
                {
                  Id: 'endpoint',
                  Arn: att('Destination', 'Arn'),
                  RoleArn: att('Role', 'Arn'),
                  InputPath: '$.detail',
                  DeadLetterConfig: { Arn: att('Letters', 'Arn') },
                },
              ],
            },
          },
        },
      },
    },
  });
}

async function sell(cloud: LocalCloud): Promise<void> {
  const time = cloud.clock.now();
  cloud.events.put('default', { source: 'shop', 'detail-type': 'Sold', detail: { item: 'oolong' }, time });
  await cloud.settled();
}

const letters = (cloud: LocalCloud) => cloud.queues.messages('letters').map(({ attributes }) => attributes);

describe('an API destination', () => {
  it('on this machine is called with what its connection adds, and settled waits for it', async () => {
    const cloud = await start();
    await sell(cloud);
    expect(endpoint.received).toMatchObject([
      { method: 'POST', url: '/sold', body: '{"item":"oolong","shop":"tea"}' },
    ]);
    expect(endpoint.received[0]?.headers['x-token']).toBe('(the secret hooks/shop)');
    expect(cloud.apiDestinations.requests()).toMatchObject([{ outcome: 200 }]);
    expect(letters(cloud)).toEqual([]);
  });

  it('elsewhere is never called: the request is kept to be looked at', async () => {
    const cloud = await start({ url: 'https://hooks.example.com' });
    await sell(cloud);
    expect(cloud.apiDestinations.requests()).toMatchObject([
      { url: 'https://hooks.example.com/sold', body: '{"item":"oolong","shop":"tea"}', outcome: 'kept' },
    ]);
    expect(letters(cloud)).toEqual([]);
  });

  it.each([
    ['refuses', () => endpoint.says({}, 403), 'the endpoint answered: 403'],
    [
      'hangs up',
      () => (endpoint.answer = (response) => void response.destroy()),
      'the endpoint answered: failed',
    ],
  ])('that %s leaves a dead letter that says so', async (_, breakIt, message) => {
    const cloud = await start();
    breakIt();
    await sell(cloud);
    expect(letters(cloud)).toMatchObject([{ ERROR_CODE: 'SDK_CLIENT_ERROR', ERROR_MESSAGE: message }]);
  });

  it('is not called under a role that may not call it', async () => {
    const cloud = await start({ mayCall: false });
    await sell(cloud);
    expect(endpoint.received).toEqual([]);
    expect(letters(cloud)).toMatchObject([{ ERROR_CODE: 'NO_PERMISSIONS' }]);
  });
});
