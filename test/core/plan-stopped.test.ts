import { describe, expect, test } from 'vitest';
import { leakedLabel, restartLabel, retireLabel, stoppedLabel } from '../../lambda/core/staging.ts';
import { aDeclaration, aListedKey, aSecret, keyOfVersion, V1, V2, V3 } from '../support/builders.ts';
import { at, DAY_MS, MINUTE_MS, START } from '../support/fixed-time.ts';
import { actionsFor, type Observed, planFor } from '../support/plan-for.ts';

const BY_HAND = 'bg_made_by_hand_0001';
const KEY_1 = keyOfVersion(V1).keyId;
const KEY_2 = keyOfVersion(V2).keyId;
const DUE = retireLabel(V1, START);
const QUARTER = 15 * MINUTE_MS;

/** V2 is current and stopped, V1 was replaced by it; rotation is off, and no key lives unless a test says so. */
function stopped(labels: readonly string[] = [], changes: Observed = {}): Observed {
  return {
    secret: aSecret(
      { [V1]: ['AWSPREVIOUS', ...labels], [V2]: ['AWSCURRENT', stoppedLabel(V2)] },
      { rotationEnabled: false },
    ),
    listed: [],
    ...changes,
  };
}

test('a stopped key whose keys are all dead and told gives nothing to do and nothing to tell', () => {
  const plan = planFor(stopped());
  expect(plan.actions).toEqual([]);
  expect(plan.findings).toEqual([]);
  expect(plan.gauges).toMatchObject({
    stoppedKeys: 1,
    retiringKeys: 0,
    revocationsOverdue: 0,
    keysMissing: 0,
  });
});

describe('every living key of a stopped one', () => {
  test('is revoked: the current one, the replaced one, and one that no version holds', () => {
    const listed = [keyOfVersion(V1), keyOfVersion(V2), keyOfVersion(V3), aListedKey()];
    const plan = planFor(stopped([DUE], { listed }));
    expect(plan.actions).toEqual([
      {
        ...{ act: 'revoke', key: 'grid-bot', keyId: KEY_1, reason: 'Stopped', versionId: V1 },
        debt: { versionId: V1, stagingLabels: ['AWSPREVIOUS', DUE] },
      },
      { act: 'revoke', key: 'grid-bot', keyId: KEY_2, reason: 'Stopped', versionId: V2 },
      { act: 'revoke', key: 'grid-bot', keyId: keyOfVersion(V3).keyId, reason: 'Stopped' },
    ]);
    expect(plan.gauges.retiringKeys).toBe(3);
  });

  test('is revoked if the declaration names it as one to replace', () => {
    const declared = aDeclaration({ replaces: BY_HAND });
    expect(
      actionsFor(stopped([], { declared, listed: [aListedKey(), aListedKey({ keyId: 'bg_other' })] })),
    ).toEqual([{ act: 'revoke', key: 'grid-bot', keyId: BY_HAND, reason: 'Stopped' }]);
  });

  test.each([
    ['is no debt for a quarter of an hour', QUARTER, 0],
    ['is debt after it, and told', QUARTER + 1000, 1],
  ])('%s', (_what, ago, count) => {
    const labels = [retireLabel(V1, at(-ago))];
    const plan = planFor(stopped(labels, { listed: [keyOfVersion(V1), keyOfVersion(V2)] }));
    expect(plan.gauges.revocationsOverdue).toBe(count);
    expect(plan.findings).toEqual(
      count === 0
        ? []
        : [
            {
              ...{ event: 'RevocationOverdue', key: 'grid-bot', keyId: KEY_1, versionId: V1 },
              reason: 'StillAlive',
              message: 'the key was stopped, and the exchange has not let go of it; delete it by hand',
              occurrence: '2026-11-21',
            },
          ],
    );
  });
});

describe('a key of a stopped one that is dead already', () => {
  test('is settled and told as long as a due time says that it has not been', () => {
    const labels = [retireLabel(V1, at(DAY_MS)), leakedLabel(V1)];
    const key = stopped(labels, { keyIds: new Map([[V1, KEY_1]]) });
    expect(actionsFor(key)).toEqual([
      {
        ...{ act: 'revoke', key: 'grid-bot', keyId: KEY_1, reason: 'AlreadyGone', versionId: V1 },
        debt: { versionId: V1, stagingLabels: ['AWSPREVIOUS', leakedLabel(V1), retireLabel(V1, at(DAY_MS))] },
      },
    ]);
  });

  test('is settled under an unknown key ID if its version has no value', () => {
    expect(actionsFor(stopped([DUE]))).toMatchObject([{ keyId: 'unknown', reason: 'AlreadyGone' }]);
  });

  test('is not taken for dead while a key that was made by hand for its version lives', () => {
    const key = stopped([DUE], { listed: [aListedKey()], keyIds: new Map([[V1, BY_HAND]]) });
    expect(actionsFor(key)).toEqual([]);
  });
});

describe('a stopped key is held', () => {
  const held = [{ act: 'holdStopped', key: 'grid-bot', versionId: undefined }];

  test('if somebody has turned its rotation on', () => {
    const secret = aSecret({ [V2]: ['AWSCURRENT', stoppedLabel(V2)] });
    expect(actionsFor(stopped([], { secret }))).toEqual(held);
  });

  test('if a rotation is under way', () => {
    const pending = { versionId: V3, keyId: undefined, createdAt: START };
    expect(actionsFor(stopped([], { pending }))).toEqual([
      { act: 'holdStopped', key: 'grid-bot', versionId: V3 },
    ]);
  });

  test('if a rotation was asked for', () => {
    expect(actionsFor(stopped([restartLabel(V1)]))).toEqual(held);
  });
});
