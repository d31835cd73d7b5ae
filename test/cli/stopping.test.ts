import { describe, expect, it } from 'vitest';
import { isStopped, stopAccount } from '../../cli/stopping.ts';
import type { OperateRequest, OperateResponse } from '../../lambda/operate-protocol.ts';
import { MemoryTime } from './memory-time.ts';

/** Stops one key of which so much is left after each order; the last number stays. */
async function stopWith(left: readonly number[]) {
  const time = new MemoryTime();
  let orders = 0;
  const ask = async (_account: string, request: OperateRequest): Promise<OperateResponse> => {
    expect(request.act).toBe('stop');
    const now = left[orders] ?? left.at(-1) ?? 0;
    orders += 1;
    const keys = [{ key: 'grid-bot', revoked: 0, left: now, foreign: [] }];
    return { outcome: 'stopped', keys, notBegun: [], frozen: [] };
  };
  const watcher = { onAnswer: () => undefined, onFailure: () => undefined };
  const tools = { operate: { ask }, watcher, actor: 'ada', now: time.now, pause: time.pause };
  const stopping = await stopAccount({ account: 'main', reason: 'Asked' }, tools);
  return { orders, isStopped: isStopped(stopping), passedMs: time.passedMs };
}

describe('orders to stop', () => {
  it('end with the first answer if nothing is left', async () => {
    expect(await stopWith([0])).toEqual({ orders: 1, isStopped: true, passedMs: 0 });
  });

  it('go on while less and less is left', async () => {
    expect(await stopWith([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])).toMatchObject({ orders: 10, isStopped: true });
  });

  it('survive some that bring nothing', async () => {
    expect(await stopWith([2, 2, 2, 1, 1, 1, 0])).toMatchObject({ isStopped: true });
  });

  it('end although what is left goes up and down for ever', async () => {
    const upAndDown = Array.from({ length: 1000 }, (_, index) => 1 + (index % 2));
    const { orders, isStopped, passedMs } = await stopWith(upAndDown);
    expect(isStopped).toBe(false);
    expect(orders).toBeLessThan(10);
    expect(passedMs).toBeLessThan(30_000);
  });
});
