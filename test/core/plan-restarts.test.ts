import { describe, expect, test } from 'vitest';
import { leakedLabel, restartLabel } from '../../lambda/core/staging.ts';
import { aSecret, keyOfVersion, V1, V2 } from '../support/builders.ts';
import { START } from '../support/fixed-time.ts';
import { actionsFor, type Observed } from '../support/plan-for.ts';

/** V2 is current; V1 was given up, and the rotation in its place was never started. */
const GIVEN_UP: Observed = {
  secret: aSecret({ [V1]: [restartLabel(V1)], [V2]: ['AWSCURRENT'] }),
  listed: [keyOfVersion(V2)],
};

/** V2 is current and in doubt; the order was cut off before it started a rotation. */
const IN_DOUBT: Observed = {
  secret: aSecret({ [V2]: ['AWSCURRENT', leakedLabel(V2)] }),
  listed: [keyOfVersion(V2)],
};

describe('a rotation that was asked for and not started', () => {
  test('in place of a version that was given up is started, and the request taken back', () => {
    expect(actionsFor(GIVEN_UP)).toEqual([
      {
        act: 'rotate',
        key: 'grid-bot',
        reason: 'PendingAbandoned',
        versionId: V1,
        stagingLabels: [restartLabel(V1)],
      },
    ]);
  });

  test('in place of a key in doubt is started, and the mark stays until the key is dead', () => {
    expect(actionsFor(IN_DOUBT)).toEqual([
      { act: 'rotate', key: 'grid-bot', reason: 'KeyInDoubt', versionId: V2, stagingLabels: [] },
    ]);
  });

  test('for several reasons is started once', () => {
    const secret = aSecret({ [V1]: [restartLabel(V1)], [V2]: ['AWSCURRENT', leakedLabel(V2)] });
    expect(actionsFor({ ...GIVEN_UP, secret })).toMatchObject([{ reason: 'PendingAbandoned' }]);
  });

  test.each([
    ['given up', GIVEN_UP],
    ['in doubt', IN_DOUBT],
  ])('is not started beside one that is under way: %s', (_what, key) => {
    const pending = { versionId: 'v3', keyId: undefined, createdAt: START };
    expect(actionsFor({ ...key, pending })).toEqual([]);
  });

  test.each([
    ['given up', GIVEN_UP],
    ['in doubt', IN_DOUBT],
  ])('is not started if somebody has turned rotation off: %s', (_what, key) => {
    const secret = aSecret(Object.fromEntries(key.secret?.versions ?? []), { rotationEnabled: false });
    expect(actionsFor({ ...key, secret })).toEqual([]);
  });
});
