import { describe, expect, test } from 'vitest';
import { keyLabel } from '../../lambda/core/derivation.ts';
import { leakedLabel, retireLabel } from '../../lambda/core/staging.ts';
import { aDeclaration, aSecret, keyOfVersion, SALT, SECRET_ARN, V1, V2, V3 } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { actionsFor, findingsFor, type Observed, planFor } from '../support/plan-for.ts';

const OTHER_SECRET = SECRET_ARN.replace('grid-bot-AbCdEf', 'tracker-GhIjKl');
const KEY_1 = keyOfVersion(V1).keyId;
const KEY_2 = keyOfVersion(V2).keyId;

/** V2 is pending beside the current V1. */
function pending(keyId: string | undefined, ageMs: number, changes: Observed = {}): Observed {
  return {
    secret: aSecret({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] }),
    listed: [keyOfVersion(V1), keyOfVersion(V2, { createdAt: at(-ageMs) })],
    pending: { versionId: V2, keyId, createdAt: at(-ageMs) },
    ...changes,
  };
}

describe('an orphan key', () => {
  const orphan = keyOfVersion(V3, { createdAt: at(-15 * MINUTE_MS) });

  function withOrphan(changes: Partial<typeof orphan> = {}, more: Observed = {}): Observed {
    return { listed: [keyOfVersion(V1), { ...orphan, ...changes }], ...more };
  }

  test('is told and counted at once, and revoked when no rotation can have it in its hands', () => {
    expect(actionsFor(withOrphan())).toEqual([
      { act: 'revoke', key: 'grid-bot', keyId: orphan.keyId, reason: 'Orphan' },
    ]);
    expect(planFor(withOrphan()).gauges.orphanKeys).toBe(1);
    expect(findingsFor(withOrphan())).toEqual(['OrphanFound NoVersionHoldsIt']);
  });

  test('is left alone while it is younger than a quarter of an hour', () => {
    const young = withOrphan({ createdAt: at(-15 * MINUTE_MS + 1) });
    expect(actionsFor(young)).toEqual([]);
    expect(planFor(young).gauges.orphanKeys).toBe(1);
  });

  test('is left alone when the exchange says that it will be made in the future', () => {
    expect(actionsFor(withOrphan({ createdAt: at(HOUR_MS) }))).toEqual([]);
  });

  test('counts as old where the exchange tells no age', () => {
    const { createdAt: _, ...ageless } = orphan;
    expect(actionsFor({ listed: [keyOfVersion(V1), ageless] })).toHaveLength(1);
  });

  test('is revoked though the current key is missing: nobody has its secret', () => {
    expect(actionsFor({ listed: [orphan], keyIds: new Map([[V1, KEY_1]]) })).toHaveLength(1);
  });

  test('of another secret is not an orphan of this one', () => {
    const label = keyLabel(SALT, OTHER_SECRET, V3);
    const neighbour: Observed = {
      declared: aDeclaration({ name: 'tracker' }),
      secret: aSecret({ [V3]: ['AWSCURRENT'] }, { arn: OTHER_SECRET, name: 'rekey/main/tracker' }),
    };
    const listed = [keyOfVersion(V1), keyOfVersion(V3, { label })];
    const plan = planFor({ listed }, { ...neighbour, listed });
    expect(plan.actions).toEqual([]);
    expect(plan.gauges).toMatchObject({ orphanKeys: 0, foreignKeys: 0 });
  });

  test('is a second key of one version, and the stored key ID tells which one counts', () => {
    const twin = keyOfVersion(V1, { keyId: 'bg_twin_of_the_first' });
    const key: Observed = { listed: [twin, keyOfVersion(V1)], keyIds: new Map([[V1, KEY_1]]) };
    expect(actionsFor(key)).toEqual([
      { act: 'revoke', key: 'grid-bot', keyId: 'bg_twin_of_the_first', reason: 'Orphan' },
    ]);
    expect(findingsFor(key)).toEqual(['OrphanFound NoVersionHoldsIt']);
  });

  test('is not the current key, though its own version has lost its labels (value saved again by hand)', () => {
    // V1 was put again by hand as V2 and V3, with the same key in it; V1 has no label any more.
    const key: Observed = {
      secret: aSecret({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] }),
      listed: [keyOfVersion(V1)],
      keyIds: new Map([[V3, KEY_1]]),
    };
    expect(actionsFor(key)).toEqual([]);
  });

  test('is not a key in its grace period, whose version was saved again', () => {
    const key: Observed = {
      secret: aSecret({ [V2]: [retireLabel(V2, at(DAY_MS))], [V3]: ['AWSCURRENT'] }),
      listed: [keyOfVersion(V1), keyOfVersion(V3)],
      keyIds: new Map([[V2, KEY_1]]),
    };
    expect(actionsFor(key)).toEqual([]);
  });
});

describe('a pending version', () => {
  const TWENTY = 20 * MINUTE_MS;
  const DRIFTED = { products: ['uta_mgt', 'uta_trade'] };

  test('with a stored key as declared waits, however old it is', () => {
    expect(actionsFor(pending(KEY_2, 30 * DAY_MS))).toEqual([]);
  });

  test('without a stored key has its key revoked when no rotation can have it in its hands', () => {
    expect(actionsFor(pending(undefined, TWENTY))).toEqual([
      { act: 'revoke', key: 'grid-bot', keyId: KEY_2, reason: 'SecretNeverStored' },
    ]);
    expect(actionsFor(pending(undefined, 5 * MINUTE_MS))).toEqual([]);
  });

  test('without any key is left alone: the rotation can still succeed', () => {
    expect(actionsFor(pending(undefined, 30 * DAY_MS, { listed: [keyOfVersion(V1)] }))).toEqual([]);
  });

  test.each([
    ['has drifted', { listed: [keyOfVersion(V1), keyOfVersion(V2, DRIFTED)] }, 'ProductDrift'],
    ['is gone', { listed: [keyOfVersion(V1)] }, 'PendingKeyGone'],
  ])('whose key %s is given up when it is old', (_what, changes, reason) => {
    expect(actionsFor(pending(KEY_2, TWENTY, changes))).toEqual([
      { act: 'abandonPending', key: 'grid-bot', versionId: V2, reason },
    ]);
  });

  test.each([
    ['has drifted', [keyOfVersion(V1), keyOfVersion(V2, { ...DRIFTED, createdAt: at(-MINUTE_MS) })]],
    ['is gone', [keyOfVersion(V1)]],
  ])('whose key %s is left alone while it is young', (_what, listed) => {
    expect(actionsFor(pending(KEY_2, MINUTE_MS, { listed }))).toEqual([]);
  });

  test('has a second key with its label revoked as an orphan', () => {
    const twin = keyOfVersion(V2, { keyId: 'bg_twin_of_the_second' });
    const key = pending(KEY_2, TWENTY, { listed: [keyOfVersion(V1), keyOfVersion(V2), twin] });
    expect(actionsFor(key)).toMatchObject([{ keyId: 'bg_twin_of_the_second', reason: 'Orphan' }]);
  });

  test('keeps a key whose age the exchange does not tell: a later try may have it in its hands', () => {
    const { createdAt: _, ...ageless } = keyOfVersion(V2);
    expect(actionsFor(pending(undefined, 2 * HOUR_MS, { listed: [keyOfVersion(V1), ageless] }))).toEqual([]);
  });

  test('of a deploy-time test, which holds a copy of the current key, is left alone', () => {
    const key = pending(KEY_1, 0, {
      listed: [keyOfVersion(V1)],
      declared: aDeclaration({ allowList: ['203.0.113.80'] }),
    });
    expect(actionsFor(key)).toEqual([]);
  });
});

describe('a pending version that is to replace a key in doubt', () => {
  const HALF_AN_HOUR = 30 * MINUTE_MS;

  function urgent(ageMs: number, changes: Observed = {}): Observed {
    const secret = aSecret({ [V1]: ['AWSCURRENT', leakedLabel(V1)], [V2]: ['AWSPENDING'] });
    return pending(KEY_2, ageMs, { secret, ...changes });
  }

  test('is given up after half an hour: the next window would be too far', () => {
    expect(actionsFor(urgent(HALF_AN_HOUR))).toEqual([
      { act: 'abandonPending', key: 'grid-bot', versionId: V2, reason: 'EmergencyUnfinished' },
    ]);
  });

  test('has half an hour', () => {
    expect(actionsFor(urgent(HALF_AN_HOUR - 1))).toEqual([]);
  });

  test('is kept if nobody tells its age', () => {
    const ageless = { versionId: V2, keyId: KEY_2, createdAt: undefined };
    expect(actionsFor(urgent(HALF_AN_HOUR, { pending: ageless }))).toEqual([]);
  });

  test('is kept if nothing is current: there is no key in doubt', () => {
    const secret = aSecret({ [V1]: ['AWSPREVIOUS', leakedLabel(V1)], [V2]: ['AWSPENDING'] });
    const key = urgent(HALF_AN_HOUR, { secret, listed: [keyOfVersion(V2)] });
    expect(actionsFor(key).filter(({ act }) => act === 'abandonPending')).toEqual([]);
  });
});

test('orphans of both kinds are counted together', () => {
  const orphan = keyOfVersion(V3);
  const key = pending(undefined, HOUR_MS, {
    listed: [keyOfVersion(V1), keyOfVersion(V2), orphan],
  });
  expect(planFor(key).gauges.orphanKeys).toBe(2);
});

test('an orphan is told to people by its shortened ID', () => {
  expect(planFor({ listed: [keyOfVersion(V1), keyOfVersion(V3)] }).findings).toMatchObject([
    { message: 'key bg_key_…0003 carries our label and no version of the secret holds it' },
  ]);
});
