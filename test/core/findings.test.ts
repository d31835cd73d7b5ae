import { describe, expect, test } from 'vitest';
import { aDeclaration, aListedKey, aSecret, keyOfVersion, V1, V3 } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, START } from '../support/fixed-time.ts';
import { findingsFor, planFor } from '../support/plan-for.ts';

const BY_HAND = 'bg_made_by_hand_0001';
const KEY_1 = keyOfVersion(V1).keyId;

describe('the current key', () => {
  test.each([
    ['has another permission', { permission: 'read' }, 'PermissionDrift'],
    ['has another product', { products: ['uta_mgt'] }, 'ProductDrift'],
    ['works from anywhere', { allowList: [] }, 'AllowListDrift'],
  ] as const)('that %s is told as drift and not touched', (_what, changes, reason) => {
    const plan = planFor({ listed: [keyOfVersion(V1, changes)] });
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject([{ event: 'DriftFound', reason, keyId: KEY_1 }]);
    expect(plan.gauges.driftedKeys).toBe(1);
  });

  test('that the exchange does not list is told as missing, with its key ID if its value is known', () => {
    const plan = planFor({ listed: [], keyIds: new Map([[V1, KEY_1]]) });
    expect(plan.findings).toMatchObject([{ event: 'KeyMissing', keyId: KEY_1, versionId: V1 }]);
    expect(plan.gauges.driftedKeys).toBe(0);
  });

  test('that was made by hand is found by its stored key ID', () => {
    const plan = planFor({ listed: [aListedKey()], keyIds: new Map([[V1, BY_HAND]]) });
    expect(plan.actions).toEqual([]);
    expect(plan.findings.map(({ event }) => event)).toEqual(['ForeignKeyFound']);
    expect(plan.gauges.oldestKeyDays).toBe(10);
  });

  test.each([
    ['in seven days', 7 * DAY_MS, 1],
    ['in a second', 1000, 1],
    ['a day ago', -DAY_MS, 1],
    ['in seven days and a second', 7 * DAY_MS + 1000, 0],
  ])('that the exchange ends %s is told in time', (_when, inMs, count) => {
    const plan = planFor({ listed: [keyOfVersion(V1, { expiresAt: at(inMs) })] });
    expect(plan.gauges.keysExpiring).toBe(count);
    expect(plan.findings.filter(({ event }) => event === 'KeyExpiring')).toHaveLength(count);
  });

  test('gives the age of the oldest one, in days and parts of days', () => {
    const keys = [1.5, 3].map((days) => ({ listed: [keyOfVersion(V1, { createdAt: at(-days * DAY_MS) })] }));
    expect(planFor(...keys).gauges.oldestKeyDays).toBe(3);
  });

  test.each([
    ['no age', { createdAt: undefined }],
    ['a date in the future', { createdAt: at(HOUR_MS) }],
  ])('with %s counts as new', (_what, { createdAt }) => {
    const { createdAt: _, ...ageless } = keyOfVersion(V1);
    expect(
      planFor({ listed: [{ ...ageless, ...(createdAt ? { createdAt } : {}) }] }).gauges.oldestKeyDays,
    ).toBe(0);
  });
});

describe('a rotation', () => {
  test.each([
    ['is late by an hour', at(-HOUR_MS), 0],
    ['is late by more', at(-HOUR_MS - 1), 1],
    ['is to come', at(HOUR_MS), 0],
  ])('that %s', (_what, nextRotationAt, count) => {
    const plan = planFor({ secret: aSecret({ [V1]: ['AWSCURRENT'] }, { nextRotationAt }) });
    expect(plan.gauges.rotationsOverdue).toBe(count);
    expect(plan.findings).toHaveLength(count);
    if (count > 0)
      expect(plan.findings).toMatchObject([{ event: 'RotationOverdue', reason: 'NextDatePassed' }]);
  });

  test('that is turned off is told, late or not', () => {
    const secret = aSecret({ [V1]: ['AWSCURRENT'] }, { rotationEnabled: false });
    expect(findingsFor({ secret })).toEqual(['RotationOverdue RotationDisabled']);
    expect(planFor({ secret }).gauges.rotationsOverdue).toBe(1);
  });

  test('without a next date is not late', () => {
    const { nextRotationAt: _, ...secret } = aSecret({ [V1]: ['AWSCURRENT'] });
    expect(findingsFor({ secret })).toEqual([]);
  });
});

describe('a foreign key', () => {
  const foreign = aListedKey();

  test('is told and counted, and never in an action', () => {
    const plan = planFor({ listed: [keyOfVersion(V1), foreign] });
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject([
      { event: 'ForeignKeyFound', reason: 'NotMadeByRekey', keyId: BY_HAND },
    ]);
    expect(plan.gauges.foreignKeys).toBe(1);
  });

  test('is told once though two declared keys share its sub-account', () => {
    const listed = [keyOfVersion(V1), foreign];
    expect(planFor({ listed }, { declared: aDeclaration({ name: 'b' }), listed }).gauges.foreignKeys).toBe(1);
  });

  test('is told for each sub-account of its own', () => {
    const other = { declared: aDeclaration({ name: 'b', subAccount: '2002' }), secret: aSecret() };
    const plan = planFor(
      { listed: [foreign] },
      { ...other, listed: [aListedKey({ keyId: 'bg_another_one_1' })] },
    );
    expect(plan.findings.filter(({ event }) => event === 'ForeignKeyFound')).toHaveLength(2);
  });

  test('is not one that the declaration of a neighbour names', () => {
    const listed = [keyOfVersion(V1), foreign];
    const neighbour = { declared: aDeclaration({ name: 'b', replaces: BY_HAND }), listed };
    expect(planFor({ listed }, neighbour).gauges.foreignKeys).toBe(0);
  });

  test('is one that only looks like ours', () => {
    expect(planFor({ listed: [keyOfVersion(V1, { label: 'rkabcdefghijklmn' })] }).gauges.foreignKeys).toBe(1);
  });
});

test('a finding has the day as occurrence: it is told again tomorrow if it stays', () => {
  const everything = planFor(
    { listed: [aListedKey()], keyIds: new Map([[V1, KEY_1]]) },
    { listed: [keyOfVersion(V1, { permission: 'read', expiresAt: START }), keyOfVersion(V3)] },
    { secret: aSecret({}, { rotationEnabled: false }), listed: [aListedKey()] },
  );
  expect(new Set(everything.findings.map(({ occurrence }) => occurrence))).toEqual(new Set(['2026-11-21']));
  expect(new Set(everything.findings.map(({ event }) => event)).size).toBe(6);
});
