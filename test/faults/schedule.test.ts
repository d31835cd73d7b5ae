import { describe, expect, test } from 'vitest';
import { BadArgumentError, parseCommandLine } from '../../faults/command-line.ts';
import { idOf, parseId } from '../../faults/schedule.ts';

describe('the id of a schedule', () => {
  test.each([
    'bitget/rotation/retry/fair/nothing',
    'binance/rotation/late/stale-3s/4:kill-after',
    'bitget/emergency/never/fair/4:lost+12:late',
    'bitget/revocation/never/fair/3:reconcile~5',
    'bitget/rotation/retry/fair/6:emergency+13:kill-after',
  ])('%s names it wholly', (id) => {
    expect(idOf(parseId(id))).toBe(id);
  });

  test.each([
    ['mtgox/rotation/retry/fair/nothing', 'exchange: got mtgox, allowed: bitget, binance'],
    ['bitget/dance/retry/fair/nothing', /^work: got dance, allowed: first-issue, rotation/],
    ['bitget/rotation/soon/fair/nothing', 'continuation: got soon, allowed: retry, late, never'],
    ['bitget/rotation/retry/rain/nothing', /^weather: got rain, allowed: fair, stale-3s/],
    ['bitget/rotation/retry/fair/4:sing', /^what happens: got sing, allowed: reconcile, emergency/],
    ['bitget/rotation/retry/fair/x', 'what happens: got x, allowed: 7:kill-after, or nothing'],
    ['bitget', 'work: got nothing, allowed'],
  ])('%s is refused with what is allowed', (id, message) => {
    expect(() => parseId(id)).toThrow(message);
  });
});

describe('the command line', () => {
  test('runs every family if none is named', () => {
    const request = parseCommandLine([]);
    expect(request).toMatchObject({ kind: 'all', json: false, thorough: false, seed: 1 });
    expect(parseCommandLine(['--thorough'])).toMatchObject({ thorough: true });
    expect(request.kind === 'all' && request.families.length).toBeGreaterThanOrEqual(6);
  });

  test('replays one schedule', () => {
    const request = parseCommandLine([
      '--schedule',
      'bitget/rotation/retry/fair/4:kill-after',
      '--seed',
      '7',
    ]);
    expect(request).toMatchObject({ kind: 'replay', seed: 7, schedule: { work: 'rotation' } });
  });

  test.each([
    [['--seed', 'x'], '--seed: got x, allowed: a whole number from 0'],
    [['--family', 'some'], /^--family: got some, allowed: single, pair/],
    [['--schedule', 'bitget/dance'], /^--schedule: work: got dance/],
    [['--fast'], /--fast/],
  ])('%j is refused in one line', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(BadArgumentError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
