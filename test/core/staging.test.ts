import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findReplacement,
  findRetirement,
  findVersion,
  isLeaked,
  leakedLabel,
  replaceLabel,
  restartLabel,
  retireLabel,
  retirementLabels,
  settledLabels,
} from '../../lambda/core/staging.ts';
import { aSecret, V1, V2, V3 } from '../support/builders.ts';
import { at, HOUR_MS } from '../support/fixed-time.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20261121 });

/** Any moment of the next centuries. */
const moment = fc.date({ min: new Date(0), max: new Date('2999-12-31T23:59:59Z'), noInvalidDate: true });

function roundedUp(time: Date): Date {
  return new Date(Math.ceil(time.getTime() / 1000) * 1000);
}

describe('the due label of a retiring version', () => {
  test('is readable for people and ends with its version', () => {
    expect(retireLabel(V1, new Date('2026-11-22T10:00:00Z'))).toBe('rekey-retire-20261122T100000Z-00000001');
    expect(replaceLabel('bg_1', new Date('2026-11-22T10:00:00Z'))).toMatch(
      /^rekey-replace-20261122T100000Z-[0-9a-f]{8}$/,
    );
  });

  test('tells its due time again, in whole seconds, never too early', () => {
    fc.assert(
      fc.property(moment, fc.uuid(), (dueAt, versionId) => {
        const label = retireLabel(versionId, dueAt);
        expect(findRetirement([label])).toEqual({ stagingLabel: label, dueAt: roundedUp(dueAt) });
        const replacement = replaceLabel(versionId, dueAt);
        expect(findReplacement([replacement], 'bg_other')).toBeUndefined();
        expect(findReplacement([replacement], versionId)?.dueAt).toEqual(roundedUp(dueAt));
      }),
    );
  });

  test('fits what Secrets Manager admits', () => {
    fc.assert(
      fc.property(moment, fc.uuid(), (dueAt, versionId) => {
        expect(replaceLabel(versionId, dueAt)).toMatch(/^[A-Za-z0-9-]{1,64}$/);
      }),
    );
  });

  test('of two versions due in the same second is not the same', () => {
    fc.assert(
      fc.property(moment, fc.uuid(), fc.uuid(), (dueAt, one, other) => {
        fc.pre(one.slice(0, 8) !== other.slice(0, 8));
        expect(retireLabel(one, dueAt)).not.toBe(retireLabel(other, dueAt));
      }),
    );
  });

  test('counts with its earliest time if there are several', () => {
    const labels = [3, 1, 2].map((hours) => retireLabel(V1, at(hours * HOUR_MS)));
    expect(findRetirement(labels)?.dueAt).toEqual(at(HOUR_MS));
  });
});

describe('labels that say nothing about a due time', () => {
  test.each([
    ['no label at all', []],
    ["Secrets Manager's own", ['AWSCURRENT', 'AWSPREVIOUS']],
    ['a mark of a leak', [leakedLabel(V1)]],
    ['a hand-made label with our beginning', ['rekey-retire-tomorrow']],
    ['a due time behind something else', ['rekey-retire-+0020261122T100000Z-00000001']],
    ['an impossible date', ['rekey-retire-20261345T996199Z-00000001']],
    ['the label of the other kind', [replaceLabel(V1, at(0))]],
  ])('%s', (_what, labels) => {
    expect(findRetirement(labels)).toBeUndefined();
  });
});

describe('the labels of a version', () => {
  const labels = ['AWSPREVIOUS', retireLabel(V1, at(0)), leakedLabel(V1), replaceLabel(V1, at(0))];

  test('that say when it retires', () => {
    expect(retirementLabels(labels)).toEqual([retireLabel(V1, at(0))]);
  });

  test('that are of no more use once its key is dead leave the debt of another key alone', () => {
    expect(settledLabels(labels)).toEqual(['AWSPREVIOUS', leakedLabel(V1), retireLabel(V1, at(0))]);
  });

  test('that say that its key is in doubt', () => {
    expect(isLeaked(labels)).toBe(true);
    expect(isLeaked(['AWSCURRENT'])).toBe(false);
    expect(leakedLabel(V1)).not.toBe(leakedLabel(V2));
  });
});

test('finds the version with a label', () => {
  const secret = aSecret({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT', 'AWSPENDING'] });
  expect(findVersion(secret, 'AWSPENDING')).toBe(V2);
  expect(findVersion(secret, 'AWSPREVIOUS')).toBe(V1);
  expect(findVersion(aSecret({ [V3]: ['AWSPREVIOUS'] }), 'AWSCURRENT')).toBeUndefined();
});

test('labels that are no due time are short and end with the beginning of their version', () => {
  expect(restartLabel(V1)).toBe('rekey-restart-00000001');
  expect(leakedLabel(V1)).toBe('rekey-leaked-00000001');
});
