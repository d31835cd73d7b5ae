import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/index.ts';
import { bitgetCaller, keyWish, makeKey, manage, order, startTestSimulator } from './support.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startTestSimulator({ hostility: false });
});
afterEach(() => simulator.stop());

const info = 'GET /api/v3/account/info';

describe('the keys', () => {
  it('are shown with all they were and are, and without a secret or passphrase', async () => {
    simulator.clock.freeze();
    simulator.clock.set(Date.parse('2026-03-01T00:00:00Z'));
    const manager = bitgetCaller(simulator);
    const [subUid = ''] = simulator.subAccounts;
    const key = await makeKey(manager, subUid);
    await bitgetCaller(simulator, key)(info);
    simulator.clock.advance(1_000);
    await bitgetCaller(simulator, key)(info, { headers: { 'ACCESS-SIGN': 'forged' } });
    await manager('POST /api/v3/user/delete-sub-api', { body: { apiKey: key.apiKey } });
    const { keys } = (await manage(simulator, 'GET /keys')).body;
    expect(keys.at(-1)).toEqual({
      apiKey: key.apiKey,
      label: 'rk-test',
      subAccount: subUid,
      permissions: ['uta_trade'],
      mayWrite: true,
      ips: ['127.0.0.1'],
      environment: 'live',
      madeBy: 'api',
      createdAt: '2026-03-01T00:00:00.000Z',
      deletedAt: '2026-03-01T00:00:01.000Z',
      lastUsedAt: '2026-03-01T00:00:00.000Z',
      uses: 1,
    });
    expect(keys[0]).toMatchObject({
      apiKey: simulator.manager.apiKey,
      subAccount: null,
      madeBy: 'website',
      uses: 2,
    });
    const shown = JSON.stringify(keys);
    const { manager: own } = simulator;
    for (const hidden of [key.secret, key.password, own.secret, own.password])
      expect(shown).not.toContain(hidden);
  });

  it('begin with one manager that is bound to this machine and cannot withdraw', async () => {
    expect((await manage(simulator, 'GET /keys')).body.keys).toMatchObject([
      { subAccount: null, mayWrite: true, permissions: ['uta_mgt', 'uta_trade'], ips: ['127.0.0.1'] },
    ]);
    expect(simulator.subAccounts).toHaveLength(3);
    for (const uid of simulator.subAccounts) expect(uid).toMatch(/^[1-9]\d{9}$/);
  });
});

describe('a person at the website', () => {
  it('makes a key that works at once, with what the API would never give', async () => {
    const wish = {
      label: 'old manager',
      permissions: ['uta_mgt', 'withdraw'],
      ips: [],
      apiKey: 'bg_oldmanager',
    };
    const { status, body } = await manage(simulator, 'POST /keys', wish);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...wish,
      subAccount: null,
      madeBy: 'website',
      password: expect.any(String),
    });
    const { data } = await bitgetCaller(simulator, body)(info);
    expect(data.permissions).toEqual(['uta_mgt', 'withdraw']);
  });

  it('changes and deletes keys of any account', async () => {
    const key = await makeKey(bitgetCaller(simulator), simulator.subAccounts[0] ?? '');
    const changed = await manage(simulator, `PATCH /keys/${key.apiKey}`, {
      permissions: ['uta_mgt', 'uta_trade'],
      ips: [],
    });
    expect(changed.body).toMatchObject({
      permissions: ['uta_mgt', 'uta_trade'],
      ips: [],
      mayWrite: true,
    });
    expect((await bitgetCaller(simulator, key)(info)).data.ips).toBe('');
    expect((await manage(simulator, `DELETE /keys/${key.apiKey}`)).body.deletedAt).not.toBeNull();
    expect((await bitgetCaller(simulator, key)(info)).code).toBe('40037');
    expect(await manage(simulator, `DELETE /keys/${key.apiKey}`)).toMatchObject({ status: 404 });
    expect(await manage(simulator, `PATCH /keys/${key.apiKey}`, {})).toMatchObject({ status: 404 });
  });

  it('cannot make an eleventh key of one account, as the API cannot', async () => {
    const [uid = ''] = simulator.subAccounts;
    for (let count = 0; count < 10; count += 1) await manage(simulator, 'POST /keys', { subAccount: uid });
    const eleventh = await manage(simulator, 'POST /keys', { subAccount: uid });
    expect(eleventh).toMatchObject({ status: 400, body: { error: 'API exceeds the maximum limit added' } });
    const byApi = await bitgetCaller(simulator)('POST /api/v3/user/create-sub-api', keyWish(uid));
    expect(byApi.code).toBe('40063');
  });

  it.each([
    ['POST /keys', { subAccount: '1' }, 400, 'unknown account "1"'],
    ['POST /keys', { permissions: ['fly'] }, 400, 'unknown permission "fly"'],
    ['POST /keys', { mayWrite: 'no' }, 400, '"mayWrite" must be true or false'],
    ['POST /keys', { ips: '127.0.0.1' }, 400, '"ips" must be a list of texts'],
    ['POST /keys', { apiKey: 'mine' }, 400, '"apiKey" must be bg_'],
    ['POST /keys', { secret: 'x' }, 400, 'unknown field "secret"'],
    ['POST /keys', [], 400, 'the body must be a JSON object'],
    ['DELETE /keys/bg_00000000', undefined, 404, 'no key "bg_00000000"'],
    ['GET /secrets', undefined, 404, 'no GET /secrets'],
    ['POST /clock', { now: 'noon' }, 400, '"now" must be an ISO time'],
    ['POST /clock', { advanceMs: '5' }, 400, '"advanceMs" must be a number'],
  ] as const)('is told what is wrong with %s %j', async (...row) => {
    const [call, body, status, error] = row;
    expect(await manage(simulator, call, body)).toEqual({
      status,
      body: { error: expect.stringContaining(error) },
    });
  });

  it('is told that a body is not JSON', async () => {
    const response = await fetch(`${simulator.managementUrl}/faults`, { method: 'POST', body: '{' });
    expect([response.status, await response.json()]).toEqual([400, { error: 'the body is not JSON' }]);
  });
});

describe('the requests', () => {
  it('are shown with what became of them, and without queries, bodies or signatures', async () => {
    simulator.clock.freeze();
    const manager = bitgetCaller(simulator);
    await manager('POST /api/v3/user/create-sub-api', keyWish(simulator.subAccounts[0] ?? ''));
    await manager('GET /nowhere', { query: { secret: 'value' }, headers: { 'ACCESS-KEY': undefined } });
    await order(simulator, { fault: 'lose-answer' });
    await manager(info, { headers: { 'x-simulated-source-address': '192.0.2.9' } }).catch(() => undefined);
    const at = new Date(simulator.clock.now()).toISOString();
    const { body } = await manage(simulator, 'GET /requests');
    const key = simulator.manager.apiKey;
    const [made, nowhere, lost] = body.requests;
    expect(made).toEqual({
      at,
      method: 'POST',
      path: '/api/v3/user/create-sub-api',
      route: 'create-sub-api',
      key,
      address: '127.0.0.1',
      status: 200,
      code: '00000',
      fault: null,
    });
    expect(nowhere).toMatchObject({ path: '/nowhere', route: null, key: null, status: 404, code: '40404' });
    expect(lost).toMatchObject({ address: '192.0.2.9', status: null, code: null, fault: 'lose-answer' });
    for (const hidden of ['passphrase1', 'secret', 'value'])
      expect(JSON.stringify(body)).not.toContain(hidden);
  });
});

describe('the clock', () => {
  it('follows real time at an offset until it is frozen', async () => {
    const set = await manage(simulator, 'POST /clock', { now: '2030-01-01T00:00:00Z', frozen: true });
    expect(set.body).toEqual({ now: '2030-01-01T00:00:00.000Z', nowMs: Date.UTC(2030, 0, 1), frozen: true });
    await manage(simulator, 'POST /clock', { advanceMs: 90_000 });
    expect((await manage(simulator, 'GET /clock')).body.now).toBe('2030-01-01T00:01:30.000Z');
    const { body } = await manage(simulator, 'POST /clock', { frozen: false });
    expect(body.frozen).toBe(false);
    expect(body.nowMs).toBeGreaterThanOrEqual(Date.UTC(2030, 0, 1, 0, 1, 30));
    expect(simulator.clock.now()).toBeLessThan(Date.UTC(2030, 0, 1, 0, 2, 30));
    await manage(simulator, 'POST /clock', { now: Date.UTC(2026, 0, 1) });
    expect(new Date(simulator.clock.now()).getUTCFullYear()).toBe(2026);
  });
});

describe('a reset', () => {
  it('begins anew from the seed: same accounts and manager, same next key, nothing else', async () => {
    const begin = async () => {
      const before = (await manage(simulator, 'GET /keys')).body.keys;
      const key = await makeKey(bitgetCaller(simulator), simulator.subAccounts[0] ?? '');
      return { before: before.map(({ apiKey }: { apiKey: string }) => apiKey), key };
    };
    const first = await begin();
    await order(simulator, { fault: 'throttle' });
    await manage(simulator, 'POST /faults', { hostility: true });
    simulator.clock.advance(3_600_000);
    const { status, body } = await manage(simulator, 'POST /reset');
    expect(status).toBe(200);
    const { clock: _clock, stop: _stop, ...description } = simulator;
    expect(body).toEqual(description);
    expect((await manage(simulator, 'GET /requests')).body.requests).toEqual([]);
    expect((await manage(simulator, 'GET /faults')).body).toEqual({ hostility: false, faults: [] });
    expect(Math.abs(simulator.clock.now() - Date.now())).toBeLessThan(1_000);
    expect(await begin()).toEqual(first);
  });
});

describe('the seed', () => {
  it('decides accounts, keys and secrets; another seed gives others', async () => {
    const twin = await startTestSimulator();
    const other = await startTestSimulator({ seed: 8 });
    const unnamed = await startTestSimulator({ seed: undefined });
    expect(twin.manager).toEqual(simulator.manager);
    expect(twin.subAccounts).toEqual(simulator.subAccounts);
    expect(other.manager.apiKey).not.toBe(simulator.manager.apiKey);
    expect(other.manager.secret).not.toBe(simulator.manager.secret);
    expect(other.subAccounts).not.toEqual(simulator.subAccounts);
    const [uid = ''] = twin.subAccounts;
    const [once, twice] = [
      await makeKey(bitgetCaller(twin), uid),
      await makeKey(bitgetCaller(simulator), uid),
    ];
    expect(once).toEqual(twice);
    const repeated = await startTestSimulator({ seed: unnamed.seed });
    expect(repeated.manager).toEqual(unnamed.manager);
    await Promise.all([twin, other, unnamed, repeated].map((each) => each.stop()));
  });
});

describe('stopping', () => {
  it('cuts who still waits, closes both ports, and may be done twice', async () => {
    await order(simulator, { fault: 'hang' });
    const waiting = bitgetCaller(simulator)(info);
    const cut = expect(waiting).rejects.toThrow();
    while ((await manage(simulator, 'GET /requests')).body.requests.length === 0);
    await simulator.stop();
    await simulator.stop();
    await cut;
    await expect(fetch(simulator.url)).rejects.toThrow();
    await expect(fetch(simulator.managementUrl)).rejects.toThrow();
  });

  it('frees the exchange’s port when the management port is taken', async () => {
    const taken = Number(new URL(simulator.managementUrl).port);
    const free = await startTestSimulator();
    const port = Number(new URL(free.url).port);
    await free.stop();
    await expect(startTestSimulator({ port, managementPort: taken })).rejects.toThrow(/EADDRINUSE/);
    const again = await startTestSimulator({ port });
    expect(again.url).toBe(free.url);
    await again.stop();
  });
});
