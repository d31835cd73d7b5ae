import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/index.ts';
import {
  type BitgetCaller,
  bitgetCaller,
  keyWish,
  makeKey,
  manage,
  order,
  startTestSimulator,
} from './support.ts';

let simulator: Simulator;
let manager: BitgetCaller;
let subUid: string;
beforeEach(async () => {
  simulator = await startTestSimulator({ hostility: false });
  simulator.clock.freeze();
  manager = bitgetCaller(simulator);
  subUid = simulator.subAccounts[0] ?? '';
});
afterEach(() => simulator.stop());

const create = 'POST /api/v3/user/create-sub-api';
const remove = 'POST /api/v3/user/delete-sub-api';
const list = 'GET /api/v3/user/sub-api-list';
const info = 'GET /api/v3/account/info';

/** The keys that the API made and nobody deleted. */
async function madeKeys(): Promise<
  { apiKey: string; subAccount: string; permissions: string[]; ips: string[] }[]
> {
  const { keys } = (await manage(simulator, 'GET /keys')).body;
  return keys.filter(
    (key: { madeBy: string; deletedAt: null }) => key.madeBy === 'api' && key.deletedAt === null,
  );
}

describe('a fault that keeps the request from the exchange', () => {
  it.each([
    [
      { fault: 'refuse', code: '40725' },
      { status: 400, code: '40725', data: null },
    ],
    [{ fault: 'throttle' }, { status: 429, code: '429', data: null }],
    [{ fault: 'unavailable' }, { status: 503, text: expect.stringContaining('<html>'), code: undefined }],
  ])('%j has no effect', async (fault, expected) => {
    await order(simulator, { ...fault, route: 'create-sub-api', count: 1 });
    expect(await manager(create, keyWish(subUid))).toMatchObject(expected);
    expect(await madeKeys()).toEqual([]);
    expect((await manager(create, keyWish(subUid))).code).toBe('00000');
  });

  it('lose-request cuts the connection before anything happens', async () => {
    await order(simulator, { fault: 'lose-request', count: 1 });
    await expect(manager(create, keyWish(subUid))).rejects.toThrow();
    expect(await madeKeys()).toEqual([]);
  });
});

describe('a fault that spoils the answer', () => {
  it('lose-answer cuts the connection after the effect', async () => {
    await order(simulator, { fault: 'lose-answer', route: 'create-sub-api', count: 1 });
    await expect(manager(create, keyWish(subUid))).rejects.toThrow();
    expect(await madeKeys()).toHaveLength(1);
  });

  it('hang leaves the caller waiting after the effect', async () => {
    await order(simulator, { fault: 'hang', count: 1 });
    const outcome = await Promise.race([
      manager(create, keyWish(subUid)).then(
        () => 'answered',
        () => 'cut',
      ),
      until(async () => (await madeKeys()).length === 1).then(() => 'waiting'),
    ]);
    expect(outcome).toBe('waiting');
  });

  it('garbage cuts the answer in half', async () => {
    await order(simulator, { fault: 'garbage', count: 1 });
    const reply = await manager(create, keyWish(subUid));
    expect(reply.status).toBe(200);
    expect(() => JSON.parse(reply.text)).toThrow(SyntaxError);
    expect(await madeKeys()).toHaveLength(1);
  });

  it('refuse-after-effect says no although it is done', async () => {
    await order(simulator, { fault: 'refuse-after-effect', code: '45001', count: 1 });
    expect(await manager(create, keyWish(subUid))).toMatchObject({ status: 400, code: '45001' });
    expect(await madeKeys()).toHaveLength(1);
  });

  it('slow delays the answer in real time, even of a frozen clock', async () => {
    await order(simulator, { fault: 'slow', ms: 80, count: 1 });
    const begun = performance.now();
    expect((await manager(info)).code).toBe('00000');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(75);
  });
});

describe('the scope of a fault', () => {
  it('is its route, its count and the requests it lets pass', async () => {
    await order(simulator, { fault: 'refuse', code: '40015', route: 'account-info', after: 1, count: 2 });
    expect((await manager(list, { query: { subUid } })).code).toBe('00000');
    const codes: (string | undefined)[] = [];
    for (let call = 0; call < 4; call += 1) codes.push((await manager(info)).code);
    expect(codes).toEqual(['00000', '40015', '40015', '00000']);
    expect((await manage(simulator, 'GET /faults')).body.faults).toEqual([]);
  });

  it('may be a chance, which follows from the seed', async () => {
    const draw = async () => {
      await manage(simulator, 'POST /reset');
      await order(simulator, { fault: 'refuse', code: '40015', probability: 0.5 });
      const codes: (string | undefined)[] = [];
      for (let call = 0; call < 20; call += 1) codes.push((await manager(info)).code);
      return codes;
    };
    const first = await draw();
    expect(new Set(first)).toEqual(new Set(['00000', '40015']));
    expect(await draw()).toEqual(first);
  });

  it('ends when it is cleared, by name or with all others', async () => {
    await order(simulator, { fault: 'throttle' });
    await order(simulator, { fault: 'refuse', code: '40015', count: 3 });
    await order(simulator, { clear: 'throttle' });
    expect((await manager(info)).code).toBe('40015');
    expect((await manage(simulator, 'GET /faults')).body).toEqual({
      hostility: false,
      faults: [{ fault: 'refuse', code: '40015', count: 2 }],
    });
    await order(simulator, { clear: true });
    expect((await manager(info)).code).toBe('00000');
  });

  it.each([
    [{}, '"fault" must be one of refuse,'],
    [{ fault: 'explode' }, '"fault" must be one of refuse,'],
    [{ fault: 'refuse' }, '"refuse" needs "code"'],
    [{ fault: 'refuse', code: '99999' }, '"99999" is not one of Bitget’s codes'],
    [{ fault: 'slow-activation' }, '"slow-activation" needs "ms" or "calls"'],
    [{ fault: 'firewall' }, '"firewall" makes no sense at this exchange, whose faults are: refuse,'],
    [{ fault: 'extra-permission', permission: 'canTrade' }, '"permission" must be one of uta_mgt,'],
    [{ fault: 'hang', route: 'create' }, '"route" must be one of create-sub-api,'],
    [{ fault: 'hang', count: 0 }, '"count" must be a whole number of at least 1'],
    [{ fault: 'hang', probability: 2 }, '"probability" must be between 0 and 1'],
    [{ fault: 'hang', times: 1 }, 'unknown field "times"'],
    [{ fault: 'slow', ms: -1 }, '"ms" must not be negative'],
    [{ fault: 'clock-skew', ms: 1, count: 1 }, '"clock-skew" holds for the whole exchange'],
    [{ clear: 'explode' }, '"clear" must be true or the name of a fault'],
    [{ hostility: 'no' }, '"hostility" must be true or false'],
  ])('is refused when it makes no sense: %j', async (fault, message) => {
    const { status, body } = await manage(simulator, 'POST /faults', fault);
    expect(status).toBe(400);
    expect(body.error.replace("'", '’')).toContain(message);
    expect((await manage(simulator, 'GET /faults')).body.faults).toEqual([]);
  });
});

describe('the exchange’s clock', () => {
  it('is off by clock-skew, in its answers and in what it takes for a timestamp', async () => {
    await order(simulator, { fault: 'clock-skew', ms: 60_000 });
    expect((await manager(info)).code).toBe('40008');
    const { data } = await manager('GET /api/v2/public/time');
    expect(data.serverTime).toBe(String(simulator.clock.now() + 60_000));
    expect((await manager(info, { timestamp: data.serverTime })).code).toBe('00000');
    await makeKeyBySkewedClock(data.serverTime);
    const listed = await manager(list, { query: { subUid }, timestamp: data.serverTime });
    expect(listed.data.items[0].ts).toBe(data.serverTime);
  });

  async function makeKeyBySkewedClock(timestamp: string) {
    expect((await manager(create, { ...keyWish(subUid), timestamp })).code).toBe('00000');
  }
});

describe('a new or deleted key', () => {
  it('works or is dead at once without a fault, also when the clock is set back', async () => {
    const kept = await makeKey(manager, subUid);
    const dead = await makeKey(manager, subUid);
    await manager(remove, { body: { apiKey: dead.apiKey } });
    simulator.clock.advance(-86_400_000);
    expect((await bitgetCaller(simulator, kept)(info)).code).toBe('00000');
    expect((await bitgetCaller(simulator, dead)(info)).code).toBe('40037');
    const { items } = (await manager(list, { query: { subUid } })).data;
    expect(items.map(({ apiKey }: { apiKey: string }) => apiKey)).toEqual([kept.apiKey]);
  });

  it('is unknown for so many calls under slow-activation', async () => {
    await order(simulator, { fault: 'slow-activation', calls: 2, count: 1 });
    const call = bitgetCaller(simulator, await makeKey(manager, subUid));
    const codes = [(await call(info)).code, (await call(info)).code, (await call(info)).code];
    expect(codes).toEqual(['40037', '40037', '00000']);
    const prompt = bitgetCaller(simulator, await makeKey(manager, subUid));
    expect((await prompt(info)).code).toBe('00000');
  });

  it('is unknown for so long under slow-activation', async () => {
    await order(simulator, { fault: 'slow-activation', ms: 5_000 });
    const call = bitgetCaller(simulator, await makeKey(manager, subUid));
    simulator.clock.advance(4_999);
    expect((await call(info)).code).toBe('40037');
    simulator.clock.advance(1);
    expect((await call(info)).code).toBe('00000');
  });

  it('goes on working for so long under slow-revocation, though the list no longer shows it', async () => {
    await order(simulator, { fault: 'slow-revocation', ms: 5_000 });
    const key = await makeKey(manager, subUid);
    expect((await manager(remove, { body: { apiKey: key.apiKey } })).code).toBe('00000');
    expect((await manager(list, { query: { subUid } })).data.items).toEqual([]);
    simulator.clock.advance(4_999);
    expect((await bitgetCaller(simulator, key)(info)).code).toBe('00000');
    simulator.clock.advance(1);
    expect((await bitgetCaller(simulator, key)(info)).code).toBe('40037');
  });

  it('is listed late, and too long, under stale-list', async () => {
    await order(simulator, { fault: 'stale-list', ms: 5_000 });
    const key = await makeKey(manager, subUid);
    const listed = async () => (await manager(list, { query: { subUid } })).data.items.length;
    expect(await listed()).toBe(0);
    simulator.clock.advance(5_000);
    expect(await listed()).toBe(1);
    await manager(remove, { body: { apiKey: key.apiKey } });
    expect(await listed()).toBe(1);
    expect((await bitgetCaller(simulator, key)(info)).code).toBe('40037');
    simulator.clock.advance(5_000);
    expect(await listed()).toBe(0);
  });
});

describe('a key that is not what was asked for', () => {
  it.each([
    ['the other permission', { fault: 'extra-permission' }, ['uta_trade', 'uta_mgt']],
    [
      'the named permission',
      { fault: 'extra-permission', permission: 'withdraw' },
      ['uta_trade', 'withdraw'],
    ],
  ])('has %s under extra-permission, which only reading it back shows', async (_, fault, permissions) => {
    await order(simulator, fault);
    const { data } = await manager(create, keyWish(subUid));
    expect(data.permissions).toEqual(['uta_trade']);
    expect((await manager(list, { query: { subUid } })).data.items[0].permissions).toEqual(permissions);
    const own = bitgetCaller(simulator, { ...data, password: 'passphrase1' });
    expect((await own(info)).data.permissions).toEqual(permissions);
  });

  it('has no allow-list under drop-allow-list', async () => {
    await order(simulator, { fault: 'drop-allow-list' });
    const { data } = await manager(create, keyWish(subUid));
    expect(data.ips).toEqual(['127.0.0.1']);
    expect((await madeKeys())[0]?.ips).toEqual([]);
    const own = bitgetCaller(simulator, { ...data, password: 'passphrase1' });
    expect((await own(info, { headers: { 'x-simulated-source-address': '203.0.113.9' } })).data.ips).toBe('');
  });

  it('belongs to another sub-account under wrong-sub-account', async () => {
    await order(simulator, { fault: 'wrong-sub-account' });
    const key = await makeKey(manager, subUid);
    expect((await manager(list, { query: { subUid } })).data.items).toEqual([]);
    const { data } = await bitgetCaller(simulator, key)(info);
    expect(data.uid).not.toBe(subUid);
    expect(simulator.subAccounts).toContain(data.uid);
  });
});

describe('a rule that the documents leave open', () => {
  it('bind-ip-first keeps a manager without an allow-list from managing keys', async () => {
    await order(simulator, { fault: 'bind-ip-first' });
    const { body } = await manage(simulator, 'POST /keys', { permissions: ['uta_mgt'] });
    expect((await bitgetCaller(simulator, body)(create, keyWish(subUid))).code).toBe('22010');
    expect((await manager(create, keyWish(subUid))).code).toBe('00000');
  });

  it('ignore-allow-list lets a sub-account’s key be used from anywhere, and not the manager', async () => {
    const key = await makeKey(manager, subUid);
    await order(simulator, { fault: 'ignore-allow-list' });
    const headers = { 'x-simulated-source-address': '203.0.113.9' };
    expect((await bitgetCaller(simulator, key)(info, { headers })).code).toBe('00000');
    expect((await manager(info, { headers })).code).toBe('40018');
  });

  it('other-names answers with the names that client libraries know', async () => {
    await makeKey(manager, subUid);
    await order(simulator, { fault: 'other-names' });
    expect((await manager(info)).data).toMatchObject({ userId: expect.any(String) });
    const keys = (await manager(list, { query: { subUid } })).data;
    expect(keys).toMatchObject({ list: [expect.any(Object)], hasNext: 'false' });
    await manager('POST /api/v3/user/freeze-sub', { body: { subUid, operation: 'freeze' } });
    const subAccounts = (await manager('GET /api/v3/user/sub-list')).data;
    expect(subAccounts.list).toContainEqual(
      expect.objectContaining({ subUid, status: 'frozen', type: 'virtual' }),
    );
  });

  it('omit-ts lists keys without their time', async () => {
    await makeKey(manager, subUid);
    await order(simulator, { fault: 'omit-ts', count: 1 });
    expect((await manager(list, { query: { subUid } })).data.items[0]).not.toHaveProperty('ts');
    expect((await manager(list, { query: { subUid } })).data.items[0]).toHaveProperty('ts');
  });

  it('page-size makes pages smaller than asked for', async () => {
    for (let count = 0; count < 3; count += 1) await makeKey(manager, subUid);
    await order(simulator, { fault: 'page-size', size: 2 });
    const { data } = await manager(list, { query: { subUid, limit: '100' } });
    expect(data).toMatchObject({ hasNext: true, items: [{}, {}] });
    const rest = await manager(list, { query: { subUid, cursor: data.cursor } });
    expect(rest.data).toMatchObject({ hasNext: false, items: [{}] });
    expect((await manager('GET /api/v3/user/sub-list')).data.hasNext).toBe(true);
  });
});

describe('hostility', () => {
  it('is on by default, until it is switched off', async () => {
    await manage(simulator, 'POST /faults', { hostility: true });
    const permissions = ['uta_mgt', 'uta_trade'];
    await makeKey(manager, subUid, { permissions, ips: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] });
    const observe = async () => {
      const texts: string[] = [];
      const names = new Set<string>();
      for (let call = 0; call < 12; call += 1) {
        const [item] = (await manager(list, { query: { subUid } })).data.items;
        texts.push(`${item.permissions} ${item.ips}`);
        for (const name of Object.keys(item)) names.add(name);
        expect([...item.permissions].sort()).toEqual(permissions);
      }
      return { orders: new Set(texts).size, names: names.size };
    };
    const hostile = await observe();
    expect(hostile.orders).toBeGreaterThan(1);
    expect(hostile.names).toBeGreaterThan(6);
    await manage(simulator, 'POST /faults', { hostility: false });
    expect(await observe()).toEqual({ orders: 1, names: 6 });
    await order(simulator, { fault: 'reorder', route: 'sub-api-list' });
    expect((await observe()).orders).toBeGreaterThan(1);
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
