import { beforeEach, describe, expect, test } from 'vitest';
import { keyLabel } from '../../lambda/core/derivation.ts';
import { OutcomeUnknownError, RateLimitedError } from '../../lambda/core/errors.ts';
import { freezeStopped } from '../../lambda/core/freeze.ts';
import { rotateEmergency, rotateNow } from '../../lambda/core/operations.ts';
import { resumeKey } from '../../lambda/core/resume.ts';
import { createStep } from '../../lambda/core/rotation.ts';
import { findRetirement, restartLabel } from '../../lambda/core/staging.ts';
import { type StopReason, stopKey, untilAfter } from '../../lambda/core/stop.ts';
import { stopKeys } from '../../lambda/core/stop-keys.ts';
import { aDeclaration, anAccount, SALT } from '../support/builders.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../support/fixed-time.ts';
import { credentialsOf } from '../support/in-memory-exchange.ts';
import { SCENE, World } from '../support/world.ts';

let world: World;

/** A key in use, and one in its grace period. */
beforeEach(async () => {
  world = new World();
  await world.rotate();
  world.time.advance(10 * DAY_MS);
  await world.rotate();
  world.time.advance(HOUR_MS);
  await world.reconcile();
  world.audit.events.length = 0;
});

function order(key = 'grid-bot') {
  return { scene: SCENE, declaration: world.account, key };
}

function stop(reason: StopReason = 'Asked', ms = MINUTE_MS) {
  return stopKey(order(), world.ports, { reason, until: untilAfter(world.time, ms) });
}

function labels(): string[] {
  return world.store.ownLabels(world.arn).map((label) => label.replace(/-\d.*$/, ''));
}

describe('stopping a key', () => {
  test('kills every key of it, and asks the exchange for nothing but that', async () => {
    world.exchange.fail('listKeys', 'neverSent');
    const current = world.workingKey?.keyId;
    expect(await stop()).toEqual({ revoked: 2, left: 0, foreign: [] });
    expect(world.exchange.living).toEqual([]);
    expect(world.exchange.revoked[0], 'what is used most dies first').toBe(current);
  });

  test('turns its rotation off, and says so in a label', async () => {
    await stop();
    expect(world.store.secret(world.arn).rotationEnabled).toBe(false);
    expect(labels()).toContain('rekey-stopped');
  });

  test('is told first, with its reason; the deaths are told when they are proven', async () => {
    await stop('UndeclaredRead');
    expect(world.audit.told).toEqual(['StopOrdered UndeclaredRead']);
    await world.reconcile();
    expect(world.audit.told.slice(1)).toEqual(['KeyRevoked AlreadyGone', 'KeyRevoked AlreadyGone']);
    expect(labels()).toEqual(['rekey-stopped']);
  });

  test('does nothing that is not told', async () => {
    world.audit.refuse('StopOrdered');
    await expect(stop()).rejects.toThrow();
    expect(world.exchange.living).toHaveLength(2);
    expect(world.store.secret(world.arn).rotationEnabled).toBe(true);
  });

  test('is the same when it is ordered again', async () => {
    await stop();
    await world.reconcile();
    const before = world.audit.events.length;
    expect(await stop()).toMatchObject({ left: 0, foreign: [] });
    await world.reconcile();
    expect(world.audit.events).toHaveLength(before);
    expect(labels()).toEqual(['rekey-stopped']);
  });

  test('takes the key of a rotation that is under way along', async () => {
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    expect(world.exchange.living).toHaveLength(3);
    expect((await stop()).revoked).toBe(3);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBeUndefined();
    await expect(world.runSteps(versionId)).rejects.toMatchObject({ reason: 'RotationDisabled' });
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
  });

  test('takes a key along that a rotation makes at the same moment: the next pass finds it', async () => {
    const versionId = world.store.register(world.arn);
    world.exchange.afterNext('issueKey', async () => void (await stop()));
    await createStep(world.rotation(versionId), world.ports).catch(() => undefined);
    await world.reconcile();
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBeUndefined();
  });

  test('tries again when the exchange wants fewer calls, or does not answer', async () => {
    world.exchange.fail('revokeKey', 'loseAnswer');
    expect(await stop()).toMatchObject({ revoked: 2, left: 0 });
  });

  test('leaves to the next pass what the exchange refuses', async () => {
    world.exchange.fail('revokeKey', { refuse: 'PermissionDenied' });
    expect(await stop()).toMatchObject({ revoked: 1, left: 1 });
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
    expect(world.audit.told).toContain('KeyRevoked Stopped');
  });

  test('begins nothing more when its time is over, and the next pass goes on', async () => {
    expect(await stop('Asked', 0)).toMatchObject({ revoked: 0, left: 2 });
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
  });

  test('touches no key that Rekey did not make, and names it', async () => {
    const byHand = world.exchange.addKey({ passphrase: 'ByHand1' });
    world.store.putByHand(world.arn, credentialsOf(byHand));
    expect(await stop()).toMatchObject({ revoked: 2, foreign: ['bg_key_…0003'] });
    await world.reconcile();
    expect(world.exchange.living).toEqual([byHand.keyId]);
  });

  test('kills the hand-made key that is declared as one to replace', async () => {
    const byHand = world.exchange.addKey({ passphrase: 'ByHand1' });
    world.declared = { ...world.declared, replaces: byHand.keyId };
    await stop();
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
  });

  test('of a key that was never issued only turns its rotation off', async () => {
    world = new World();
    expect(await stop()).toEqual({ revoked: 0, left: 0, foreign: [] });
    expect(world.store.secret(world.arn).rotationEnabled).toBe(false);
  });

  test('of a key that is not declared is refused', async () => {
    const how = { reason: 'Asked', until: untilAfter(world.time, MINUTE_MS) } as const;
    await expect(stopKey(order('other'), world.ports, how)).rejects.toMatchObject({
      reason: 'KeyNotDeclared',
    });
  });

  test.each([
    ['passphrase', false],
    ['key pair', true],
  ])('knows its own keys by their %s', async (_by, takesPublicKey) => {
    world = new World();
    world.exchange.takesPublicKey = takesPublicKey;
    await world.rotate();
    world.exchange.fail('listKeys', 'neverSent');
    expect(await stop()).toMatchObject({ revoked: 1, left: 0 });
  });
});

describe('a stopped key', () => {
  beforeEach(async () => {
    await stop();
    await world.reconcile();
    world.audit.events.length = 0;
  });

  test('is left in peace: no finding, no action, no call that only a living key needs', async () => {
    const { gauges, undone } = await world.reconcile();
    expect(world.audit.events).toEqual([]);
    expect(undone).toEqual([]);
    expect(gauges).toMatchObject({
      stoppedKeys: 1,
      keysMissing: 0,
      rotationsOverdue: 0,
      revocationsOverdue: 0,
    });
  });

  test('is not rotated, whoever asks', async () => {
    await expect(rotateNow(order(), world.ports)).rejects.toMatchObject({ reason: 'KeyStopped' });
    await expect(rotateEmergency(order(), world.time.now(), world.ports)).rejects.toMatchObject({
      reason: 'KeyStopped',
    });
  });

  test('whose rotation a deployment turns on again makes no key, and is turned off again', async () => {
    world.store.secret(world.arn).rotationEnabled = true;
    const versionId = world.store.register(world.arn);
    await expect(world.runSteps(versionId)).rejects.toMatchObject({ reason: 'KeyStopped' });
    await world.reconcile();
    expect(world.store.secret(world.arn).rotationEnabled).toBe(false);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBeUndefined();
    expect(world.exchange.living).toEqual([]);
  });

  test('that somehow lives again dies again', async () => {
    const versionId = world.store.holder(world.arn, 'AWSCURRENT') ?? '';
    const { keyId, secret, passphrase } = world.currentValue ?? credentialsOf(world.exchange.addKey());
    const label = keyLabel(SALT, world.arn, versionId);
    world.exchange.addKey({ keyId, label, secret: secret.reveal(), passphrase: passphrase?.reveal() });
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
    expect(world.audit.told).toEqual(['KeyRevoked Stopped']);
  });

  test('that somehow lives again, and dies while nobody can be told, is told by the next pass', async () => {
    const versionId = world.store.holder(world.arn, 'AWSCURRENT') ?? '';
    const { keyId, secret, passphrase } = world.currentValue ?? credentialsOf(world.exchange.addKey());
    const label = keyLabel(SALT, world.arn, versionId);
    world.exchange.addKey({ keyId, label, secret: secret.reveal(), passphrase: passphrase?.reveal() });
    world.audit.refuse('KeyRevoked');
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
    world.audit.accept();
    await world.reconcile();
    expect(world.audit.told.filter((told) => told.startsWith('KeyRevoked'))).toEqual([
      'KeyRevoked AlreadyGone',
    ]);
    expect(labels()).toEqual(['rekey-stopped']);
  });

  test('works again when it is resumed, with a new key', async () => {
    const versionId = await resumeKey(order(), world.ports);
    expect(world.audit.told).toEqual(['KeyResumed Asked']);
    await world.runSteps(versionId);
    await world.reconcile();
    expect(world.workingKey).toBeDefined();
    expect(world.exchange.living).toHaveLength(1);
    expect(world.store.secret(world.arn).rotationEnabled).toBe(true);
    world.time.advance(2 * DAY_MS);
    await world.reconcile();
    expect(labels()).toEqual([]);
    expect(world.workingKey).toBeDefined();
  });

  test('is resumed by the same order if that was cut off before the rotation began', async () => {
    world.store.fail('rotate');
    await expect(resumeKey(order(), world.ports)).rejects.toThrow();
    await world.runSteps(await resumeKey(order(), world.ports));
    expect(world.workingKey).toBeDefined();
  });
});

test('a key that could not be revoked when it was stopped gets no grace period when it is resumed', async () => {
  world.exchange.fail('revokeKey', { refuse: 'PermissionDenied' });
  const left = world.workingKey?.keyId ?? '';
  await stop();
  expect(world.exchange.keys.has(left)).toBe(true);
  await world.runSteps(await resumeKey(order(), world.ports));
  expect(world.audit.told).toContain('KeyPromoted EmergencyRotation');
  await world.reconcile();
  expect(world.exchange.keys.has(left)).toBe(false);
  expect(world.workingKey).toBeDefined();
});

test('a key that is resumed between the look of a pass and its deed is not revoked by that pass', async () => {
  await stop('Asked', 0);
  const stopped = world.store.ownLabels(world.arn).filter((label) => label.startsWith('rekey-stopped'));
  world.exchange.afterNext('listKeys', () => {
    world.store.beforeNext('describe', () => {
      world.store.beforeNext('describe', () => {
        for (const label of stopped) world.store.unlabel(world.arn, label);
      });
    });
  });
  const { undone } = await world.reconcile();
  expect(undone.map(({ error }) => error)).toContainEqual(
    expect.objectContaining({
      reason: 'NotStopped',
      message: 'the key was resumed since it was looked at; nothing is revoked',
    }),
  );
  expect(world.exchange.living).toHaveLength(2);
});

test('a key that is not stopped cannot be resumed', async () => {
  await expect(resumeKey(order(), world.ports)).rejects.toMatchObject({ reason: 'NotStopped' });
});

describe('the sub-account of stopped keys', () => {
  const freeze = () => freezeStopped({ scene: SCENE, declaration: world.account }, world.ports);

  test('is frozen, and unfrozen when the key is resumed', async () => {
    await stop();
    expect(await freeze()).toEqual(['1001']);
    expect(world.exchange.seen.frozen).toEqual(['1001']);
    await world.reconcile();
    expect(world.audit.told).not.toContain('SubAccountFrozen FoundFrozen');
    await resumeKey(order(), world.ports);
    expect(world.exchange.seen.frozen).toEqual([]);
    expect(world.audit.told).toContain('SubAccountUnfrozen Resumed');
  });

  test('that somebody else has frozen stays frozen when the key is resumed', async () => {
    world.exchange.seen.frozen = ['1001'];
    await stop();
    expect(await freeze()).toEqual([]);
    await resumeKey(order(), world.ports);
    expect(world.exchange.seen.frozen).toEqual(['1001']);
    expect(world.audit.told).not.toContain('SubAccountUnfrozen Resumed');
  });

  test('is not frozen as long as another key of it is in use', async () => {
    world.store.addSecret('rekey/main/tracker');
    const declaration = anAccount([world.declared, aDeclaration({ name: 'tracker' })]);
    await stop();
    expect(await freezeStopped({ scene: SCENE, declaration }, world.ports)).toEqual([]);
    expect(world.exchange.seen.frozen).toEqual([]);
  });

  test('is not frozen where that is not wanted, or not possible', async () => {
    await stop();
    world.declared = { ...world.declared, freezeOnStop: false };
    expect(await freeze()).toEqual([]);
    world.declared = { ...world.declared, freezeOnStop: true };
    world.exchange.canFreeze = false;
    expect(await freeze()).toEqual([]);
  });

  test('is not frozen before anything is stopped', async () => {
    expect(await freeze()).toEqual([]);
  });
});

describe('stopping several keys', () => {
  const names = Array.from({ length: 20 }, (_, n) => `bot-${n}`);

  function fleet() {
    for (const name of names) world.store.addSecret(`rekey/main/${name}`);
    return anAccount(names.map((name) => aDeclaration({ name })));
  }

  test('stops all of them', async () => {
    const how = { ports: world.ports, reason: 'Asked', until: untilAfter(world.time, MINUTE_MS) } as const;
    const { stopped, notBegun } = await stopKeys(names, { scene: SCENE, declaration: fleet() }, how);
    expect([...stopped.keys()].sort()).toEqual([...names].sort());
    expect(notBegun).toEqual([]);
  });

  test('begins none when there is no time left, and says which', async () => {
    const how = { ports: world.ports, reason: 'Asked', until: world.time.now() } as const;
    const { notBegun } = await stopKeys(names, { scene: SCENE, declaration: fleet() }, how);
    expect(notBegun).toEqual(names);
  });

  test('goes on with the others when one fails, which counts as one that may live', async () => {
    const declaration = fleet();
    const how = { ports: world.ports, reason: 'Asked', until: untilAfter(world.time, MINUTE_MS) } as const;
    world.store.fail('describe');
    const { stopped: results, failures } = await stopKeys(names, { scene: SCENE, declaration }, how);
    expect([...results.values()].filter(({ left }) => left > 0)).toHaveLength(1);
    expect([...failures.values()].map(String)).toEqual([expect.stringContaining('Throttling')]);
    const stopped = names.filter((name) => !world.store.secret(`rekey/main/${name}`).rotationEnabled);
    expect(stopped).toHaveLength(names.length - 1);
  });
});

describe('what people read', () => {
  test('says what a stop means', async () => {
    await stop();
    expect(world.audit.events).toMatchObject([
      {
        ...{ event: 'StopOrdered', key: 'grid-bot', reason: 'Asked', severity: 'critical' },
        versionId: world.store.holder(world.arn, 'AWSCURRENT'),
        message: 'every key of it is revoked, and no new one is issued until it is resumed',
      },
    ]);
  });

  test('says of a key that was never issued that there was nothing to revoke', async () => {
    world = new World();
    await stop();
    expect(world.audit.events[0]?.message).toBe('the key is stopped before it has ever been issued');
    expect(world.audit.events[0]).not.toHaveProperty('versionId');
  });

  test('names the sub-account that was frozen and unfrozen, and no key', async () => {
    await stop();
    await freezeStopped({ scene: SCENE, declaration: world.account }, world.ports);
    await resumeKey(order(), world.ports);
    expect(world.audit.of('SubAccountFrozen')).toMatchObject([
      {
        subAccount: '1001',
        reason: 'Stopped',
        message: 'sub-account 1001 is frozen, as all its keys are stopped',
      },
    ]);
    expect(world.audit.of('SubAccountUnfrozen')).toMatchObject([
      { subAccount: '1001', reason: 'Resumed', message: 'sub-account 1001 may trade again' },
    ]);
    expect(world.audit.of('SubAccountFrozen')[0]).not.toHaveProperty('key');
    expect(world.audit.of('KeyResumed')).toMatchObject([
      { key: 'grid-bot', message: 'the key is rotated again; a new one is issued now' },
    ]);
  });

  test.each([
    [
      'to rotate it',
      () => rotateNow(order(), world.ports),
      'grid-bot is stopped; resume it, which issues a new key',
    ],
    [
      'to go on with a rotation',
      async () => {
        world.store.secret(world.arn).rotationEnabled = true;
        await world.runSteps(world.store.register(world.arn));
      },
      'the key is stopped; no version is rotated to',
    ],
  ])('says why it is refused %s', async (_what, act, message) => {
    await stop();
    await expect(act()).rejects.toMatchObject({ reason: 'KeyStopped', message });
  });

  test('says why a key cannot be resumed', async () => {
    await expect(resumeKey(order(), world.ports)).rejects.toMatchObject({
      message: 'grid-bot is not stopped; there is nothing to resume',
    });
  });
});

describe('a key that the exchange is slow to delete', () => {
  test('is tried again after a second when the answer is lost', async () => {
    const before = world.time.now().getTime();
    world.exchange.fail('revokeKey', 'loseAnswer');
    await stop();
    expect(world.time.now().getTime() - before).toBe(SECOND_MS);
  });

  test.each([
    ['as long as it says', 7_000, 7_000],
    ['a second, if it does not say', undefined, SECOND_MS],
  ])('is left in peace %s when it wants fewer calls', async (_what, retryAfterMs, waited) => {
    const before = world.time.now().getTime();
    const revokeKey = world.exchange.revokeKey.bind(world.exchange);
    let calls = 0;
    world.exchange.revokeKey = async (victim) => {
      calls += 1;
      if (calls === 1) throw new RateLimitedError('revokeKey', retryAfterMs);
      await revokeKey(victim);
    };
    expect(await stop()).toMatchObject({ revoked: 2, left: 0 });
    expect(world.time.now().getTime() - before).toBe(waited);
  });

  test('is tried five times, and then left to the next pass', async () => {
    const [slow] = world.exchange.living;
    const revokeKey = world.exchange.revokeKey.bind(world.exchange);
    let calls = 0;
    world.exchange.revokeKey = async (victim) => {
      if (victim.keyId !== slow) return await revokeKey(victim);
      calls += 1;
      throw new OutcomeUnknownError('revokeKey', 'lost');
    };
    const before = world.time.now().getTime();
    expect(await stop()).toMatchObject({ revoked: 1, left: 1 });
    expect(calls).toBe(5);
    expect(world.time.now().getTime() - before).toBe(4 * SECOND_MS);
  });
});

describe('a key whose value tells nothing of who made it', () => {
  beforeEach(async () => {
    world = new World();
    Object.defineProperty(world.exchange, 'passphraseLength', { value: undefined });
    await world.rotate();
  });

  test('is left to the next pass, which knows it by its label', async () => {
    expect(await stop()).toEqual({ revoked: 0, left: 1, foreign: [] });
    expect(world.exchange.living).toHaveLength(1);
    await world.reconcile();
    expect(world.exchange.living).toEqual([]);
  });
});

describe('a stop', () => {
  test('makes each key due at once, so that its end is told, however long its grace period', async () => {
    const versions = [...(await world.store.describe(world.arn)).versions.keys()];
    await stop();
    for (const versionId of versions) {
      const due = findRetirement(world.store.labelsOf(world.arn, versionId));
      expect(due?.dueAt.getTime()).toBeLessThanOrEqual(world.time.now().getTime());
    }
  });

  test('does not write a second due time beside one that has passed', async () => {
    world.time.advance(2 * DAY_MS);
    const before = labels().filter((label) => label === 'rekey-retire').length;
    await stop();
    expect(labels().filter((label) => label === 'rekey-retire')).toHaveLength(before + 1);
  });

  test('that is ordered twice in one moment changes nothing the second time', async () => {
    await stop();
    world.effects.revive();
    await stop();
    expect(world.effects.names).toEqual(['revokeKey', 'revokeKey']);
  });

  test('takes back the request for a rotation', async () => {
    const versionId = world.store.holder(world.arn, 'AWSPREVIOUS') ?? '';
    world.store.label(world.arn, restartLabel(versionId), versionId);
    await stop();
    expect(labels()).not.toContain('rekey-restart');
  });

  test('is not undone for the keys of other sub-accounts', async () => {
    world.store.addSecret('rekey/main/tracker');
    const declaration = anAccount([world.declared, aDeclaration({ name: 'tracker', subAccount: '2002' })]);
    await stop();
    expect(await freezeStopped({ scene: SCENE, declaration }, world.ports)).toEqual(['1001']);
  });

  test('freezes a sub-account if one of its keys wants that', async () => {
    world.store.addSecret('rekey/main/tracker');
    const tracker = aDeclaration({ name: 'tracker', freezeOnStop: false });
    const declaration = anAccount([world.declared, tracker]);
    const how = { reason: 'Asked', until: untilAfter(world.time, MINUTE_MS) } as const;
    world.store.putByHand('rekey/main/tracker', credentialsOf(world.exchange.addKey()));
    for (const key of ['grid-bot', 'tracker'])
      await stopKey({ ...order(key), declaration }, world.ports, how);
    expect(await freezeStopped({ scene: SCENE, declaration }, world.ports)).toEqual(['1001']);
  });
});

describe('resuming a key', () => {
  test('asks for no unfreezing of a sub-account that is not frozen', async () => {
    await stop();
    await resumeKey(order(), world.ports);
    expect(world.audit.told).not.toContain('SubAccountUnfrozen Resumed');
  });

  test('unfreezes at an exchange that does not tell what is frozen', async () => {
    await stop();
    await freezeStopped({ scene: SCENE, declaration: world.account }, world.ports);
    const { listFrozen: _, ...activity } = world.exchange.activity;
    Object.defineProperty(world.exchange, 'activity', { value: activity });
    await resumeKey(order(), world.ports);
    expect(world.exchange.seen.frozen).toEqual([]);
    expect(world.audit.told).toContain('SubAccountUnfrozen Resumed');
  });

  test('leaves a sub-account frozen that is not to be frozen with its keys', async () => {
    world.declared = { ...world.declared, freezeOnStop: false };
    await stop();
    world.exchange.seen.frozen = ['1001'];
    await resumeKey(order(), world.ports);
    expect(world.exchange.seen.frozen).toEqual(['1001']);
  });
});

test('of several keys those that there was no time for are named', async () => {
  const names = Array.from({ length: 20 }, (_, n) => `bot-${n}`);
  for (const name of names) world.store.addSecret(`rekey/main/${name}`);
  const declaration = anAccount(names.map((name) => aDeclaration({ name })));
  const until = untilAfter(world.time, MINUTE_MS);
  world.store.beforeNext('cancelRotation', () => world.time.advance(MINUTE_MS));
  const how = { ports: world.ports, reason: 'Asked', until } as const;
  const { stopped, notBegun } = await stopKeys(names, { scene: SCENE, declaration }, how);
  expect([...stopped.keys(), ...notBegun].sort()).toEqual([...names].sort());
  expect(stopped.size).toBe(8);
});
