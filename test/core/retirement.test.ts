import { beforeEach, describe, expect, test } from 'vitest';
import { createStep, finishStep } from '../../lambda/core/rotation.ts';
import { findReplacement, retireLabel } from '../../lambda/core/staging.ts';
import { at, DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { credentialsOf, type KeptKey } from '../support/in-memory-exchange.ts';
import { World } from '../support/world.ts';

/** A bot that has used a hand-made key until now, which the declaration names under `replaces`. */
let world: World;
let handMade: KeptKey;

beforeEach(() => {
  world = new World();
  handMade = world.exchange.addKey();
  world.declared = { ...world.declared, replaces: handMade.keyId };
});

/** When the hand-made key is due, by whichever version says so. */
function dueAt(): Date | undefined {
  return findReplacement(world.store.ownLabels(world.arn), handMade.keyId)?.dueAt;
}

describe('a hand-made key that the declaration names', () => {
  test.each([true, false])(
    'is due a grace period after the first promotion (Secrets Manager made the first value current: %s)',
    async (firstValueIsCurrent) => {
      world.store.firstValueIsCurrent = firstValueIsCurrent;
      await world.rotate();
      expect(dueAt()).toEqual(at(DAY_MS));
      expect(world.exchange.keys.has(handMade.keyId)).toBe(true);
    },
  );

  test('lives until then, and is dead soon after', async () => {
    await world.rotate();
    await world.reconcileFor(23 * HOUR_MS);
    expect(world.exchange.keys.has(handMade.keyId)).toBe(true);
    await world.reconcileFor(2 * HOUR_MS);
    expect(world.exchange.revoked).toEqual([handMade.keyId]);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.audit.told).toContain('KeyRevoked ReplacedByHand');
  });

  test('is not noted again by the next rotation', async () => {
    await world.rotate();
    for (let rotation = 0; rotation < 2; rotation += 1) {
      world.time.advance(HOUR_MS);
      await world.rotate();
    }
    expect(dueAt()).toEqual(at(DAY_MS));
    expect(
      world.store.ownLabels(world.arn).filter((label) => label.startsWith('rekey-replace')),
    ).toHaveLength(1);
  });

  test('is not noted when it is gone already', async () => {
    world.exchange.removeKey(handMade.keyId);
    await world.rotate();
    expect(dueAt()).toBeUndefined();
  });

  test('is noted when it was named after the first rotation', async () => {
    const { replaces: _, ...declared } = world.declared;
    world.declared = declared;
    await world.rotate();
    world.declared = { ...declared, replaces: handMade.keyId };
    await world.rotate();
    expect(dueAt()).toEqual(at(DAY_MS));
  });

  test('is settled at once when somebody has deleted it', async () => {
    await world.rotate();
    world.exchange.removeKey(handMade.keyId);
    await world.reconcile();
    expect(world.store.ownLabels(world.arn)).toEqual([]);
  });

  test('has a whole grace period from the promotion, however long ago an attempt failed', async () => {
    world.store.firstValueIsCurrent = false;
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    world.store.fail('promote');
    await expect(finishStep(world.rotation(versionId), world.ports)).rejects.toThrow();
    world.time.advance(7 * DAY_MS);
    await world.runSteps(versionId);
    await world.reconcile();
    expect(world.exchange.revoked).toEqual([]);
  });

  test('is not revoked before a newer key was promoted, though it was noted once', async () => {
    const { replaces: _, ...declared } = world.declared;
    world.declared = declared;
    await world.rotate();
    world.declared = { ...declared, replaces: handMade.keyId };
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    world.store.fail('promote');
    await expect(finishStep(world.rotation(versionId), world.ports)).rejects.toThrow();
    await world.reconcileFor(25 * HOUR_MS);
    expect(world.exchange.revoked).toEqual([]);
  });

  test('is not confused with another one that is named later', async () => {
    await world.rotate();
    const second = world.exchange.addKey();
    world.declared = { ...world.declared, replaces: second.keyId };
    await world.reconcileFor(25 * HOUR_MS);
    expect(world.exchange.revoked).not.toContain(second.keyId);
  });
});

describe('a hand-made key that somebody put into the secret', () => {
  test('is retired by the next rotation when the declaration names it', async () => {
    world.store.putByHand(world.arn, credentialsOf(handMade));
    await world.rotate();
    await world.reconcileFor(25 * HOUR_MS);
    expect(world.exchange.revoked).toEqual([handMade.keyId]);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
  });

  test('is never revoked when no declaration names it, and its debt stays and is told', async () => {
    const { replaces: _, ...declared } = world.declared;
    world.declared = declared;
    world.store.putByHand(world.arn, credentialsOf(handMade));
    await world.rotate();
    await world.reconcileFor(26 * HOUR_MS);
    expect(world.exchange.revoked).toEqual([]);
    expect(world.audit.told).toContain('RevocationOverdue NotMadeByRekey');
    world.exchange.removeKey(handMade.keyId);
    await world.reconcile();
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.audit.told.at(-1)).toBe('KeyRevoked AlreadyGone');
  });
});

test('a key that was replaced by hand keeps its grace period when a rotation follows at once', async () => {
  world = new World();
  const first = await world.rotate();
  world.time.advance(10 * DAY_MS);
  world.store.putByHand(world.arn, credentialsOf(world.exchange.addKey()));
  await world.rotate();
  await world.reconcile();
  expect(world.exchange.revoked).not.toContain(world.keyIdOf(first));
});

test('versions keep within twenty labels with short intervals and a long grace period', async () => {
  world = new World({ gracePeriodMinutes: 10 * 60 });
  for (let hour = 0; hour < 9; hour += 1) {
    await world.rotate();
    world.time.advance(HOUR_MS - MINUTE_MS);
    await world.reconcile();
    world.time.advance(MINUTE_MS);
  }
  expect(world.store.ownLabels(world.arn)).toHaveLength(8);
  expect(world.exchange.revoked).toEqual([]);
});

describe('a finish step', () => {
  let first: string;
  let second: string;

  beforeEach(async () => {
    world = new World();
    first = await world.rotate();
    world.time.advance(DAY_MS);
    second = world.store.register(world.arn);
    await createStep(world.rotation(second), world.ports);
  });

  const finish = () => finishStep(world.rotation(second), world.ports);

  test('needs no answer of the exchange where no hand-made key is named', async () => {
    world.exchange.fail('listKeys', 'neverSent');
    await finish();
    expect(world.store.holder(world.arn, 'AWSCURRENT')).toBe(second);
  });

  test('that is tried again within the same second keeps the due time it wrote down', async () => {
    world.store.fail('promote');
    await expect(finish()).rejects.toThrow('ThrottlingException');
    await finish();
    expect(world.store.ownLabels(world.arn)).toEqual([retireLabel(first, at(2 * DAY_MS))]);
  });

  test('that is tried again later renews the due time, and at no moment is there none', async () => {
    world.store.fail('promote');
    await expect(finish()).rejects.toThrow('ThrottlingException');
    world.time.advance(HOUR_MS);
    world.store.fail('removeLabel');
    await expect(finish()).rejects.toThrow('ThrottlingException');
    const noted = [at(2 * DAY_MS), at(2 * DAY_MS + HOUR_MS)].map((dueAt) => retireLabel(first, dueAt));
    expect(world.store.ownLabels(world.arn).toSorted()).toEqual(noted);
    await finish();
    expect(world.store.ownLabels(world.arn)).toEqual(noted.slice(1));
  });

  test('that is called again after the debt was settled tells of no retiring key', async () => {
    await finish();
    for (const label of world.store.ownLabels(world.arn)) world.store.unlabel(world.arn, label);
    world.audit.events.length = 0;
    await finish();
    expect(world.audit.told).toEqual(['KeyPromoted Verified']);
  });
});
