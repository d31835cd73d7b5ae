import { describe, expect, it } from 'vitest';
import { parseFilterPattern } from '../../../local/logs/filter-pattern.ts';

const json = '{"level":"ERROR","detail":{"key":"bot","count":2}}';

describe('a filter pattern', () => {
  it.each<[string, string, boolean]>([
    ['', 'anything', true],
    ['ERROR', json, true],
    ['ERROR bot', json, true],
    ['ERROR nothing', json, false],
    ['"key"', json, true],
    ['"\\"key\\":\\"bot\\""', json, true],
    ['ERROR -bot', json, false],
    ['?INFO ?ERROR', json, true],
    ['?INFO ?WARN', json, false],
    ['{ $.level = "ERROR" }', json, true],
    ['{ $.detail.key = bot }', json, true],
    ['{ $.detail.count = 2 }', json, true],
    ['{ $.level != "ERROR" }', json, false],
    ['{ $.missing = "x" }', json, false],
    ['{ $.level = "ERROR" }', 'not JSON', false],
  ])('%s on %s gives %s', (pattern, message, expected) => {
    expect(parseFilterPattern(pattern)(message)).toBe(expected);
  });

  it.each(['{ $.a = 1 && $.b = 2 }', '[ip, user]', '%regex%', '{ $.a = "x*" }', '{ $.a = x } more'])(
    '%s fails loudly',
    (pattern) => {
      expect(() => parseFilterPattern(pattern)).toThrow('does not model the filter pattern');
    },
  );
});
