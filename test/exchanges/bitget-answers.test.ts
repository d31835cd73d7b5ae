import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Exchange } from '../../lambda/core/ports.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { bitget } from '../../lambda/exchanges/bitget/adapter.ts';
import { Http } from '../../lambda/exchanges/http.ts';
import { sendOverNetwork } from '../../lambda/exchanges/network.ts';
import { someCredentials } from '../support/builders.ts';
import { FixedTime, START } from '../support/fixed-time.ts';
import { type Received, ScriptedServer } from '../support/scripted-server.ts';

/** What Bitget's pages leave open, and what no page says and an exchange could still answer. */

let server: ScriptedServer;
let exchange: Exchange;

beforeAll(async () => {
  server = await new ScriptedServer().start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
  const manager = async () => someCredentials();
  exchange = bitget({
    baseUrl: server.url,
    environment: 'live',
    manager,
    time: new FixedTime(),
    http: new Http(sendOverNetwork, new FixedTime()),
  });
});
afterEach(() => vi.restoreAllMocks());

function success(data: unknown): object {
  return { code: '00000', msg: 'success', requestTime: 1, data };
}

function anItem(changes: object = {}): object {
  const power = { type: 'read_write', permissions: ['uta_trade'], ips: ['192.0.2.10'] };
  return { apiKey: 'bg_1', note: 'rkabcdefghijklmn', ...power, ts: String(START.getTime()), ...changes };
}

const ORDER = {
  subAccount: '1001',
  label: 'rkabcdefghijklmn',
  permission: 'read',
  products: ['uta_mgt', 'uta_trade'],
  allowList: ['192.0.2.10'],
  passphrase: new Redacted('Passphrase24'),
} as const;

describe('the list', () => {
  test.each([
    ['the spelling `apikey`', { items: [{ ...anItem(), apiKey: undefined, apikey: 'bg_1' }] }],
    ['the name `list`', { list: [anItem()] }],
    ['`hasNext` as text', { items: [anItem()], hasNext: 'false', cursor: '1' }],
    ['`hasNext` null and no cursor', { items: [anItem()], hasNext: null, cursor: null }],
    [
      'a number as time and as cursor',
      { items: [anItem({ ts: START.getTime() })], hasNext: false, cursor: 7 },
    ],
    ['fields that nobody knows', { items: [anItem({ newField: { a: 1 } })], more: true }],
  ])('is understood with %s', async (_what, data) => {
    server.says(success(data));
    expect(await exchange.listKeys('1001')).toEqual([
      {
        keyId: 'bg_1',
        label: 'rkabcdefghijklmn',
        permission: 'trade',
        products: ['uta_trade'],
        allowList: ['192.0.2.10'],
        createdAt: START,
      },
    ]);
  });

  test.each([
    ['no note', { note: null }, { label: '' }],
    ['no allow-list', { ips: null }, { allowList: [] }],
    ['no permissions', { permissions: null }, { products: [] }],
    ['only the right to read', { type: 'read_only' }, { permission: 'read' }],
  ])('tells of a key with %s', async (_what, changes, listed) => {
    server.says(success({ items: [anItem(changes)] }));
    expect(await exchange.listKeys('1001')).toMatchObject([listed]);
  });

  test.each([
    ['nonsense', 'yesterday'],
    ['zero', '0'],
    ['a negative number', '-5'],
    ['more than a number can hold', '99999999999999999999'],
    ['null', null],
  ])('takes %s for no age', async (_what, ts) => {
    server.says(success({ items: [anItem({ ts })] }));
    expect((await exchange.listKeys('1001'))[0]).not.toHaveProperty('createdAt');
  });

  test('takes a time that no date can hold for no age', async () => {
    server.says(success({ items: [anItem({ ts: '8900000000000000' })] }));
    const [listed] = await exchange.listKeys('1001');
    expect(Number.isNaN(listed?.createdAt?.getTime())).toBe(false);
  });

  test('of no key is empty', async () => {
    server.says(success({ items: [], hasNext: false, cursor: '' }));
    expect(await exchange.listKeys('1001')).toEqual([]);
  });

  test.each([
    ['without a list', {}],
    ['with nothing at all', null],
    ['with a key that has no ID', { items: [anItem({ apiKey: '' })] }],
    ['with a key of unknown power', { items: [anItem({ type: 'everything' })] }],
    ['with text instead of a list', { items: 'canary' }],
  ])('is not believed %s: a key that is not seen would count as dead', async (_what, data) => {
    server.says(success(data));
    await expect(exchange.listKeys('1001')).rejects.toMatchObject({
      reason: 'ExchangeUnavailable',
      message: expect.stringMatching(/the answer is not as documented$/),
    });
  });

  test('asks page by page, each with the cursor of the one before, sorted and signed', async () => {
    const pages: Record<string, object> = {
      first: { items: [anItem()], hasNext: true, cursor: 'a+b' },
      'a+b': { items: [anItem({ apiKey: 'bg_2' })], hasNext: false, cursor: 'a+b' },
    };
    server.says(({ url }: Received) =>
      success(pages[new URL(url, 'http://x').searchParams.get('cursor') ?? 'first']),
    );
    expect((await exchange.listKeys('1001')).map(({ keyId }) => keyId)).toEqual(['bg_1', 'bg_2']);
    expect(server.received.map(({ url }) => url)).toEqual([
      '/api/v3/user/sub-api-list?limit=100&subUid=1001',
      '/api/v3/user/sub-api-list?cursor=a%2Bb&limit=100&subUid=1001',
    ]);
  });

  test('that does not end is not believed', async () => {
    let page = 0;
    server.says(() => {
      page += 1;
      return success({ items: [anItem()], hasNext: true, cursor: String(page) });
    });
    await expect(exchange.listKeys('1001')).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
    expect(page).toBeLessThanOrEqual(50);
  });

  test.each([
    ['says that there is more and not where', { hasNext: true, cursor: '' }],
    ['leads in a circle', { hasNext: true, cursor: 'same' }],
  ])('that %s is not believed: half a list would count keys as dead', async (_what, more) => {
    server.says(success({ items: [anItem()], ...more }));
    await expect(exchange.listKeys('1001')).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
  });
});

describe('a created key', () => {
  test('is asked for with every field of the page', async () => {
    server.says(success({ apiKey: 'bg_1', secret: 'canary' }));
    const key = await exchange.issueKey(ORDER);
    expect(key.keyId).toBe('bg_1');
    expect(key.secret?.reveal()).toBe('canary');
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      subUid: '1001',
      note: 'rkabcdefghijklmn',
      type: 'read_only',
      passphrase: 'Passphrase24',
      permissions: ['uta_mgt', 'uta_trade'],
      ips: ['192.0.2.10'],
    });
  });

  test('is understood under the spelling of the tables', async () => {
    server.says(success({ apikey: 'bg_1', secret: 'canary' }));
    expect((await exchange.issueKey(ORDER)).keyId).toBe('bg_1');
  });

  test.each([
    ['has no ID', success({ secret: 'canary' })],
    ['has no secret', success({ apiKey: 'bg_1' })],
    ['has an empty secret', success({ apiKey: 'bg_1', secret: '' })],
    ['is nothing', success(null)],
    ['is in no envelope', { apiKey: 'bg_1', secret: 'canary' }],
    ['has a code that is no code', { code: '<html>', data: { secret: 'canary' } }],
  ])('may exist although its answer %s', async (_what, answer) => {
    server.says(answer);
    const error = await exchange.issueKey(ORDER).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ reason: 'OutcomeUnknown' });
    expect(String(error)).not.toContain('canary');
  });

  test('may exist although its answer has a code that nobody knows', async () => {
    server.says({ code: '40010', msg: 'Request timed out', data: null }, 400);
    await expect(exchange.issueKey(ORDER)).rejects.toMatchObject({ reason: 'OutcomeUnknown' });
  });
});

describe('a deleted key', () => {
  test('is named by its ID and nothing else', async () => {
    server.says(success({}));
    await exchange.revokeKey({ subAccount: '1001', keyId: 'bg_1' });
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      url: '/api/v3/user/delete-sub-api',
      body: '{"apiKey":"bg_1"}',
    });
  });

  test('that Bitget does not know is gone', async () => {
    server.says({ code: '40065', msg: 'This subApikey does not exist', data: null }, 400);
    await expect(exchange.revokeKey({ subAccount: '1001', keyId: 'bg_1' })).resolves.toBeUndefined();
  });

  test.each(['40037', '40006'])('is not gone when Bitget does not know the caller (%s)', async (code) => {
    server.says({ code, msg: 'Apikey does not exist', data: null }, 400);
    await expect(exchange.revokeKey({ subAccount: '1001', keyId: 'bg_1' })).rejects.toMatchObject({
      reason: 'UnknownKey',
    });
  });
});

describe("a key's description of itself", () => {
  const info = {
    uid: '1001',
    parentId: '9000',
    ips: '192.0.2.10, 198.51.100.7',
    permType: 'read-only',
    permissions: ['uta_mgt'],
  };

  test.each([
    ['the name `uid`', {}, { accountId: '1001' }],
    ['the name `userId`', { uid: undefined, userId: '1001' }, { accountId: '1001' }],
    ['a number as id', { uid: 1001 }, { accountId: '1001' }],
    ['no id', { uid: undefined }, { accountId: '' }],
    ['spaces in the allow-list', {}, { allowList: ['192.0.2.10', '198.51.100.7'] }],
    ['no allow-list', { ips: null }, { allowList: [] }],
    ['an empty allow-list', { ips: '' }, { allowList: [] }],
    ['the other spelling of read-only', { permType: 'read_only' }, { permission: 'read' }],
    ['read and write', { permType: 'read-and-write' }, { permission: 'trade' }],
    ['a type that nobody knows, as the greater power', { permType: 'all' }, { permission: 'trade' }],
    ['the right to withdraw', { permissions: ['withdraw'] }, { mayWithdraw: true, products: [] }],
    ['a product that nobody knows', { permissions: ['x'] }, { mayWithdraw: false, products: ['x'] }],
  ])('is understood with %s', async (_what, changes, described) => {
    server.says(success({ ...info, ...changes }));
    expect(await exchange.describeKey(someCredentials())).toMatchObject(described);
  });

  test('is understood when one of the two id names is null', async () => {
    server.says(success({ ...info, uid: null, userId: '1001' }));
    expect((await exchange.describeKey(someCredentials())).accountId).toBe('1001');
  });

  test('without a permission type is not believed', async () => {
    server.says(success({ ...info, permType: undefined }));
    await expect(exchange.describeKey(someCredentials())).rejects.toMatchObject({
      reason: 'ExchangeUnavailable',
    });
  });

  test.each([
    ['of the main account has no parent', '', false],
    ['of the main account has the parent 0', 0, false],
    ['of the main account has a null parent', null, false],
    ['of a sub-account names its parent', '9000', true],
  ])('%s', async (_what, parentId, isSubAccount) => {
    server.says(success({ ...info, parentId }));
    expect((await exchange.describeManager()).isSubAccount).toBe(isSubAccount);
  });

  test.each([
    ['may manage keys with management, read and write', 'read-and-write', ['uta_mgt'], true],
    ['may not manage keys with management to read', 'read-only', ['uta_mgt'], false],
    ['may not manage keys without management', 'read-and-write', ['uta_trade'], false],
  ] as const)('of a manager %s', async (_what, ...[permType, permissions, may]) => {
    server.says(success({ ...info, permType, permissions }));
    expect((await exchange.describeManager()).mayManageKeys).toBe(may);
  });
});

test('calls of a demo account say so', async () => {
  const manager = async () => someCredentials();
  const demo = bitget({
    baseUrl: server.url,
    environment: 'demo',
    manager,
    time: new FixedTime(),
    http: new Http(sendOverNetwork, new FixedTime()),
  });
  server.says(success({ items: [] }));
  await demo.listKeys('1001');
  expect(server.received[0]?.headers.paptrading).toBe('1');
});

test('a code in a number counts like one in text', async () => {
  server.says({ code: 40037, data: null }, 400);
  await expect(exchange.listKeys('1001')).rejects.toMatchObject({ reason: 'UnknownKey' });
});
