import { describe, expect, test } from 'vitest';
import { dayOf, type Fact, tell } from '../../lambda/core/facts.ts';
import { V1 } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { SCENE } from '../support/world.ts';

const FACT: Fact = {
  event: 'KeyRevoked',
  key: 'grid-bot',
  keyId: 'bg_0123456789abcdef',
  versionId: V1,
  reason: 'GracePeriodOver',
  message: 'it is dead',
};

describe('the id of an event', () => {
  const { id } = tell(SCENE, at(0), FACT);

  test.each([
    ['later', tell(SCENE, at(HOUR_MS), FACT)],
    ['by somebody else', tell({ ...SCENE, who: 'operate' }, at(0), FACT)],
    ['in other words', tell(SCENE, at(0), { ...FACT, message: 'dead it is' })],
    [
      'for another reason, as it can happen only once',
      tell(SCENE, at(0), { ...FACT, reason: 'AlreadyGone' }),
    ],
  ])('is the same for the same fact told %s', (_how, event) => {
    expect(event.id).toBe(id);
  });

  test.each([
    ['account', tell({ ...SCENE, account: 'other' }, at(0), FACT)],
    ['event', tell(SCENE, at(0), { ...FACT, event: 'KeyRetiring' })],
    ['key', tell(SCENE, at(0), { ...FACT, key: 'tracker' })],
    [
      'key ID, though it looks the same when shortened',
      tell(SCENE, at(0), { ...FACT, keyId: 'bg_0123xcdef' }),
    ],
    ['version', tell(SCENE, at(0), { ...FACT, versionId: 'other' })],
    ['occurrence', tell(SCENE, at(0), { ...FACT, occurrence: '2026-11-21' })],
  ])('differs with the %s', (_what, event) => {
    expect(event.id).not.toBe(id);
  });
});

test('the id of a finding differs with its reason too, as several may be found on one day', () => {
  const finding: Fact = { ...FACT, event: 'DriftFound', occurrence: '2026-11-21' };
  const other = { ...finding, reason: 'AllowListDrift' };
  expect(tell(SCENE, at(0), finding).id).not.toBe(tell(SCENE, at(0), other).id);
});

describe('an event', () => {
  test('holds the scene, the fact and a shortened key ID, and nothing that is not there', () => {
    expect(tell(SCENE, at(0), { ...FACT, sourceAddress: undefined })).toEqual({
      id: expect.any(String),
      at: '2026-11-21T10:00:00.000Z',
      severity: 'info',
      account: 'main',
      exchange: 'bitget',
      who: 'test',
      event: 'KeyRevoked',
      key: 'grid-bot',
      keyId: 'bg_0123…cdef',
      versionId: V1,
      reason: 'GracePeriodOver',
      message: 'it is dead',
    });
  });

  test('says how urgent it is', () => {
    expect(tell(SCENE, at(0), { ...FACT, event: 'ForeignKeyFound' }).severity).toBe('critical');
  });

  test('does not show what tells its occurrences apart', () => {
    expect(tell(SCENE, at(0), { ...FACT, occurrence: '2026-11-21' })).not.toHaveProperty('occurrence');
  });
});

test('a finding that stays is a new fact each UTC day', () => {
  expect(dayOf(at(0))).toBe('2026-11-21');
  expect(dayOf(at(13 * HOUR_MS + 59 * MINUTE_MS))).toBe('2026-11-21');
  expect(dayOf(at(DAY_MS))).toBe('2026-11-22');
});

test('the id of an event is pinned: a change would make new facts of all that was told before', () => {
  const { key: _key, keyId: _keyId, versionId: _versionId, ...bare } = FACT;
  expect(tell(SCENE, at(0), FACT).id).toBe('56e2d9b508db7dabe8e4c3077e57590b');
  expect(tell(SCENE, at(0), bare).id).toBe('afa8dafdb33972b6a871bd483af95844');
});
