import { describe, expect, it } from 'vitest';
import { BadArgumentError, parseCommandLine } from '../../incidents/command-line.ts';
import type { QuietReport } from '../../incidents/quiet.ts';
import { isGood, summarise } from '../../incidents/summary.ts';
import { tableOf } from '../../incidents/table.ts';
import type { Verdict } from '../../incidents/verdict.ts';

describe('the command line', () => {
  it('has defaults', () => {
    expect(parseCommandLine([])).toEqual({ kind: 'run', json: false, seed: 1 });
    expect(parseCommandLine(['--json', '--seed', '7', '--trace', 'a.json'])).toEqual({
      ...{ kind: 'run', json: true, seed: 7, trace: 'a.json' },
    });
    expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--seed', '-1'], '--seed'],
    [['--seed', '1.5'], '--seed: got 1.5, allowed: a whole number from 0'],
    [['--seed', ''], '--seed: got , allowed'],
    [['--trace'], '--trace'],
    [['--sede', '1'], '--sede'],
    [['more'], 'more'],
  ])('refuses %j in one line', (args, words) => {
    const act = () => parseCommandLine(args);
    expect(act).toThrow(BadArgumentError);
    expect(act).toThrow(words);
    expect(act).toThrow(/^[^\n]+$/);
  });
});

const verdict: Verdict = {
  ...{ name: 'x-bitget', exchange: 'bitget', detected: true, detectionSeconds: 12, answerSeconds: null },
  ...{ sign: 'UndeclaredCoin CoinNotDeclared', keysDeadSeconds: null, withoutAnswer: 'it proves nothing' },
  ...{ harmBefore: 'order in VIAUSDT', harmAfter: 'nothing' },
};

function month(falseAlarms: number): QuietReport {
  const alarm = { at: '2027-01-05T00:00:00.000Z', event: 'WatchBlind', reason: 'x', message: 'y' };
  return {
    ...{ exchange: 'bitget', baseline: 'grid-bot', notes: {} },
    falseAlarms: Array.from({ length: falseAlarms }, () => alarm),
    did: { orders: 1, refused: 0, passes: 1, failedPasses: 0, rotations: 1 },
  };
}

const how = {
  ...{ seed: 1, seconds: 1.4 },
  traces: [
    {
      ...{ name: 'unseen', title: 'x', when: 'x', sources: ['x'], known: ['x'], assumed: [] },
      ...{ visible: false as const, reason: 'nobody could' },
    },
  ],
};

describe('the summary', () => {
  it('is bad if an incident was missed, or a baseline had a false alarm a month', () => {
    expect(isGood(summarise([month(0)], [verdict], how))).toBe(true);
    expect(isGood(summarise([month(0)], [verdict, { ...verdict, detected: false }], how))).toBe(false);
    const calm = { ...month(0), baseline: 'tax-tool' } as const;
    expect(isGood(summarise([month(0), month(1), calm], [verdict], how))).toBe(true);
    expect(isGood(summarise([month(1), month(1), calm, calm, calm], [verdict], how))).toBe(false);
  });

  it('counts false alarms by month and account, and lists what is not visible apart', () => {
    const summary = summarise([month(0), month(1)], [verdict], how);
    expect(summary.falseAlarmsPerMonth).toBe(0.5);
    expect(summary.baselines.map((one) => one.falseAlarmsPerMonth)).toEqual([0, 1]);
    expect(summary.incidents.map(({ name }) => name)).toEqual(['x-bitget']);
    expect(summary.notVisible).toEqual([{ name: 'unseen', reason: 'nobody could' }]);
  });

  it('is a table that names each incident, sign, reason and false alarm', () => {
    const table = tableOf(summarise([month(1)], [verdict, { ...verdict, detected: false }], how));
    for (const words of [
      'x-bitget  12 s',
      'NOT DETECTED',
      'UndeclaredCoin CoinNotDeclared',
      'x-bitget: it proves nothing',
      'unseen    not visible',
      'unseen: nobody could',
      '2027-01-05T00:00:00.000Z grid-bot at bitget: WatchBlind x',
      '1 false alarms a month and account; seed 1, 1 s',
    ])
      expect(table).toContain(words);
  });
});
