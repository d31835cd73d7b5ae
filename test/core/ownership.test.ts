import { describe, expect, test } from 'vitest';
import { keyLabel } from '../../lambda/core/derivation.ts';
import { foreignKeys, ownKeys } from '../../lambda/core/ownership.ts';
import { findKeyOf, subjectOf } from '../../lambda/core/subject.ts';
import {
  aDeclaration,
  aListedKey,
  anObservation,
  anObservedKey,
  aSecret,
  keyOfVersion,
  SALT,
  SECRET_ARN,
  V1,
  V2,
  V3,
} from '../support/builders.ts';
import { START } from '../support/fixed-time.ts';

describe('our own keys', () => {
  test('are those with a label for this secret, each with its version, or without one', () => {
    const observed = anObservedKey({
      secret: aSecret({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] }),
      listed: [keyOfVersion(V1), keyOfVersion(V2), keyOfVersion(V3), aListedKey()],
    });
    expect(ownKeys(observed, SALT).map(({ versionId }) => versionId)).toEqual([V1, V2, undefined]);
  });

  test('of the same version are told apart by the stored key ID', () => {
    const twins = [keyOfVersion(V1), keyOfVersion(V1, { keyId: 'bg_twin' })];
    const observed = anObservedKey({ listed: twins, keyIds: new Map([[V1, 'bg_twin']]) });
    expect(ownKeys(observed, SALT).map(({ versionId }) => versionId)).toEqual([undefined, V1]);
  });

  test('of the same pending version are told apart by the stored key ID', () => {
    const secret = aSecret({ [V1]: ['AWSPENDING'] });
    const twins = [keyOfVersion(V1), keyOfVersion(V1, { keyId: 'bg_twin' })];
    const pending = { versionId: V1, keyId: 'bg_twin', createdAt: START };
    const observed = anObservedKey({ secret, listed: twins, pending });
    expect(ownKeys(observed, SALT).map(({ versionId }) => versionId)).toEqual([undefined, V1]);
  });

  test('under another salt are strangers', () => {
    const label = keyLabel(SALT, SECRET_ARN.replace('main', 'other'), V1);
    const observation = anObservation({ listed: [keyOfVersion(V1, { label })] });
    expect(foreignKeys(observation).map(({ key }) => key.label)).toEqual([label]);
  });
});

describe('the key of a version', () => {
  test('is found by its label before its stored key ID', () => {
    const observed = anObservedKey({ listed: [aListedKey(), keyOfVersion(V1)] });
    const subject = subjectOf(observed, anObservation(), START);
    expect(findKeyOf(subject, V1)).toEqual(keyOfVersion(V1));
    expect(subject.currentKey).toEqual(keyOfVersion(V1));
  });

  test('is found by its stored key ID where no label names it', () => {
    const hand = aListedKey();
    const observed = anObservedKey({ listed: [hand], keyIds: new Map([[V1, hand.keyId]]) });
    expect(findKeyOf(subjectOf(observed, anObservation(), START), V1)).toEqual(hand);
  });

  test('is not found without either', () => {
    const subject = subjectOf(anObservedKey({ listed: [aListedKey()] }), anObservation(), START);
    expect(findKeyOf(subject, V1)).toBeUndefined();
    expect(findKeyOf(subject, V2)).toBeUndefined();
  });
});

describe('a key that several versions hold', () => {
  test('belongs to the version that its label names', () => {
    const { keyId } = keyOfVersion(V1);
    const observed = anObservedKey({
      secret: aSecret({ [V2]: ['AWSCURRENT'], [V1]: ['AWSPREVIOUS'] }),
      keyIds: new Map([
        [V2, keyId],
        [V1, keyId],
      ]),
    });
    expect(ownKeys(observed, SALT)).toMatchObject([{ versionId: V1 }]);
  });

  test('belongs to the pending one if the version that its label names is gone', () => {
    const { keyId } = keyOfVersion(V1);
    const observed = anObservedKey({
      secret: aSecret({ [V2]: ['AWSPENDING'] }),
      pending: { versionId: V2, keyId, createdAt: START },
    });
    expect(ownKeys(observed, SALT)).toMatchObject([{ versionId: V2 }]);
  });
});

test('a key is foreign though the declaration of another sub-account names it', () => {
  const hand = aListedKey();
  const observation = anObservation(
    { listed: [keyOfVersion(V1), hand] },
    { declared: aDeclaration({ name: 'tracker', subAccount: '2002', replaces: hand.keyId }), listed: [] },
  );
  expect(foreignKeys(observation)).toEqual([{ key: hand, subAccount: '1001' }]);
});
