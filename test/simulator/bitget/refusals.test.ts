import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bitget } from '../../../simulator/bitget/simulate-bitget.ts';
import { SimulatorClock } from '../../../simulator/clock.ts';
import { FaultBoard } from '../../../simulator/fault-board.ts';
import type { Credentials, Simulator } from '../../../simulator/index.ts';
import { SeededRandom } from '../../../simulator/random.ts';
import { type Attempt, bitgetCaller, keyWish, makeKey, manage, startTestSimulator } from '../support.ts';

let simulator: Simulator;
let subUid: string;
let common: string;
let classic: string;
beforeAll(async () => {
  simulator = await startTestSimulator();
  subUid = simulator.subAccounts[0] ?? '';
  const { data } = await bitgetCaller(simulator)('GET /api/v3/user/sub-list');
  const find = (wanted: object) =>
    data.list.find((entry: object) =>
      Object.entries(wanted).every(([name, value]) => Reflect.get(entry, name) === value),
    );
  common = find({ type: 'COMMON' }).subUid;
  classic = find({ accountMode: 'CLASSIC' }).subUid;
});
afterAll(() => simulator.stop());

const info = 'GET /api/v3/account/info';
const create = 'POST /api/v3/user/create-sub-api';
const update = 'POST /api/v3/user/update-sub-api';
const remove = 'POST /api/v3/user/delete-sub-api';
const list = 'GET /api/v3/user/sub-api-list';
const freeze = 'POST /api/v3/user/freeze-sub';
const placeOrder = 'POST /api/v3/trade/place-order';

/** A key as a person makes it at the website, and a caller that uses it. */
async function handMade(fields: object): Promise<Credentials> {
  const { status, body } = await manage(simulator, 'POST /keys', fields);
  if (status !== 201) throw new Error(body.error);
  return body;
}

function emptyBody(call: string): Attempt {
  return call.startsWith('POST') ? { body: {} } : {};
}

/** `by` names the key that calls; absent: the manager. */
async function expectRefusal(call: string, { by, ...attempt }: Attempt & { by?: Credentials }, code: string) {
  const reply = await bitgetCaller(simulator, by)(call, attempt);
  expect(reply).toMatchObject({ status: 400, code, data: null });
  expect(reply.msg).not.toMatch(/[{}]/);
}

describe('who calls', () => {
  it.each<[string, Attempt['headers'], string]>([
    ['no key', { 'ACCESS-KEY': undefined }, '40001'],
    ['no signature', { 'ACCESS-SIGN': undefined }, '40002'],
    ['an empty signature', { 'ACCESS-SIGN': '' }, '40003'],
    ['no passphrase', { 'ACCESS-PASSPHRASE': undefined }, '40011'],
    ['no timestamp', { 'ACCESS-TIMESTAMP': undefined }, '40005'],
    ['a timestamp that is no number', { 'ACCESS-TIMESTAMP': '2026-01-01T00:00:00Z' }, '40005'],
    ['a timestamp in seconds', { 'ACCESS-TIMESTAMP': '1767225600' }, '40008'],
    ['a key that is not formed like one', { 'ACCESS-KEY': 'not-a-key' }, '40006'],
    ['a key that nobody has', { 'ACCESS-KEY': 'bg_00000000000000000000000000000000' }, '40037'],
    ['a wrong passphrase', { 'ACCESS-PASSPHRASE': 'another99' }, '40012'],
    ['a wrong signature', { 'ACCESS-SIGN': 'AAAA' }, '40009'],
    ['an address that is not on the allow-list', { 'x-simulated-source-address': '203.0.113.9' }, '40018'],
    ['a live key in the demo environment', { paptrading: '1' }, '40099'],
  ])('refuses %s', async (_, headers, code) => {
    await expectRefusal(info, { headers: headers ?? {} }, code);
  });

  it('refuses a deleted key as unknown, with the time as text', async () => {
    const key = await makeKey(bitgetCaller(simulator), subUid);
    await bitgetCaller(simulator)(remove, { body: { apiKey: key.apiKey } });
    const reply = await bitgetCaller(simulator, key)(info);
    expect(JSON.parse(reply.text)).toMatchObject({
      code: '40037',
      msg: 'Apikey does not exist',
      requestTime: expect.stringMatching(/^\d{13}$/),
      data: null,
    });
  });

  it('refuses a demo key in the live environment and takes it in its own', async () => {
    const key = await handMade({ subAccount: subUid, environment: 'demo' });
    await expectRefusal(info, { by: key }, '40099');
    expect((await bitgetCaller(simulator, key)(info, { headers: { paptrading: '1' } })).code).toBe('00000');
  });

  it('takes a key without an allow-list from any address', async () => {
    const key = await handMade({ subAccount: subUid, ips: [] });
    const headers = { 'x-simulated-source-address': '203.0.113.9' };
    expect((await bitgetCaller(simulator, key)(info, { headers })).code).toBe('00000');
  });

  it('refuses the keys of a frozen sub-account until it is unfrozen', async () => {
    const frozen = simulator.subAccounts[1] ?? '';
    const manager = bitgetCaller(simulator);
    const key = await makeKey(manager, frozen);
    await manager(freeze, { body: { subUid: frozen, operation: 'freeze' } });
    await expectRefusal(info, { by: key }, '40024');
    const { data } = await manager('GET /api/v3/user/sub-list');
    expect(data.list.find((entry: { subUid: string }) => entry.subUid === frozen).status).toBe('freeze');
    await manager(freeze, { body: { subUid: frozen, operation: 'unfreeze' } });
    expect((await bitgetCaller(simulator, key)(info)).code).toBe('00000');
  });
});

describe('what a key may do', () => {
  it.each([
    [create, 'read_write', ['uta_trade']],
    [create, 'read_only', ['uta_mgt', 'uta_trade']],
    [update, 'read_only', ['uta_mgt']],
    [remove, 'read_only', ['uta_mgt']],
    [freeze, 'read_only', ['uta_mgt']],
    [list, 'read_write', ['uta_trade', 'withdraw']],
    ['GET /api/v3/user/sub-list', 'read_write', ['uta_trade']],
    ['GET /api/v3/account/settings', 'read_write', ['uta_trade']],
    ['GET /api/v3/account/assets', 'read_write', ['uta_trade']],
    ['GET /api/v3/account/withdrawal-records', 'read_write', ['uta_trade']],
    ['GET /api/v3/account/sub-transfer-record', 'read_write', ['uta_trade']],
    ['GET /api/v3/trade/history-orders', 'read_write', ['uta_mgt']],
    [placeOrder, 'read_write', ['uta_mgt']],
    [placeOrder, 'read_only', ['uta_trade']],
  ])('refuses %s to a key with %s %j', async (call, type, permissions) => {
    const by = await handMade({ mayWrite: type === 'read_write', permissions });
    await expectRefusal(call, { by, ...emptyBody(call) }, '40014');
    await manage(simulator, `DELETE /keys/${by.apiKey}`);
  });

  it('tells any key about itself', async () => {
    const key = await handMade({ subAccount: subUid, mayWrite: false, permissions: [] });
    expect((await bitgetCaller(simulator, key)(info)).data).toMatchObject({ uid: subUid, permissions: [] });
  });

  it.each([
    create,
    update,
    remove,
    freeze,
    list,
    'GET /api/v3/user/sub-list',
    'GET /api/v3/account/sub-transfer-record',
  ])('refuses %s to a sub-account’s key, whatever its permissions', async (call) => {
    const by = await handMade({
      subAccount: simulator.subAccounts[2],
      permissions: ['uta_mgt', 'uta_trade'],
    });
    await expectRefusal(call, { by, ...emptyBody(call) }, '40048');
    await manage(simulator, `DELETE /keys/${by.apiKey}`);
  });
});

describe('a new key', () => {
  it.each([
    ['no note', { note: undefined }, '40019'],
    ['an empty note', { note: '' }, '40019'],
    ['a note of 21 characters', { note: 'a'.repeat(21) }, '40056'],
    ['a note that starts with a digit', { note: '1rekey' }, '40056'],
    ['a note with a comma', { note: 'rk,1' }, '40056'],
    ['a note that is no text', { note: 7 }, '40017'],
    ['a passphrase of 7 characters', { passphrase: 'short12' }, '40070'],
    ['a passphrase of 33 characters', { passphrase: 'a'.repeat(33) }, '40070'],
    ['a passphrase with a hyphen', { passphrase: 'pass-phrase' }, '40070'],
    ['an unknown type', { type: 'admin' }, '40017'],
    ['no permissions', { permissions: undefined }, '40019'],
    ['an empty list of permissions', { permissions: [] }, '40040'],
    ['an unknown permission', { permissions: ['spot_trade'] }, '40040'],
    ['the withdraw permission', { permissions: ['uta_trade', 'withdraw'] }, '40040'],
    ['permissions that are no list', { permissions: 'uta_trade' }, '40017'],
    ['no allow-list', { ips: undefined }, '40019'],
    ['an empty allow-list', { ips: [] }, '40019'],
    ['an IPv6 address', { ips: ['2001:db8::1'] }, '40057'],
    ['a block of addresses', { ips: ['192.0.2.0/24'] }, '40057'],
    ['31 addresses', { ips: Array.from({ length: 31 }, (_, index) => `192.0.2.${index}`) }, '40058'],
    ['no sub-account', { subUid: undefined }, '40019'],
    ['a sub-account that is not ours', { subUid: '1' }, '40028'],
  ])('is refused with %s', async (_, changes, code) => {
    const before = (await manage(simulator, 'GET /keys')).body.keys.length;
    await expectRefusal(create, keyWish(subUid, changes), code);
    expect((await manage(simulator, 'GET /keys')).body.keys).toHaveLength(before);
  });

  it('is refused for a sub-account that is not virtual, and for a classic one', async () => {
    await expectRefusal(create, keyWish(common), '40066');
    await expectRefusal(create, keyWish(classic), '25245');
    await expectRefusal(list, { query: { subUid: classic } }, '25245');
    expect((await bitgetCaller(simulator)(list, { query: { subUid: common } })).code).toBe('00000');
  });

  it('is refused when the sub-account has ten, and possible again when one is gone', async () => {
    const crowded = simulator.subAccounts[2] ?? '';
    const call = bitgetCaller(simulator);
    const keys: Credentials[] = [];
    for (let count = 0; count < 10; count += 1) keys.push(await makeKey(call, crowded));
    await expectRefusal(create, keyWish(crowded), '40063');
    await call(remove, { body: { apiKey: keys[3]?.apiKey } });
    expect((await call(create, keyWish(crowded))).code).toBe('00000');
    await expectRefusal(create, keyWish(crowded), '40063');
  });
});

describe('an existing key', () => {
  it.each([
    ['deleted', remove],
    ['changed', update],
  ])('that does not exist, is gone already or is the main account’s cannot be %s', async (_, call) => {
    const { apiKey } = await makeKey(bitgetCaller(simulator), subUid);
    await bitgetCaller(simulator)(remove, { body: { apiKey } });
    for (const wrong of ['bg_0123456789abcdef', apiKey, simulator.manager.apiKey])
      await expectRefusal(call, { body: { apiKey: wrong, passphrase: 'passphrase1' } }, '40065');
    await expectRefusal(call, { body: {} }, '40019');
  });

  it.each([
    ['the wrong passphrase', { passphrase: 'another99' }, '40036'],
    ['no passphrase', { passphrase: undefined }, '40019'],
    ['a passphrase that cannot be one', { passphrase: '?' }, '40070'],
    ['a type without permissions', { type: 'read_only' }, '40019'],
    ['permissions without a type', { permissions: ['uta_mgt'] }, '40019'],
    ['the withdraw permission', { type: 'read_write', permissions: ['withdraw'] }, '40040'],
    ['an address that is none', { ips: ['localhost'] }, '40057'],
  ])('is not changed with %s', async (_, changes, code) => {
    const { apiKey } = await makeKey(bitgetCaller(simulator), subUid);
    await expectRefusal(update, { body: { apiKey, passphrase: 'passphrase1', ...changes } }, code);
    const { keys } = (await manage(simulator, 'GET /keys')).body;
    expect(keys.find((key: { apiKey: string }) => key.apiKey === apiKey)).toMatchObject({
      mayWrite: true,
      permissions: ['uta_trade'],
      ips: ['127.0.0.1'],
    });
    await bitgetCaller(simulator)(remove, { body: { apiKey } });
  });
});

describe('a request', () => {
  it.each([
    'GET /api/v3/user/create-sub-api',
    'PUT /api/v3/account/info',
    'POST /api/v3/account/info',
    'GET /api/v3/public/time',
    'GET /api/v3/user/api/v3/user/sub-api-list',
    'GET /',
  ])('to the unknown route %s gets 404 in the exchange’s own envelope', async (call) => {
    const reply = await bitgetCaller(simulator)(call);
    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.text)).toMatchObject({
      code: '40404',
      msg: 'Request URL NOT FOUND',
      requestTime: expect.any(Number),
      data: null,
    });
  });

  it.each<[string, Attempt, string]>([
    // A body of another type; none; one that is a list.
    [create, { body: {}, headers: { 'Content-Type': 'text/plain' } }, '40007'],
    [create, {}, '40017'],
    [create, { body: [] }, '40017'],
    ['GET /api/v3/user/sub-list', { query: { limit: '0' } }, '40053'],
    ['GET /api/v3/user/sub-list', { query: { limit: '101' } }, '40053'],
    ['GET /api/v3/user/sub-list', { query: { cursor: 'x' } }, '40017'],
    ['GET /api/v3/account/withdrawal-records', {}, '40019'],
    ['GET /api/v3/account/sub-transfer-record', { query: { role: 'thief' } }, '40017'],
    ['GET /api/v3/account/sub-transfer-record', { query: { startTime: '1600000000000' } }, '40017'],
    ['GET /api/v3/account/sub-transfer-record', { query: { subUid: '1' } }, '40028'],
    ['GET /api/v3/account/sub-transfer-record', { query: { cursor: 'x' } }, '40017'],
    ['GET /api/v3/trade/history-orders', {}, '40019'],
    ['GET /api/v3/trade/history-orders', { query: { category: 'OPTIONS' } }, '40017'],
    [freeze, { body: { subUid: '1', operation: 'freeze' } }, '40028'],
  ])('%s with %j is refused with %s', async (call, attempt, code) => {
    await expectRefusal(call, attempt, code);
  });

  it('with an operation or a cursor that is none is refused', async () => {
    await expectRefusal(freeze, { body: { subUid, operation: 'thaw' } }, '40017');
    await expectRefusal(list, { query: { subUid, cursor: 'x' } }, '40017');
  });

  it.each([
    ['an unknown pair', { symbol: 'XXXUSDT' }, '25100'],
    ['a limit order without a price', { orderType: 'limit' }, '40019'],
    ['a quantity of nothing', { qty: '0' }, '40017'],
    ['more money than there is', { qty: '100000000' }, '25202'],
  ])('for an order with %s is refused', async (_, changes, code) => {
    const order = { category: 'SPOT', symbol: 'BTCUSDT', side: 'buy', orderType: 'market', qty: '10' };
    await expectRefusal(placeOrder, { body: { ...order, ...changes } }, code);
  });
});

describe('the rate limit', () => {
  it('refuses the eleventh list of one UID within a second, whichever key calls', async () => {
    const limited = await startTestSimulator({ rateLimits: true });
    limited.clock.freeze();
    const { body } = await manage(limited, 'POST /keys', { permissions: ['uta_mgt'] });
    const callers = [bitgetCaller(limited), bitgetCaller(limited, body)];
    const query = { subUid: limited.subAccounts[0] ?? '' };
    for (let count = 0; count < 10; count += 1) {
      const reply = await callers[count % 2]?.(list, { query });
      expect(reply?.headers.get('x-mbx-used-remain-limit')).toBe(String(9 - count));
    }
    const refused = await callers[0]?.(list, { query });
    expect(refused).toMatchObject({ status: 429, code: '429', msg: 'Too Many Requests', data: null });
    expect((await callers[0]?.(info))?.code).toBe('00000');
    limited.clock.advance(1_000);
    expect((await callers[0]?.(list, { query }))?.code).toBe('00000');
    await limited.stop();
  });

  it('shuts an address out for five minutes after 6000 calls in a minute', () => {
    const clock = new SimulatorClock();
    clock.freeze();
    const faults = new FaultBoard(new SeededRandom(7, 'faults'), { hostile: false, known: bitget.faults });
    const exchange = bitget.simulate({ seed: 7, clock, faults, rateLimits: true, subAccounts: 3 });
    const request = {
      method: 'GET',
      path: '/nowhere',
      query: '',
      headers: {},
      body: '',
      address: '192.0.2.1',
    };
    for (let count = 0; count < 6_000; count += 1)
      expect(exchange.answer(request, clock.now()).code).toBe('40404');
    expect(exchange.answer(request, clock.now())).toMatchObject({ status: 429, code: '429' });
    expect(exchange.answer({ ...request, address: '192.0.2.2' }, clock.now()).code).toBe('40404');
    clock.advance(299_999);
    expect(exchange.answer(request, clock.now()).code).toBe('429');
    clock.advance(1);
    expect(exchange.answer(request, clock.now()).code).toBe('40404');
  });
});
