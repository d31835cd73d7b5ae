import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureOutput } from '../../faults/capture.ts';
import { recordedTraces } from '../../incidents/catalogue.ts';
import type { Changes } from '../../incidents/declare.ts';
import { runQuiet } from '../../incidents/quiet.ts';
import { replay } from '../../incidents/replay.ts';
import type { ExchangeName } from '../../incidents/setting.ts';
import { parseTrace, type Step, type VisibleTrace } from '../../incidents/trace.ts';

let release: () => void;
beforeAll(() => {
  release = captureOutput(() => undefined); // what the functions log
});
afterAll(() => release());

function recorded(name: string): VisibleTrace {
  const trace = recordedTraces().find((one) => one.name === name);
  if (!trace?.visible) throw new Error(`no trace ${name}`);
  return trace;
}

/** Soon after the deployment: nothing is learnt yet, which these need not. */
async function soon(trace: VisibleTrace, exchange: ExchangeName, changes?: Changes) {
  return await replay({ trace, exchange, seed: 1, notes: {}, days: 1, changes });
}

function traceOf(...steps: Step[]): VisibleTrace {
  const about = { name: 'test', title: 'x', when: 'x', sources: ['x'], known: ['x'], assumed: [], sees: 'x' };
  const hit = { baseline: 'tax-tool', exchanges: ['bitget', 'binance'] };
  return parseTrace(JSON.stringify({ ...about, ...hit, visible: true, steps }), 'test') as VisibleTrace;
}

describe('an incident', () => {
  it('is seen by the pass after it, and answered by the death of the stolen key', async () => {
    const verdict = await soon(recorded('3commas-2022'), 'bitget');
    expect(verdict).toMatchObject({
      ...{ name: '3commas-2022-bitget', detected: true, sign: 'UndeclaredOrder SymbolNotDeclared' },
      withoutAnswer: null,
    });
    expect(verdict.detectionSeconds).toBeLessThan(310);
    expect(verdict.answerSeconds).toBeGreaterThanOrEqual(verdict.detectionSeconds ?? 1_000);
    expect((verdict.answerSeconds ?? 1_000) - (verdict.detectionSeconds ?? 0)).toBeLessThan(10);
    expect(verdict.harmBefore).toContain('order in VIAUSDT');
  });

  it('of the same kind shows at Binance in the coin, which says where to look for orders', async () => {
    const verdict = await soon(recorded('3commas-2022'), 'binance');
    expect(verdict).toMatchObject({ detected: true, sign: 'UndeclaredOrder SymbolNotDeclared' });
    expect((verdict.answerSeconds ?? 1_000) - (verdict.detectionSeconds ?? 0)).toBeLessThan(30);
  });

  it('that leaves no coin behind does not show at Binance, and does at Bitget', async () => {
    const about = { at: 0, act: 'order', by: 'website', symbol: 'VIAUSDT', size: '100' } as const;
    const trace = traceOf({ ...about, side: 'buy' }, { ...about, side: 'sell', at: 1 });
    const traded: VisibleTrace = { ...trace, baseline: 'grid-bot' };
    expect(await soon(traded, 'binance')).toMatchObject({ detected: false });
    expect(await soon(traded, 'bitget')).toMatchObject({ detected: true });
  });

  it('with a key of the stranger’s own ends where the exchange can freeze, and nowhere else', async () => {
    const trace = recorded('cloudflare-2023');
    const frozen = await soon(trace, 'bitget');
    expect(frozen).toMatchObject({ detected: true, sign: 'ForeignKeyFound NotMadeByRekey' });
    expect(frozen.answerSeconds).toBeLessThan(320);
    expect(await soon(trace, 'binance')).toMatchObject({ detected: true, answerSeconds: null });
  });

  it('that is told by CloudTrail is seen when that tells, and the key is replaced', async () => {
    const read = { at: 0, act: 'read', role: 'the-reader', from: '203.0.113.9' } as const;
    const verdict = await soon(traceOf(read), 'bitget');
    expect(verdict).toMatchObject({ detected: true, sign: 'UndeclaredRead UndeclaredAddress' });
    expect(verdict.detectionSeconds).toBeGreaterThan(30);
    expect(verdict.answerSeconds).toBeGreaterThan(verdict.detectionSeconds ?? 0);
  });

  it.each([
    ['transfer', { at: 0, act: 'transfer', coin: 'USDT', amount: '5' }, 'UnexpectedMovement Transfer'],
    ['freeze', { at: 0, act: 'freeze' }, 'SubAccountFrozen FoundFrozen'],
    ['lost keys', { at: 0, act: 'delete-keys' }, 'KeyMissing CurrentKeyNotListed'],
    ['wider address list', { at: 0, act: 'widen-key', to: 'any-address' }, 'PowerWidened AddressAdded'],
  ] as const)('that is a %s is seen', async (_what, step, sign) => {
    expect(await soon(traceOf(step), 'bitget')).toMatchObject({ detected: true, sign });
  });
});

describe('a detector that is switched off', () => {
  it('leaves the orders of a thief undetected', async () => {
    const changes = { key: { symbols: 'any' } } as const;
    expect(await soon(recorded('3commas-2022'), 'bitget', changes)).toMatchObject({
      ...{ detected: false, detectionSeconds: null, answerSeconds: null, sign: null },
      harmBefore: '20 × order in VIAUSDT',
    });
  });

  it('leaves a coin at Binance undetected', async () => {
    const changes = { key: { symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'VIAUSDT'] } };
    expect(await soon(recorded('3commas-2022'), 'binance', changes)).toMatchObject({ detected: false });
  });

  it('leaves withdrawals undetected', async () => {
    const trace = recorded('binance-2019');
    expect(await soon(trace, 'bitget')).toMatchObject({ detected: true });
    const changes = { watch: { withdrawals: 'any' } } as const;
    expect(await soon(trace, 'bitget', changes)).toMatchObject({ detected: false });
  });

  it('leaves a reader at a strange address undetected', async () => {
    const read = { at: 0, act: 'read', role: 'tax-tool', from: '203.0.113.9' } as const;
    const role = 'arn:aws:iam::111122223333:role/tax-tool';
    const readers = [{ role, cacheMinutes: 30, runs: 'sometimes' as const, addresses: [] }];
    expect(await soon(traceOf(read), 'bitget', { key: { readers } })).toMatchObject({ detected: false });
  });

  it('leaves the key alive where the declaration only tells', async () => {
    const changes = { key: { onSuspicion: 'tell' } } as const;
    expect(await soon(recorded('3commas-2022'), 'bitget', changes)).toMatchObject({
      ...{ detected: true, answerSeconds: null, keysDeadSeconds: null },
    });
  });
});

describe('quiet days', () => {
  it('are quiet', async () => {
    const report = await runQuiet({ exchange: 'binance', baseline: 'tax-tool', seed: 3, days: 2 });
    expect(report.falseAlarms).toEqual([]);
    expect(report.did).toMatchObject({ passes: 576, failedPasses: 0, rotations: 1, refused: 0 });
  });

  it('are not, where what the bot does is not declared: then each alarm counts', async () => {
    const changes = { key: { symbols: ['ETHUSDT'] } };
    const order = { exchange: 'bitget', baseline: 'grid-bot', seed: 1, days: 1, changes } as const;
    const { falseAlarms } = await runQuiet(order);
    expect(falseAlarms.map(({ event }) => event)).toContain('UndeclaredOrder');
  });

  // What Rekey remembers of a month is in its notes.
  it('may be left out but for the notes on them, as an incident ends the same', async () => {
    const trace = recorded('3commas-2023');
    const quiet = { exchange: 'bitget', baseline: 'grid-bot', seed: 1, days: 5 } as const;
    const { notes } = await runQuiet(quiet);
    const order = { trace, exchange: 'bitget', seed: 1, days: 5 } as const;
    const whole = await replay({ ...order, notes: {}, leadDays: 5 });
    expect(await replay({ ...order, notes })).toEqual(whole);
    expect(whole).toMatchObject({ detected: true, sign: 'OrderBurst FarAboveUsual' });
    // It takes what was learnt: without it the same burst is not noticed.
    expect(await replay({ ...order, notes: {} })).toMatchObject({ detected: false });
  });
});
