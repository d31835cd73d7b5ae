import { beforeEach, describe, expect, test } from 'vitest';
import { execute } from '../../lambda/core/execute.ts';
import { observe } from '../../lambda/core/observation.ts';
import type { Action } from '../../lambda/core/plan.ts';
import { retireLabel } from '../../lambda/core/staging.ts';
import { DAY_MS } from '../support/fixed-time.ts';
import { SCENE, World } from '../support/world.ts';

let world: World;
let first: string;

beforeEach(async () => {
  world = new World();
  first = await world.rotate();
  await world.rotate();
  world.audit.events.length = 0;
});

/** Carries out an action on what is observed now. */
async function carryOut(action: Action): Promise<void> {
  const observation = await observe(world.account, world.ports);
  await execute(action, { scene: SCENE, observation }, world.ports);
}

function revocation(changes: Partial<Extract<Action, { act: 'revoke' }>> = {}): Action {
  return {
    act: 'revoke',
    key: 'grid-bot',
    keyId: world.keyIdOf(first),
    reason: 'GracePeriodOver',
    versionId: first,
    ...changes,
  };
}

describe('carrying out an action', () => {
  test('for a key that was not observed does nothing', async () => {
    await carryOut(revocation({ key: 'tracker' }));
    expect(world.exchange.revoked).toEqual([]);
    expect(world.audit.events).toEqual([]);
  });

  test('twice does the same once', async () => {
    const labels = world.store.labelsOf(world.arn, first).filter((label) => label.startsWith('rekey'));
    const debt = { versionId: first, stagingLabels: labels };
    await carryOut(revocation({ debt }));
    await carryOut(revocation({ debt }));
    expect(world.exchange.revoked).toEqual([world.keyIdOf(first)]);
    expect(new Set(world.audit.events.map(({ id }) => id)).size).toBe(1);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
  });

  test('without a debt takes no label off', async () => {
    const before = world.store.ownLabels(world.arn);
    await carryOut(revocation());
    expect(world.store.ownLabels(world.arn)).toEqual(before);
  });

  test('on a version that has lost all its labels meanwhile revokes its key', async () => {
    for (const label of world.store.labelsOf(world.arn, first)) world.store.unlabel(world.arn, label);
    await carryOut(revocation());
    expect(world.exchange.revoked).toEqual([world.keyIdOf(first)]);
  });

  test('that starts a grace period attaches the due time', async () => {
    for (const label of world.store.ownLabels(world.arn)) world.store.unlabel(world.arn, label);
    const dueAt = new Date(world.time.now().getTime() + DAY_MS);
    await carryOut({ act: 'startGracePeriod', key: 'grid-bot', versionId: first, dueAt });
    expect(world.store.ownLabels(world.arn)).toEqual([retireLabel(first, dueAt)]);
    expect(world.audit.events).toMatchObject([
      {
        event: 'KeyRetiring',
        reason: 'NoDueTime',
        versionId: first,
        message: 'a replaced key had no due time; it works on until 2026-11-22T10:00:00.000Z',
      },
    ]);
  });

  test('says of a key whose secret it does not know only that it is no longer listed', async () => {
    const orphan = world.exchange.addKey();
    await carryOut({ act: 'revoke', key: 'grid-bot', keyId: orphan.keyId, reason: 'Orphan' });
    expect(world.audit.events[0]?.message).toMatch(/is dead: the exchange no longer lists it$/);
  });

  test('says of a key whose secret it knows that the exchange refuses it as well', async () => {
    await carryOut(revocation());
    expect(world.audit.events[0]?.message).toMatch(/the exchange no longer lists it and refuses it$/);
  });

  test('that revokes asks the exchange for nothing but the key it names', async () => {
    const others = world.exchange.living.filter((keyId) => keyId !== world.keyIdOf(first));
    await carryOut(revocation());
    expect(world.exchange.living).toEqual(others);
  });
});

describe('a key that somebody has deleted', () => {
  test('is settled though the exchange would let nobody revoke anything', async () => {
    world.exchange.removeKey(world.keyIdOf(first));
    world.exchange.fail('revokeKey', { refuse: 'PermissionDenied' });
    const debt = { versionId: first, stagingLabels: world.store.labelsOf(world.arn, first) };
    await carryOut(revocation({ reason: 'AlreadyGone', debt }));
    expect(world.store.ownLabels(world.arn)).toEqual([]);
  });
});

describe('a key whose version holds another one', () => {
  test('is dead when the list has let go of it: the other key may live on', async () => {
    const twin = world.exchange.addKey();
    await carryOut(revocation({ keyId: twin.keyId }));
    expect(world.exchange.revoked).toEqual([twin.keyId]);
    expect(world.audit.events[0]?.message).toMatch(/is dead: the exchange no longer lists it$/);
  });
});
