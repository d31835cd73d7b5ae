import { beforeEach, describe, expect, test } from 'vitest';
import { keyLabel } from '../../lambda/core/derivation.ts';
import { newMemory, reconcilePass } from '../../lambda/core/pass.ts';
import { createStep } from '../../lambda/core/rotation.ts';
import { leakedLabel } from '../../lambda/core/staging.ts';
import { aDeclaration, anAccount, SALT, someCredentials } from '../support/builders.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { credentialsOf } from '../support/in-memory-exchange.ts';
import { SCENE, World } from '../support/world.ts';

let world: World;
let first: string;
let second: string;

/** The first key was replaced by the second, and its grace period is over. */
beforeEach(async () => {
  world = new World();
  first = await world.rotate();
  world.time.advance(DAY_MS);
  second = await world.rotate();
  world.time.advance(25 * HOUR_MS);
  world.audit.events.length = 0;
});

describe('revoking a key that is due', () => {
  test('ends it, proves it, tells it and settles the debt', async () => {
    const dead = world.keyIdOf(first);
    expect(await world.reconcile()).toMatchObject({ done: 1, unread: [], undone: [] });
    expect(world.exchange.living).toEqual([world.keyIdOf(second)]);
    expect(world.exchange.revoked).toEqual([dead]);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.audit.events).toMatchObject([
      { event: 'KeyRevoked', reason: 'GracePeriodOver', key: 'grid-bot', versionId: first },
    ]);
  });

  test('is done once: the next pass has nothing to do', async () => {
    await world.reconcile();
    world.effects.revive();
    expect(await world.reconcile()).toMatchObject({ done: 0, unread: [], undone: [] });
    expect(world.audit.events).toHaveLength(1);
    expect(world.effects.names).toEqual([]);
  });

  test('keeps the debt until its event is accepted', async () => {
    world.audit.refuse();
    expect((await world.reconcile()).undone).toMatchObject([{ what: 'revoke grid-bot' }]);
    expect(world.store.ownLabels(world.arn)).toHaveLength(1);
    world.audit.accept();
    await world.reconcile();
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.audit.told).toEqual(['KeyRevoked AlreadyGone']);
  });

  test('keeps the debt when the answer is lost, and finds out by looking', async () => {
    world.exchange.fail('revokeKey', 'loseAnswer');
    expect((await world.reconcile()).undone).toHaveLength(1);
    expect(world.audit.told).toEqual(['RevocationFailed OutcomeUnknown']);
    await world.reconcile();
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.audit.told.at(-1)).toBe('KeyRevoked AlreadyGone');
  });

  test('keeps the debt while the exchange refuses, and tells each failure', async () => {
    world.exchange.fail('revokeKey', { refuse: 'PermissionDenied' });
    await world.reconcile();
    world.time.advance(5 * MINUTE_MS);
    world.exchange.fail('revokeKey', { refuse: 'PermissionDenied' });
    await world.reconcile();
    expect(new Set(world.audit.of('RevocationFailed').map(({ id }) => id)).size).toBe(2);
    expect(world.audit.of('RevocationFailed')).toMatchObject([
      { reason: 'PermissionDenied', versionId: first, severity: 'warning' },
      {},
    ]);
    expect(world.store.ownLabels(world.arn)).toHaveLength(1);
  });

  test.each([
    ['is still listed', { ghostMs: HOUR_MS }, 'StillListed'],
    ['still works', { dyingMs: HOUR_MS }, 'StillAccepted'],
  ])('keeps the debt while the key %s', async (_what, dying, reason) => {
    Object.assign(world.exchange, dying);
    await world.reconcile();
    expect(world.audit.told.at(-1)).toBe(`RevocationFailed ${reason}`);
    expect(world.store.ownLabels(world.arn)).toHaveLength(1);
    world.time.advance(2 * HOUR_MS);
    await world.reconcile();
    expect(world.store.ownLabels(world.arn)).toEqual([]);
  });

  test('says nothing about an error that nobody knows, which could hold anything', async () => {
    world.store.fail('removeLabel', new Error('canary-secret'));
    const { undone } = await world.reconcile();
    expect(undone).toHaveLength(1);
    expect(world.audit.events.at(-1)).toMatchObject({
      event: 'RevocationFailed',
      reason: 'Unexpected',
      message: 'an unexpected fault; see the function log',
    });
    expect(JSON.stringify(world.audit.events)).not.toContain('canary-secret');
  });

  test('goes by the state of this moment: a key that was put to use again is not revoked', async () => {
    world.exchange.afterNext('listKeys', () => {
      world.store.beforeNext('describe', () => {
        world.store.beforeNext('describe', () => world.store.moveCurrentByHand(world.arn, first));
      });
    });
    const [failure] = (await world.reconcile()).undone;
    expect(failure?.error).toMatchObject({
      reason: 'CurrentMoved',
      message:
        'another version became current since it was looked at; nothing is revoked before the next look',
    });
    expect(world.exchange.revoked).toEqual([]);
    expect(world.workingKey?.keyId).toBe(world.keyIdOf(first));
    expect(world.audit.told).toEqual(['RevocationFailed CurrentMoved']);
  });

  test('is left to the next pass when something else was put in place of the key that was found alive', async () => {
    world.exchange.afterNext('listKeys', () => {
      world.store.beforeNext('describe', () => {
        world.store.beforeNext('describe', () => {
          world.store.putByHand(world.arn, someCredentials('bg_typed_wrong'));
        });
      });
    });
    await world.reconcile();
    expect(world.exchange.revoked).toEqual([]);
    await world.reconcile();
    expect(world.exchange.revoked).toEqual([]);
  });

  test('is not done to a key that has become the pending one', async () => {
    world.exchange.afterNext('listKeys', () => {
      world.store.beforeNext('describe', () => {
        world.store.beforeNext('describe', () => world.store.label(world.arn, 'AWSPENDING', first));
      });
    });
    const [failure] = (await world.reconcile()).undone;
    expect(failure?.error).toMatchObject({
      reason: 'KeyInUse',
      message: 'the key was put to use since it was looked at; it is not revoked',
    });
    expect(world.exchange.revoked).toEqual([]);
  });

  test('of an emergency says so', async () => {
    world.store.label(world.arn, leakedLabel(first), first);
    await world.reconcile();
    expect(world.audit.told).toEqual(['KeyRevoked EmergencyRotation']);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
  });

  test('a label that was taken off by somebody else counts as settled', async () => {
    world.audit.refuse();
    await world.reconcile();
    world.audit.accept();
    world.exchange.afterNext('describeKey', () => {
      for (const label of world.store.ownLabels(world.arn)) world.store.unlabel(world.arn, label);
    });
    expect((await world.reconcile()).undone).toEqual([]);
  });

  test('loses no mark when it is cut off between two labels', async () => {
    world.store.label(world.arn, leakedLabel(first), first);
    const removeLabel = world.store.removeLabel.bind(world.store);
    let removed = 0;
    world.store.removeLabel = async (...move) => {
      removed += 1;
      if (removed === 2) throw new Error('cut off');
      await removeLabel(...move);
    };
    await world.reconcile();
    world.store.removeLabel = removeLabel;
    await world.reconcileFor(HOUR_MS);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
  });
});

describe('an orphan', () => {
  test('is left alone if its label has a version by now', async () => {
    const versionId = world.store.register(world.arn);
    const label = keyLabel(SALT, world.arn, versionId);
    const key = world.exchange.addKey({ label });
    world.time.advance(20 * MINUTE_MS);
    world.store.beforeNext('findValue', () => {
      world.store.beforeNext('describe', () => {
        world.store.setValue(world.arn, versionId, credentialsOf(key));
        world.store.moveCurrentByHand(world.arn, versionId);
      });
    });
    await world.reconcile();
    expect(world.workingKey?.keyId).toBe(key.keyId);
    expect(world.exchange.revoked).not.toContain(key.keyId);
  });

  test('is left alone if a rotation has stored it by now', async () => {
    const versionId = world.store.register(world.arn);
    const key = world.exchange.addKey({ label: keyLabel(SALT, world.arn, versionId) });
    world.time.advance(20 * MINUTE_MS);
    world.store.beforeNext('findValue', () => {
      world.store.beforeNext('describe', () =>
        world.store.setValue(world.arn, versionId, credentialsOf(key)),
      );
    });
    await world.reconcile();
    expect(world.exchange.revoked).not.toContain(key.keyId);
  });

  test('that is the twin of the current key goes, and the current key stays', async () => {
    const twin = world.exchange.addKey({ label: keyLabel(SALT, world.arn, second) });
    world.time.advance(20 * MINUTE_MS);
    await world.reconcile();
    expect(world.exchange.living).toEqual([world.keyIdOf(second)]);
    expect(world.exchange.revoked).toContain(twin.keyId);
    expect(world.audit.told).toContain('OrphanRevoked Orphan');
  });

  test('that was never stored goes, and the rotation that is tried again makes another', async () => {
    const versionId = world.store.register(world.arn);
    world.exchange.fail('issueKey', 'loseAnswer');
    await createStep(world.rotation(versionId), world.ports).catch(() => undefined);
    world.time.advance(20 * MINUTE_MS);
    await world.reconcile();
    expect(world.audit.told).toContain('OrphanRevoked SecretNeverStored');
    await world.runSteps(versionId);
    expect(world.workingKey?.keyId).toBe(world.keyIdOf(versionId));
  });

  test('is not revoked after a rotation has stored and promoted it, though its label is on two keys', async () => {
    world.exchange.tellsCreation = false;
    const versionId = world.store.register(world.arn);
    const label = keyLabel(SALT, world.arn, versionId);
    world.exchange.addKey({ label });
    const stored = world.exchange.addKey({ label });
    world.time.advance(20 * MINUTE_MS);
    world.store.beforeNext('findValue', () => {
      world.store.beforeNext('describe', () => {
        world.store.setValue(world.arn, versionId, credentialsOf(stored));
        world.store.moveCurrentByHand(world.arn, versionId);
      });
    });
    await world.reconcile();
    expect(world.workingKey?.keyId).toBe(stored.keyId);
  });
});

describe('the current key', () => {
  test('survives that somebody saves its value again by hand, twice', async () => {
    await world.reconcile();
    const value = world.currentValue;
    if (!value) throw new Error('no current key');
    world.store.putByHand(world.arn, value);
    world.store.putByHand(world.arn, value);
    world.time.advance(HOUR_MS);
    await world.reconcile();
    expect(world.workingKey?.keyId).toBe(value.keyId);
  });

  test('survives that somebody saves its value again by hand, once', async () => {
    await world.reconcile();
    const value = world.currentValue;
    if (!value) throw new Error('no current key');
    world.store.putByHand(world.arn, value);
    await world.reconcileFor(3 * DAY_MS);
    expect(world.workingKey?.keyId).toBe(value.keyId);
  });

  test('that was rolled back to gets a new grace period when it is replaced by hand later', async () => {
    world.store.moveCurrentByHand(world.arn, first);
    await world.reconcileFor(2 * DAY_MS);
    expect(world.workingKey?.keyId).toBe(world.keyIdOf(first));
    const { keyId } = world.exchange.addKey();
    world.store.putByHand(world.arn, someCredentials(keyId));
    await world.reconcile();
    expect(world.exchange.revoked).not.toContain(world.keyIdOf(first));
  });
});

describe('a version that lost AWSCURRENT by hand', () => {
  test('gets a whole grace period, is told, and its key is revoked when it is over', async () => {
    await world.reconcile();
    const key = world.exchange.addKey();
    world.store.putByHand(world.arn, credentialsOf(key));
    await world.reconcile();
    expect(world.audit.told).toContain('KeyRetiring NoDueTime');
    await world.reconcileFor(23 * HOUR_MS);
    expect(world.exchange.keys.has(world.keyIdOf(second))).toBe(true);
    await world.reconcileFor(2 * HOUR_MS);
    expect(world.exchange.living).toEqual([key.keyId]);
  });

  test('is told, though the audit bus was down when it got its time', async () => {
    world.exchange.removeKey(world.keyIdOf(first));
    await world.reconcile();
    const key = world.exchange.addKey();
    world.store.putByHand(world.arn, credentialsOf(key));
    world.audit.refuse('KeyRetiring');
    await world.reconcile();
    world.audit.accept();
    await world.reconcile();
    expect(world.audit.told).toContain('KeyRetiring NoDueTime');
  });
});

describe('a pending version that can never be promoted', () => {
  /** The exchange has given the pending key a permission too many. */
  async function stuck(): Promise<string> {
    const versionId = world.store.register(world.arn);
    world.exchange.spoilNextKey({ products: ['uta_mgt', 'uta_trade'] });
    await expect(world.runSteps(versionId)).rejects.toMatchObject({ reason: 'ProductDrift' });
    world.time.advance(20 * MINUTE_MS);
    return versionId;
  }

  test('is given up, a new rotation starts, and its key is revoked by the next pass', async () => {
    const versionId = await stuck();
    const abandoned = world.keyIdOf(versionId);
    await world.reconcile();
    const next = world.store.holder(world.arn, 'AWSPENDING') ?? '';
    expect(next).not.toBe(versionId);
    expect(world.audit.told).toContain('PendingAbandoned ProductDrift');
    await world.reconcile();
    expect(world.exchange.revoked).toContain(abandoned);
    await world.runSteps(next);
    expect(world.workingKey?.products).toEqual(['uta_trade']);
  });

  test('is kept if it was promoted meanwhile', async () => {
    const versionId = await stuck();
    world.store.beforeNext('findValue', () => {
      world.store.beforeNext('describe', () => world.store.moveCurrentByHand(world.arn, versionId));
    });
    await world.reconcile();
    expect(world.store.holder(world.arn, 'AWSCURRENT')).toBe(versionId);
    expect(world.audit.told).not.toContain('PendingAbandoned ProductDrift');
  });

  test('is not told again if Secrets Manager gave it up meanwhile', async () => {
    await stuck();
    world.store.beforeNext('versionTimes', () => {
      world.store.beforeNext('describe', () => world.store.endRotation(world.arn));
    });
    world.exchange.removeKey(world.keyIdOf(first));
    await world.reconcile();
    expect(world.audit.told).not.toContain('PendingAbandoned ProductDrift');
  });

  test('is told to have too much power if it is the first, which Secrets Manager makes current at once', async () => {
    world = new World();
    await stuck();
    await world.reconcile();
    expect(world.audit.told).toContain('PowerWidened ProductAdded');
  });

  test('does not turn a rotation on again that somebody has turned off', async () => {
    await stuck();
    world.store.secret(world.arn).rotationEnabled = false;
    await world.reconcile();
    expect(world.store.secret(world.arn).rotationEnabled).toBe(false);
    expect(world.store.ownLabels(world.arn).filter((label) => label.startsWith('rekey-restart'))).toEqual([]);
  });

  test('that cannot be given up is left to the next pass, and no revocation is said to have failed', async () => {
    await stuck();
    world.store.fail('attachLabel');
    expect((await world.reconcile()).undone).toMatchObject([{ what: 'abandonPending grid-bot' }]);
    expect(world.audit.of('RevocationFailed')).toEqual([]);
  });

  test('tells people what is done about it', async () => {
    await stuck();
    await world.reconcile();
    expect(world.audit.of('PendingAbandoned')).toMatchObject([
      { message: 'the pending version will not do; it is given up and a new rotation is started' },
    ]);
  });
});

describe('findings', () => {
  test('are told before anything is done about them, and once per process and day', async () => {
    world.exchange.addKey();
    const pass = { declaration: world.account, scene: SCENE, memory: newMemory() };
    await reconcilePass(pass, world.ports);
    await reconcilePass(pass, world.ports);
    expect(world.audit.told).toEqual(['ForeignKeyFound NotMadeByRekey', 'KeyRevoked GracePeriodOver']);
    world.time.advance(DAY_MS);
    await reconcilePass(pass, world.ports);
    expect(world.audit.of('ForeignKeyFound')).toHaveLength(2);
  });

  test('have the same id in another process', async () => {
    world.exchange.addKey();
    await world.reconcile();
    await world.reconcile();
    expect(new Set(world.audit.of('ForeignKeyFound').map(({ id }) => id)).size).toBe(1);
  });

  test('that the audit bus refuses are told by the next pass', async () => {
    world.exchange.addKey();
    const pass = { declaration: world.account, scene: SCENE, memory: newMemory() };
    world.audit.refuse('ForeignKeyFound');
    await reconcilePass(pass, world.ports).catch(() => undefined);
    world.audit.accept();
    await reconcilePass(pass, world.ports);
    expect(world.audit.of('ForeignKeyFound')).toHaveLength(1);
  });

  test('that the audit bus refuses are part of the result', async () => {
    world.exchange.addKey();
    world.audit.refuse('ForeignKeyFound');
    expect((await world.reconcile()).undone).toMatchObject([
      { what: 'findings', error: { message: 'the audit bus refused the event' } },
    ]);
  });

  test('that the audit bus refuses keep an orphan, whose end nobody could tell from them later', async () => {
    const orphan = world.exchange.addKey({ label: keyLabel(SALT, world.arn, 'a-version-long-gone') });
    world.time.advance(20 * MINUTE_MS);
    world.audit.refuse('OrphanFound');
    await world.reconcile();
    expect(world.exchange.living).toContain(orphan.keyId);
    world.audit.accept();
    await world.reconcile();
    expect(world.exchange.living).not.toContain(orphan.keyId);
  });

  test('that the audit bus refuses keep no key alive that should be dead', async () => {
    world.exchange.addKey();
    world.audit.refuse('ForeignKeyFound');
    await world.reconcile().catch(() => undefined);
    expect(world.exchange.revoked).toHaveLength(1);
  });
});

describe('a pass', () => {
  test('goes on with the other actions when one fails', async () => {
    const orphan = world.exchange.addKey({ label: keyLabel(SALT, world.arn, 'a-version-long-gone') });
    world.time.advance(20 * MINUTE_MS);
    world.exchange.fail('revokeKey', { refuse: 'PermissionDenied' });
    const { done, undone } = await world.reconcile();
    expect({ done, undone: undone.map(({ what }) => what) }).toEqual({
      done: 1,
      undone: ['revoke grid-bot'],
    });
    expect(world.exchange.revoked).toEqual([orphan.keyId]);
  });

  test('goes on with the other keys when one cannot be read', async () => {
    world.store.addSecret('rekey/main/tracker');
    const declaration = anAccount([aDeclaration({ name: 'tracker', subAccount: '2002' }), world.declared]);
    world.exchange.fail('listKeys', 'loseAnswer');
    const pass = { declaration, scene: SCENE, memory: newMemory() };
    expect(await reconcilePass(pass, world.ports)).toMatchObject({
      done: 1,
      unread: [{ what: 'sub-account 2002' }],
      undone: [],
    });
    expect(world.exchange.revoked).toHaveLength(1);
  });

  test('never touches a foreign key, whatever else it does', async () => {
    const foreign = [world.exchange.addKey(), world.exchange.addKey({ label: '' }), world.exchange.addKey()];
    await world.reconcileFor(3 * DAY_MS);
    for (const { keyId } of foreign) expect(world.exchange.living).toContain(keyId);
  });

  test('counts what it saw, before it acted', async () => {
    expect((await world.reconcile()).gauges).toMatchObject({ retiringKeys: 1, revocationsOverdue: 0 });
    expect((await world.reconcile()).gauges).toMatchObject({ retiringKeys: 0 });
  });
});
