import { describe, expect, test } from 'vitest';
import {
  laggingReaders,
  lastReadOf,
  promotionTime,
  readerTag,
  readsReplacedVersion,
} from '../../lambda/core/readers.ts';
import { leakedLabel, retireLabel } from '../../lambda/core/staging.ts';
import { aDeclaration, aReader, aSecret, V1, V2, V3 } from '../support/builders.ts';
import { at, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';

/** Grace of a day; reads again within an hour. */
const ALWAYS = aReader({ runs: 'always' });
const DECLARED = aDeclaration({ readers: [ALWAYS] });

/** V2 was promoted this long ago. */
function rotated(agoMs: number, lastReadAgoMs?: number) {
  const due = at(24 * HOUR_MS - agoMs);
  const labels = { [V1]: ['AWSPREVIOUS', retireLabel(V1, due)], [V2]: ['AWSCURRENT'] };
  const tags =
    lastReadAgoMs === undefined ? [] : [[readerTag(ALWAYS), at(-lastReadAgoMs).toISOString()] as const];
  return aSecret(labels, { tags: new Map(tags) });
}

describe('the time of the promotion', () => {
  test('is told by the due time of the version before', () => {
    expect(promotionTime(rotated(HOUR_MS), DECLARED)).toEqual(at(-HOUR_MS));
  });

  test('is the due time itself if there was no grace period', () => {
    const labels = {
      [V1]: ['AWSPREVIOUS', retireLabel(V1, at(-HOUR_MS)), leakedLabel(V1)],
      [V2]: ['AWSCURRENT'],
    };
    expect(promotionTime(aSecret(labels), DECLARED)).toEqual(at(-HOUR_MS));
  });

  test('is not known if nothing was replaced, or if its key is dead already', () => {
    expect(promotionTime(aSecret({ [V1]: ['AWSCURRENT'] }), DECLARED)).toBeUndefined();
    expect(promotionTime(aSecret({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] }), DECLARED)).toBeUndefined();
  });
});

describe('a reader that runs always', () => {
  test.each([
    ['read before the promotion and should have read again', 76 * MINUTE_MS, 100 * MINUTE_MS, true],
    ['read before the promotion and may not have been told yet', 75 * MINUTE_MS, 100 * MINUTE_MS, false],
    ['read after the promotion', 76 * MINUTE_MS, 70 * MINUTE_MS, false],
    ['read in the instant of the promotion', 76 * MINUTE_MS, 76 * MINUTE_MS, false],
    ['never read at all', 76 * MINUTE_MS, undefined, false],
  ] as Array<[string, number, number | undefined, boolean]>)('that %s lags: %s', (...row) => {
    const [, promotedAgo, readAgo, lags] = row;
    const lagging = laggingReaders(rotated(promotedAgo, readAgo), DECLARED, at(0));
    expect(lagging).toEqual(lags ? [ALWAYS] : []);
  });

  test('never lags when nothing was replaced', () => {
    expect(laggingReaders(aSecret({ [V1]: ['AWSCURRENT'] }), DECLARED, at(0))).toEqual([]);
  });
});

test('a reader that runs now and then never lags: it holds nothing between', () => {
  const declared = aDeclaration({ readers: [aReader({ runs: 'sometimes' })] });
  expect(laggingReaders(rotated(20 * HOUR_MS, 100 * HOUR_MS), declared, at(0))).toEqual([]);
});

test('a tag that is no time is none', () => {
  const secret = aSecret({}, { tags: new Map([[readerTag(ALWAYS), 'yesterday']]) });
  expect(lastReadOf(secret, ALWAYS)).toBeUndefined();
});

test('readers have tags of their own, of a form that Secrets Manager takes', () => {
  expect(readerTag(ALWAYS)).toMatch(/^rekey:reader:[0-9a-f]{8}$/);
  expect(readerTag(ALWAYS)).not.toBe(readerTag({ role: `${ALWAYS.role}-2` }));
});

describe('a read of a version by name', () => {
  const about = { declared: DECLARED, reader: ALWAYS };

  test.each([
    ['the replaced one by id', { id: V1 }, 61, true],
    ['the replaced one by label', { stagingLabel: 'AWSPREVIOUS' }, 61, true],
    ['the replaced one within the cache time', { id: V1 }, 60, false],
    ['the current one by id', { id: V2 }, 61, false],
    ['the current one by label', { stagingLabel: 'AWSCURRENT' }, 61, false],
    ['the current one', {}, 61, false],
    ['a label that nothing has', { stagingLabel: 'blue' }, 61, false],
    ['one that is long gone', { id: V3 }, 61, true],
  ] as Array<[string, object, number, boolean]>)('is of a replaced version too late: %s', (...row) => {
    const [, asked, minutes, late] = row;
    const secret = rotated(minutes * MINUTE_MS);
    expect(readsReplacedVersion({ at: at(0), ...asked }, secret, about)).toBe(late);
  });

  test('is too late whenever the replaced key is dead already', () => {
    const secret = aSecret({ [V2]: ['AWSCURRENT'] });
    expect(readsReplacedVersion({ at: at(0), id: V1 }, secret, about)).toBe(true);
  });
});
