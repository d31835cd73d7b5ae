import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenExchange } from '../../../simulator/index.ts';
import { type BinanceCaller, binanceCaller, list, makeKey, openBinance, restrictions } from './support.ts';

let open: OpenExchange;
let manager: BinanceCaller;
let email: string;
beforeEach(() => {
  open = openBinance({ rateLimits: true });
  manager = binanceCaller(open);
  email = open.subAccounts[0] ?? '';
});

const account = 'GET /api/v3/account';

/** Uses up the 6000 of /api that an address has in a minute. */
function exhaust(address: string): void {
  for (let count = 0; count < 300; count += 1) manager(account, { address });
}

describe('the weight of an account', () => {
  it('is 3000 for each call about keys, whichever of its keys calls', () => {
    const other = binanceCaller(open, open.website.createKey({ permissions: [] }));
    for (let count = 1; count <= 60; count += 1) {
      const { status, headers } = (count % 2 ? manager : other)(list, { query: { email } });
      expect([status, headers['x-sapi-used-uid-weight-1m']]).toEqual([200, String(count * 3_000)]);
    }
    open.clock.advance(20_000);
    const refused = manager(list, { query: { email } });
    expect(refused).toMatchObject({ status: 429, code: -1003, headers: { 'retry-after': '40' } });
    expect(refused.body.msg).toContain('current limit is 180000 request weight per 1 MINUTE');
    expect(manager(restrictions).status).toBe(200);
    open.clock.advance(40_000);
    expect(manager(list, { query: { email } }).status).toBe(200);
  });

  it('is 18000 for the history of withdrawals', () => {
    const { headers } = manager('GET /sapi/v1/capital/withdraw/history');
    expect(headers['x-sapi-used-uid-weight-1m']).toBe('18000');
  });

  it('is each sub-account’s own', () => {
    const bot = binanceCaller(open, makeKey(manager, email));
    for (let count = 0; count < 59; count += 1) manager(list, { query: { email } });
    expect(manager(list, { query: { email } }).status).toBe(429);
    expect(bot('GET /sapi/v1/capital/withdraw/history').status).toBe(200);
  });
});

describe('the weight of an address', () => {
  it('is told in headers, on its own for /api and /sapi', () => {
    expect(manager(account).headers).toMatchObject({
      'x-mbx-used-weight': '20',
      'x-mbx-used-weight-1m': '20',
    });
    expect(manager('GET /api/v3/time', { signature: null, timestamp: undefined }).headers).toMatchObject({
      'x-mbx-used-weight-1m': '21',
    });
    expect(manager(restrictions).headers).toMatchObject({ 'x-sapi-used-ip-weight-1m': '1' });
    expect(manager(restrictions, { signature: 'aa' }).headers).toMatchObject({
      'x-sapi-used-ip-weight-1m': '2',
    });
  });

  it('ends at 6000, for that address only', () => {
    exhaust('127.0.0.1');
    expect(manager(account)).toMatchObject({ status: 429, code: -1003, headers: { 'retry-after': '60' } });
    expect(manager(restrictions).status).toBe(200);
    const anywhere = binanceCaller(open, open.website.createKey({ ips: [] }));
    expect(anywhere(account, { address: '192.0.2.1' }).status).toBe(200);
  });
});

describe('an address that does not stop', () => {
  it('is banned for two minutes, and for twice as long the next time', () => {
    exhaust('127.0.0.1');
    const statuses = Array.from({ length: 11 }, () => manager(account).status);
    expect(statuses).toEqual([...Array(10).fill(429), 418]);
    const banned = manager(restrictions);
    expect(banned).toMatchObject({ status: 418, code: -1003, headers: { 'retry-after': '120' } });
    expect(banned.body.msg).toContain('IP banned until');
    open.clock.advance(119_999);
    expect(manager(restrictions).headers['retry-after']).toBe('1');
    open.clock.advance(1);
    expect(manager(restrictions).status).toBe(200);
    exhaust('127.0.0.1');
    for (let count = 0; count < 10; count += 1) manager(account);
    expect(manager(account).headers['retry-after']).toBe('240');
  });

  it('is not banned when it waits between refusals', () => {
    exhaust('127.0.0.1');
    for (let count = 0; count < 9; count += 1) expect(manager(account).status).toBe(429);
    open.clock.advance(60_000);
    exhaust('127.0.0.1');
    for (let count = 0; count < 9; count += 1) expect(manager(account).status).toBe(429);
  });
});

describe('without rate limits', () => {
  it('nobody is refused', () => {
    open = openBinance();
    manager = binanceCaller(open);
    for (let count = 0; count < 400; count += 1) expect(manager(account).status).toBe(200);
  });
});
