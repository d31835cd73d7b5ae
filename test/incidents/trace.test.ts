import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTrace, recordedTraces } from '../../incidents/catalogue.ts';
import { parseTrace, TraceError } from '../../incidents/trace.ts';

const traces = recordedTraces();

const small = {
  ...{ name: 'test', title: 'A test', when: 'today', sources: ['me'], known: ['nothing'], assumed: [] },
  ...{ visible: true, sees: 'an order', baseline: 'grid-bot', exchanges: ['bitget'] },
  steps: [{ at: 0, act: 'order', by: 'stolen-key', symbol: 'VIAUSDT', side: 'buy', size: '1' }],
};

function mistakesOf(value: unknown): string {
  try {
    parseTrace(JSON.stringify(value), 'my.json');
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    return (error as Error).message;
  }
}

describe('the recorded traces', () => {
  it('are one file each, named as the incident', () => {
    const files = readdirSync(new URL('traces/', import.meta.url));
    expect(files.sort()).toEqual(traces.map(({ name }) => `${name}.json`).sort());
  });

  // Every row of section 8 of the survey of the field; two rows of it are one trace with two variants.
  it('are all incidents of the survey, seen or not', () => {
    expect(traces.map(({ name, visible }) => `${name}${visible ? '' : ' (not visible)'}`)).toEqual([
      ...['3commas-2022', '3commas-2023', 'binance-2019', 'binance-2019-widened', 'binance-sys-2018'],
      ...['binance-via-2018', 'bybit-2025 (not visible)', 'ccxt-mexc-futures-2025 (not visible)'],
      ...['circleci-2023', 'cloudflare-2023', 'cloudflare-r2-2025', 'freqtrade-6783', 'ftx-3commas-dmg-2022'],
      ...['kronos-2023', 'public-repository-keys-2021', 'shai-hulud-2025', 'vault-18738 (not visible)'],
    ]);
  });

  it('have a row each in docs/incidents.md', () => {
    const page = readFileSync('docs/incidents.md', 'utf8');
    for (const { name } of traces)
      expect(page).toContain(`([${name}](../test/incidents/traces/${name}.json))`);
    const acts = [...page.matchAll(/^\| `([a-z-]+)` \|.*\|$/gm)].map(([, act]) => act);
    expect(acts).toEqual(
      expect.arrayContaining(traces.flatMap((t) => (t.visible ? t.steps : [])).map(({ act }) => act)),
    );
  });

  it('begin with an act, and say where they are from and what is assumed', () => {
    for (const trace of traces) {
      expect(trace.sources.length, trace.name).toBeGreaterThan(0);
      if (!trace.visible) continue;
      expect(Math.min(...trace.steps.map(({ at }) => at)), trace.name).toBe(0);
      expect(trace.assumed.length, trace.name).toBeGreaterThan(0);
    }
  });
});

describe('a further trace', () => {
  it('is read', () => {
    expect(parseTrace(JSON.stringify(small), 'my.json')).toEqual(small);
  });

  const step = small.steps[0];
  it.each([
    ['my.json: baseline: ', { ...small, baseline: 'gridbot' }],
    ['my.json: exchanges: at least one exchange', { ...small, exchanges: [] }],
    ['my.json: steps: at least one step', { ...small, steps: [] }],
    ['my.json: steps.0.symbol: a symbol of the simulator: ', { ...small, steps: [{ ...step, symbol: 'X' }] }],
    ['my.json: steps.0.size: a positive number, as text', { ...small, steps: [{ ...step, size: '-1' }] }],
    ['my.json: steps.0.at: seconds from the beginning', { ...small, steps: [{ ...step, at: -1 }] }],
    ['my.json: steps.0.act: ', { ...small, steps: [{ ...step, act: 'steal' }] }],
    ['my.json: steps.0: Unrecognized key: "sybmol"', { ...small, steps: [{ ...step, sybmol: 'x' }] }],
    ['my.json: sources: at least one source', { ...small, sources: [] }],
    ['my.json: visible: ', { ...small, visible: 'yes' }],
    ['my.json: reason: ', { ...small, visible: false }],
    ['my.json: the whole: ', []],
  ])('with a mistake is refused: %s', (message, value) => {
    expect(mistakesOf(value)).toContain(message);
  });

  it('that is no JSON, or no file, is refused in a line', () => {
    expect(() => parseTrace('{', 'my.json')).toThrow('my.json: no JSON');
    expect(() => readTrace('/nowhere/my.json')).toThrow('/nowhere/my.json: cannot be read (ENOENT)');
  });
});
