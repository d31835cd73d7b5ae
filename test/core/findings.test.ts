import { describe, expect, test } from 'vitest';
import { aDeclaration, aListedKey, aSecret, keyOfVersion, V1, V3 } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, START } from '../support/fixed-time.ts';
import { BOT_ADDRESS } from '../support/in-memory-exchange.ts';
import { findingsFor, type Observed, planFor } from '../support/plan-for.ts';

const BY_HAND = 'bg_made_by_hand_0001';
const KEY_1 = keyOfVersion(V1).keyId;

/** The secret with what was noted of its current key. */
function noted(value = '') {
  return aSecret({ [V1]: ['AWSCURRENT'] }, { tags: new Map([['rekey:power', value]]) });
}

describe('the current key', () => {
  test.each([
    ['has another permission', { permission: 'read' }, 'PermissionDrift'],
    ['has a product less', { products: [] }, 'ProductDrift'],
    ['works from fewer addresses', { allowList: [BOT_ADDRESS] }, 'AllowListDrift'],
  ] as const)('that %s is told as drift and not touched', (_what, changes, reason) => {
    const plan = planFor({ listed: [keyOfVersion(V1, changes)] });
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject([{ event: 'DriftFound', reason, keyId: KEY_1 }]);
    expect(plan.gauges).toMatchObject({ driftedKeys: 1, widenedKeys: 0 });
    expect(plan.signs).toEqual([]);
  });

  test.each([
    ['may trade and should only read', { permission: 'trade' }, 'PermissionAdded'],
    ['has a product more', { products: ['uta_mgt', 'uta_trade'] }, 'ProductAdded'],
    ['has another product', { products: ['uta_mgt'] }, 'ProductAdded'],
    ['works from anywhere', { allowList: [] }, 'AddressAdded'],
    ['works from another address', { allowList: [BOT_ADDRESS, '203.0.113.66'] }, 'AddressAdded'],
  ] as const)('that %s has more power than declared', (_what, changes, reason) => {
    const permission = 'permission' in changes ? 'read' : 'trade';
    const declared = aDeclaration({ permission });
    const plan = planFor({ declared, listed: [keyOfVersion(V1, { permission, ...changes })] });
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject([{ event: 'PowerWidened', reason, keyId: KEY_1 }]);
    expect(plan.gauges).toMatchObject({ driftedKeys: 0, widenedKeys: 1 });
    expect(plan.signs, 'nobody knows what it was before').toEqual([]);
  });

  test('is noted as it is while it is as declared, and not again', () => {
    const [note] = planFor({}).notes;
    expect(note).toMatchObject({ key: 'grid-bot', tag: 'rekey:power' });
    expect(planFor({ secret: noted(note?.value) }).notes).toEqual([]);
  });

  test('that got more power at the exchange since it was noted is a sign of misuse', () => {
    const secret = noted(planFor({}).notes[0]?.value);
    const plan = planFor({ secret, listed: [keyOfVersion(V1, { allowList: [] })] });
    expect(plan.findings).toMatchObject([{ event: 'PowerWidened', reason: 'AddressAdded' }]);
    expect(plan.signs).toEqual([
      {
        reason: 'AddressAdded',
        keys: ['grid-bot'],
        lastSeen: START,
        admits: ['rotate', 'stop'],
        declaredBy: 'key',
      },
    ]);
    expect(plan.notes, 'what is not as declared is not noted').toEqual([]);
  });

  test('that has more power only because the declaration was narrowed has drifted, and nothing is answered', () => {
    const secret = noted(planFor({}).notes[0]?.value);
    const plan = planFor({ secret, declared: aDeclaration({ allowList: [BOT_ADDRESS] }) });
    expect(plan.findings).toMatchObject([{ event: 'DriftFound', reason: 'AllowListDrift' }]);
    expect(plan.signs).toEqual([]);
  });

  test('of another version is noted anew', () => {
    const secret = { ...noted('00000000 00000000'), versions: aSecret({ [V1]: ['AWSCURRENT'] }).versions };
    expect(planFor({ secret }).notes).toHaveLength(1);
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

describe('what people read of a finding', () => {
  const told = (key: Observed) => planFor(key).findings.map(({ reason, message }) => ({ reason, message }));

  test.each([
    [
      'a key that is not listed',
      { listed: [] },
      'CurrentKeyNotListed',
      'the exchange does not list the key that is AWSCURRENT; rotate it now',
    ],
    [
      'a key that is ended soon',
      { listed: [keyOfVersion(V1, { expiresAt: at(DAY_MS) })] },
      'ExpiresSoon',
      'the exchange ends the key at 2026-11-22T10:00:00.000Z; rotate it before',
    ],
    [
      'a rotation that is late',
      { secret: aSecret({ [V1]: ['AWSCURRENT'] }, { nextRotationAt: at(-DAY_MS) }) },
      'NextDatePassed',
      'the key was to be rotated by 2026-11-20T10:00:00.000Z',
    ],
    [
      'a rotation that is turned off',
      { secret: aSecret({ [V1]: ['AWSCURRENT'] }, { rotationEnabled: false }) },
      'RotationDisabled',
      'the rotation of the secret is turned off; deploy again to turn it on',
    ],
    [
      'a foreign key',
      { listed: [keyOfVersion(V1), aListedKey()] },
      'NotMadeByRekey',
      'sub-account 1001 holds key bg_made…0001, which Rekey did not make',
    ],
  ] as Array<[string, Observed, string, string]>)('names the key or the date: %s', (...row) => {
    const [, key, reason, message] = row;
    expect(told(key)).toEqual([{ reason, message }]);
  });
});

test('a key that the exchange does not list is counted', () => {
  expect(planFor({ listed: [] }).gauges.keysMissing).toBe(1);
  expect(planFor({}).gauges.keysMissing).toBe(0);
});
