import { describe, expect, test } from 'vitest';
import { leakedLabel, replaceLabel, retireLabel } from '../../lambda/core/staging.ts';
import { aDeclaration, aListedKey, aSecret, keyOfVersion, V1, V2, V3 } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, START } from '../support/fixed-time.ts';
import { actionsFor, findingsFor, type Observed, planFor } from '../support/plan-for.ts';

const BY_HAND = 'bg_made_by_hand_0001';
const KEY_1 = keyOfVersion(V1).keyId;
const KEY_2 = keyOfVersion(V2).keyId;

/** V1 was replaced by V2 and has these labels; both keys live unless a test says otherwise. */
function retiring(labels: readonly string[], changes: Observed = {}): Observed {
  return {
    secret: aSecret({ [V1]: labels, [V2]: ['AWSCURRENT'] }),
    listed: [keyOfVersion(V1), keyOfVersion(V2)],
    ...changes,
  };
}

describe('a retiring key', () => {
  test.each([
    ['a second before it is due', at(1000)],
    ['a day before it is due', at(DAY_MS)],
  ])('is left alone %s', (_when, dueAt) => {
    const key = retiring(['AWSPREVIOUS', retireLabel(V1, dueAt)]);
    expect(actionsFor(key)).toEqual([]);
    expect(planFor(key).gauges).toMatchObject({ retiringKeys: 1, revocationsOverdue: 0 });
  });

  test.each([
    ['in the second in which it is due', START],
    ['an hour after it was due', at(-HOUR_MS)],
    ['a year after it was due', at(-365 * DAY_MS)],
  ])('is revoked %s', (_when, dueAt) => {
    const label = retireLabel(V1, dueAt);
    expect(actionsFor(retiring(['AWSPREVIOUS', label]))).toEqual([
      {
        act: 'revoke',
        key: 'grid-bot',
        keyId: KEY_1,
        reason: 'GracePeriodOver',
        versionId: V1,
        debt: { versionId: V1, stagingLabels: ['AWSPREVIOUS', label] },
      },
    ]);
  });

  test('is revoked though its version is no longer AWSPREVIOUS', () => {
    expect(actionsFor(retiring([retireLabel(V1, START)]))).toHaveLength(1);
  });

  test('is revoked by the earliest of several due times, and all of them are settled with it', () => {
    const labels = [retireLabel(V1, at(DAY_MS)), retireLabel(V1, at(-DAY_MS))];
    expect(actionsFor(retiring(labels))).toMatchObject([{ keyId: KEY_1, debt: { stagingLabels: labels } }]);
  });

  test('is revoked at once if it is in doubt, whatever its due time says', () => {
    const labels = [retireLabel(V1, at(DAY_MS)), leakedLabel(V1)];
    expect(actionsFor(retiring(labels))).toMatchObject([{ keyId: KEY_1, reason: 'EmergencyRotation' }]);
  });

  test.each([
    ['due', START],
    ['not due yet', at(DAY_MS)],
  ])('that somebody has deleted is settled at once, %s', (_when, dueAt) => {
    const gone = { listed: [keyOfVersion(V2)], keyIds: new Map([[V1, KEY_1]]) };
    expect(actionsFor(retiring([retireLabel(V1, dueAt)], gone))).toMatchObject([
      { keyId: KEY_1, reason: 'AlreadyGone', versionId: V1 },
    ]);
  });

  test('whose version has no value is settled under an unknown key ID', () => {
    const gone = { listed: [keyOfVersion(V2)] };
    expect(actionsFor(retiring([retireLabel(V1, START)], gone))).toMatchObject([
      { keyId: 'unknown', reason: 'AlreadyGone' },
    ]);
  });

  test('is kept, due or not, while the current key is not on the list', () => {
    const key = retiring([retireLabel(V1, at(-2 * HOUR_MS))], {
      listed: [keyOfVersion(V1)],
      keyIds: new Map([[V2, KEY_2]]),
    });
    expect(actionsFor(key)).toEqual([]);
    expect(findingsFor(key)).toEqual([
      'RevocationOverdue CurrentKeyMissing',
      'KeyMissing CurrentKeyNotListed',
    ]);
  });

  test('is kept while nothing is current', () => {
    const secret = aSecret({ [V1]: [retireLabel(V1, START)] });
    expect(actionsFor({ secret, listed: [keyOfVersion(V1)] })).toEqual([]);
  });

  test('is kept in doubt while the current key is not on the list: the last working key is never revoked', () => {
    const labels = [retireLabel(V1, START), leakedLabel(V1)];
    const key = retiring(labels, { listed: [keyOfVersion(V1)], keyIds: new Map([[V2, KEY_2]]) });
    expect(actionsFor(key)).toEqual([]);
  });

  test('is kept when the current version holds a copy of it', () => {
    const key = retiring([retireLabel(V1, START)], {
      listed: [keyOfVersion(V1)],
      keyIds: new Map([[V2, KEY_1]]),
    });
    expect(actionsFor(key)).toEqual([]);
  });

  test('that was rolled back to is current and not due, and its due time is taken off', () => {
    const secret = aSecret({ [V1]: ['AWSCURRENT', retireLabel(V1, START)] });
    const plan = planFor({ secret, listed: [keyOfVersion(V1)] });
    expect(plan.actions).toEqual([
      { act: 'keepCurrent', key: 'grid-bot', versionId: V1, stagingLabels: [retireLabel(V1, START)] },
    ]);
    expect(plan.gauges.retiringKeys).toBe(0);
  });

  test('is debt an hour after it was due, and told', () => {
    const key = retiring([retireLabel(V1, at(-HOUR_MS - 1000))]);
    expect(planFor(key).gauges).toMatchObject({ retiringKeys: 1, revocationsOverdue: 1 });
    expect(planFor(key).findings).toMatchObject([
      { event: 'RevocationOverdue', reason: 'StillAlive', keyId: KEY_1, versionId: V1, key: 'grid-bot' },
    ]);
  });

  test('is no debt yet an hour after it was due, to the second', () => {
    expect(planFor(retiring([retireLabel(V1, at(-HOUR_MS))])).gauges.revocationsOverdue).toBe(0);
  });

  test('that a person made is never touched, and told when it is overdue', () => {
    const key = retiring([retireLabel(V1, at(-2 * HOUR_MS))], {
      listed: [aListedKey(), keyOfVersion(V2)],
      keyIds: new Map([[V1, BY_HAND]]),
    });
    expect(actionsFor(key)).toEqual([]);
    expect(findingsFor(key)).toContain('RevocationOverdue NotMadeByRekey');
  });

  test('that a person made is revoked when the declaration names it', () => {
    const key = retiring([retireLabel(V1, START)], {
      declared: aDeclaration({ replaces: BY_HAND }),
      listed: [aListedKey(), keyOfVersion(V2)],
      keyIds: new Map([[V1, BY_HAND]]),
    });
    expect(actionsFor(key)).toMatchObject([{ keyId: BY_HAND, versionId: V1, reason: 'GracePeriodOver' }]);
  });

  test('does not hide another one', () => {
    const key: Observed = {
      secret: aSecret({
        [V1]: [retireLabel(V1, START)],
        [V2]: ['AWSPREVIOUS', retireLabel(V2, at(DAY_MS))],
        [V3]: ['AWSCURRENT'],
      }),
      listed: [keyOfVersion(V1), keyOfVersion(V2), keyOfVersion(V3)],
    };
    expect(actionsFor(key)).toMatchObject([{ keyId: KEY_1 }]);
    expect(planFor(key).gauges.retiringKeys).toBe(2);
  });

  test('is counted as debt when it cannot be proven dead, though the list has lost it', () => {
    // The declaration now names another sub-account, whose list does not show the key; it works on.
    const key = retiring([retireLabel(V1, at(-2 * DAY_MS))], {
      listed: [keyOfVersion(V2)],
      keyIds: new Map([[V1, KEY_1]]),
    });
    expect(planFor(key).gauges.revocationsOverdue).toBe(1);
  });
});

describe('the key that the declaration says is replaced', () => {
  const declared = aDeclaration({ replaces: BY_HAND });

  function replacing(dueAt: Date, changes: Observed = {}): Observed {
    return {
      declared,
      secret: aSecret({ [V1]: ['AWSCURRENT', replaceLabel(BY_HAND, dueAt)] }),
      listed: [keyOfVersion(V1), aListedKey()],
      ...changes,
    };
  }

  test('is left alone before it is due, and is not foreign', () => {
    expect(actionsFor(replacing(at(1000)))).toEqual([]);
    expect(findingsFor(replacing(at(1000)))).toEqual([]);
  });

  test('is left alone before any version has replaced it', () => {
    const secret = aSecret({ [V1]: ['AWSCURRENT'] });
    expect(actionsFor(replacing(START, { secret }))).toEqual([]);
  });

  test('is revoked when it is due', () => {
    expect(actionsFor(replacing(START))).toEqual([
      {
        act: 'revoke',
        key: 'grid-bot',
        keyId: BY_HAND,
        reason: 'ReplacedByHand',
        debt: { versionId: V1, stagingLabels: [replaceLabel(BY_HAND, START)] },
      },
    ]);
  });

  test('is kept while the key that replaced it is not on the list', () => {
    const key = replacing(START, { listed: [aListedKey()], keyIds: new Map([[V1, KEY_1]]) });
    expect(actionsFor(key)).toEqual([]);
  });

  test('is kept when it is itself the current key', () => {
    const key = replacing(START, { listed: [aListedKey()], keyIds: new Map([[V1, BY_HAND]]) });
    expect(actionsFor(key)).toEqual([]);
  });

  test('is settled when it is gone', () => {
    expect(actionsFor(replacing(at(DAY_MS), { listed: [keyOfVersion(V1)] }))).toHaveLength(1);
  });

  test('is debt an hour after it was due', () => {
    const key = replacing(at(-2 * HOUR_MS), { listed: [aListedKey()], keyIds: new Map([[V1, KEY_1]]) });
    expect(findingsFor(key)).toContain('RevocationOverdue CurrentKeyMissing');
  });
});

describe('a replaced version without a due time', () => {
  const replaced: Observed = retiring(['AWSPREVIOUS']);

  test('gets a whole grace period from now on', () => {
    expect(actionsFor(replaced)).toEqual([
      { act: 'startGracePeriod', key: 'grid-bot', versionId: V1, dueAt: at(DAY_MS) },
    ]);
  });

  test('gets none when its key is dead', () => {
    expect(actionsFor({ ...replaced, listed: [keyOfVersion(V2)] })).toEqual([]);
  });

  test('gets none while it is pending', () => {
    const secret = aSecret({ [V1]: ['AWSPENDING'], [V2]: ['AWSCURRENT'] });
    const waiting = { versionId: V1, keyId: KEY_1, createdAt: START };
    expect(actionsFor({ ...replaced, secret, pending: waiting })).toEqual([]);
  });

  test('gets none when its key is in doubt: it is revoked now', () => {
    const debt = { versionId: V1, stagingLabels: ['AWSPREVIOUS', leakedLabel(V1)] };
    expect(actionsFor(retiring(['AWSPREVIOUS', leakedLabel(V1)]))).toMatchObject([
      {
        act: 'revoke',
        reason: 'EmergencyRotation',
        debt: { ...debt, stagingLabels: expect.arrayContaining(debt.stagingLabels) },
      },
    ]);
  });

  test('that is marked as leaked and dead already is settled: the mark came when it was just being revoked', () => {
    const secret = aSecret({ [V1]: [leakedLabel(V1)], [V2]: ['AWSCURRENT'] });
    const key = { secret, listed: [keyOfVersion(V2)], keyIds: new Map([[V1, 'bg_dead']]) };
    expect(actionsFor(key)).toMatchObject([
      { act: 'revoke', keyId: 'bg_dead', reason: 'AlreadyGone', debt: { stagingLabels: [leakedLabel(V1)] } },
    ]);
  });

  test('whose key was put by hand gets none: Rekey did not make it', () => {
    const key = retiring(['AWSPREVIOUS'], { listed: [aListedKey(), keyOfVersion(V2)] });
    expect(actionsFor(key)).toEqual([]);
  });
});

describe('what people read of a key that should be dead', () => {
  const due = retireLabel(V1, at(-2 * HOUR_MS));
  const message = (key: Observed) =>
    planFor(key).findings.find(({ event }) => event === 'RevocationOverdue')?.message;

  test.each([
    ['because the exchange keeps it', retiring([due]), 'the exchange has not let go of it'],
    [
      'because the current key is not alive',
      retiring([due], { listed: [keyOfVersion(V1)], keyIds: new Map([[V2, KEY_2]]) }),
      'it is kept because the current key is not alive',
    ],
    [
      'because a person made it',
      retiring([due], { listed: [aListedKey(), keyOfVersion(V2)], keyIds: new Map([[V1, BY_HAND]]) }),
      'Rekey did not make it: name it under `replaces`, or delete it by hand',
    ],
  ] as Array<[string, Observed, string]>)('says why it lives on: %s', (_why, key, why) => {
    expect(message(key)).toBe(`the replaced key was to be dead by 2026-11-21T08:00:00.000Z; ${why}`);
  });
});

test('a due time of the current version is not taken off while a rotation is under way', () => {
  const secret = aSecret({ [V1]: ['AWSCURRENT', retireLabel(V1, at(DAY_MS))], [V2]: ['AWSPENDING'] });
  const pending = { versionId: V2, keyId: undefined, createdAt: START };
  expect(actionsFor({ secret, pending, listed: [keyOfVersion(V1)] })).toEqual([]);
});

test('a hand-made key is revoked though the version that replaced it was itself replaced', () => {
  const labels = ['AWSPREVIOUS', retireLabel(V1, at(DAY_MS)), replaceLabel(BY_HAND, START)];
  const key = retiring(labels, {
    declared: aDeclaration({ replaces: BY_HAND }),
    listed: [keyOfVersion(V1), keyOfVersion(V2), aListedKey()],
  });
  expect(actionsFor(key)).toMatchObject([{ keyId: BY_HAND, reason: 'ReplacedByHand' }]);
});

test('a hand-made key is kept while the version that replaces it is only pending', () => {
  const key: Observed = {
    declared: aDeclaration({ replaces: BY_HAND }),
    secret: aSecret({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING', replaceLabel(BY_HAND, START)] }),
    listed: [keyOfVersion(V1), aListedKey()],
    pending: { versionId: V2, keyId: undefined, createdAt: START },
  };
  expect(actionsFor(key)).toEqual([]);
});
