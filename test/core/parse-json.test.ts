import { describe, expect, test } from 'vitest';
import { parseJson } from '../../lambda/core/parse-json.ts';

describe('text from outside', () => {
  test.each([
    ['an object', '{"a":[1,null]}', { a: [1, null] }],
    ['a text', '"a"', 'a'],
    ['nothing, as JSON says it', 'null', null],
  ])('is parsed if it is %s', (_what, text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  test.each([
    ['no JSON', '<html>canary</html>'],
    ['cut off', '{"secret":"can'],
    ['empty', ''],
  ])('is nothing, and no error that would quote it, if it is %s', (_what, text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});
