import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Http, type HttpCall } from '../../lambda/exchanges/http.ts';
import { sendOverNetwork } from '../../lambda/exchanges/network.ts';
import { at, FixedTime } from '../support/fixed-time.ts';
import { withShortTimeOuts } from '../support/impatience.ts';
import { deadUrl, ScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let time: FixedTime;

beforeEach(async () => {
  server = await new ScriptedServer().start();
  time = new FixedTime();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

function call(changes: Partial<HttpCall> = {}): HttpCall {
  return {
    name: 'POST /keys',
    method: 'POST',
    url: `${server.url}/keys`,
    headers: {},
    body: '{}',
    ...changes,
  };
}

const read = (sign: () => HttpCall) => new Http(sendOverNetwork, time).read(sign, []);
const write = (made: HttpCall) => new Http(sendOverNetwork, time).write(() => made, []);

describe('a call that changes something', () => {
  test('gives the answer as it came, refusals included', async () => {
    server.answer = (response) => void response.writeHead(400).end('no');
    expect(await write(call())).toEqual({ status: 400, text: 'no' });
  });

  test.each([
    ['a redirect, which is not followed', 302, 'OutcomeUnknown'],
    ['an error of a gateway', 502, 'OutcomeUnknown'],
    ['an error of the exchange', 500, 'OutcomeUnknown'],
    ['too many calls', 429, 'RateLimited'],
    ['too many calls after a warning', 418, 'RateLimited'],
  ])('is sent once: %s', async (_what, status, reason) => {
    server.answer = (response) => void response.writeHead(status, { location: `${server.url}/x` }).end();
    await expect(write(call())).rejects.toMatchObject({ reason });
    expect(server.received).toHaveLength(1);
  });

  test('has an unknown outcome when the answer is too long to be one', async () => {
    server.answer = (response) => void response.writeHead(200).end('x'.repeat(1_000_001));
    await expect(write(call())).rejects.toMatchObject({ reason: 'OutcomeUnknown' });
  });

  test('has an unknown outcome when the connection breaks in the middle of the answer', async () => {
    server.answer = (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"code":"00000"', () => response.destroy());
    };
    await expect(write(call())).rejects.toMatchObject({ reason: 'OutcomeUnknown' });
  });

  test('certainly had no effect when nobody listens', async () => {
    const url = await deadUrl();
    await expect(write(call({ url }))).rejects.toMatchObject({
      reason: 'ExchangeUnavailable',
      message: 'the exchange did not answer POST /keys: ECONNREFUSED',
    });
  });

  test('says of a header that cannot be sent nothing at all', async () => {
    const sending = write(call({ headers: { 'ACCESS-KEY': 'canary\nsecret' } }));
    const error = await sending.catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: expect.stringMatching(/Error$/) });
    expect(String(error)).not.toContain('canary');
    expect(server.received).toEqual([]);
  });

  test('keeps no foreign cause, which could hold anything', async () => {
    const url = await deadUrl();
    const error = await write(call({ url })).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ reason: 'ExchangeUnavailable' });
    expect(error).not.toHaveProperty('cause');
  });
});

describe('a call that changes nothing', () => {
  const get = () => call({ name: 'GET /keys', method: 'GET', url: `${server.url}/keys` });
  const bodyless = () => {
    const { body: _, ...rest } = get();
    return rest;
  };

  test('is signed anew for each attempt', async () => {
    let attempt = 0;
    server.answer = (response) => void response.writeHead(attempt < 3 ? 503 : 200).end('yes');
    const answer = await read(() => {
      attempt += 1;
      return { ...bodyless(), headers: { 'x-attempt': String(attempt) } };
    });
    expect(answer.text).toBe('yes');
    expect(server.received.map(({ headers }) => headers['x-attempt'])).toEqual(['1', '2', '3']);
    expect(time.now()).toEqual(at(400 + 1_200));
  });

  test('is not tried again when it is refused', async () => {
    server.answer = (response) => void response.writeHead(400).end('no');
    expect(await read(bodyless)).toEqual({ status: 400, text: 'no' });
    expect(server.received).toHaveLength(1);
  });

  test.each([429, 418])('is given up after three times %s', async (status) => {
    server.answer = (response) => void response.writeHead(status).end();
    await expect(read(bodyless)).rejects.toMatchObject({ reason: 'RateLimited' });
    expect(server.received).toHaveLength(3);
  });

  test('waits as long as the exchange says before it is tried again', async () => {
    let attempt = 0;
    server.answer = (response) => {
      attempt += 1;
      void response.writeHead(attempt < 2 ? 429 : 200, { 'retry-after': '3' }).end('yes');
    };
    expect((await read(bodyless)).text).toBe('yes');
    expect(time.now()).toEqual(at(3_000));
  });

  test('is given up at once when the exchange wants to be left alone for long', async () => {
    server.answer = (response) => void response.writeHead(418, { 'retry-after': '120' }).end();
    await expect(read(bodyless)).rejects.toMatchObject({ reason: 'RateLimited', retryAfterMs: 120_000 });
    expect(server.received).toHaveLength(1);
  });

  test.each(['soon', '-3', 'Wed, 25 Nov 2026 21:00:00 GMT'])(
    'takes no notice of a time that it cannot read: %s',
    async (header) => {
      server.answer = (response) => void response.writeHead(429, { 'retry-after': header }).end();
      await expect(read(bodyless)).rejects.toMatchObject({ retryAfterMs: undefined });
      expect(server.received).toHaveLength(3);
    },
  );

  test('tells nothing of a fault that is none of the network', async () => {
    const http = new Http(() => Promise.reject(new Error('canary')), time);
    const error = await http.read(bodyless, []).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ message: 'the exchange did not answer GET /keys: unknown fault' });
  });

  test('tells a time-out as such', async () => {
    withShortTimeOuts();
    server.answer = () => undefined;
    await expect(read(bodyless)).rejects.toMatchObject({
      message: 'the exchange did not answer GET /keys: time-out',
    });
  });
});
