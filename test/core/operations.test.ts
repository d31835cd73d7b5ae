import { beforeEach, describe, expect, test } from 'vitest';
import { CheckFailedError, ExchangeRefusedError } from '../../lambda/core/errors.ts';
import { checkManager, rotateEmergency, rotateNow } from '../../lambda/core/operations.ts';
import { createStep } from '../../lambda/core/rotation.ts';
import { findRetirement, isLeaked } from '../../lambda/core/staging.ts';
import { aDeclaration, anAccount } from '../support/builders.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { credentialsOf } from '../support/in-memory-exchange.ts';
import { SCENE, World } from '../support/world.ts';

let world: World;
/** The key in use; a retiring one stands beside it. */
let current: string;
let retiring: string;

beforeEach(async () => {
  world = new World();
  retiring = await world.rotate();
  world.time.advance(10 * DAY_MS);
  current = await world.rotate();
  world.time.advance(HOUR_MS);
  world.audit.events.length = 0;
});

function order(key = 'grid-bot') {
  return { scene: SCENE, declaration: world.account, key };
}

function emergency(leakedAt = world.time.now()): Promise<string | undefined> {
  return rotateEmergency(order(), leakedAt, world.ports);
}

/** The rotation that is under way comes to its end, and the next reconcile pass runs. */
async function finish(): Promise<void> {
  await world.runSteps(world.store.holder(world.arn, 'AWSPENDING') ?? 'none');
  world.time.advance(MINUTE_MS);
  await world.reconcile();
}

describe('an order for a rotation', () => {
  test('is told and starts one; the replaced key keeps its grace period', async () => {
    const versionId = await rotateNow(order(), world.ports);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBe(versionId);
    expect(world.audit.events).toMatchObject([
      {
        event: 'RotationRequested',
        reason: 'Asked',
        message: 'a rotation outside the schedule was asked for',
      },
    ]);
    await finish();
    expect(world.exchange.keys.has(world.keyIdOf(current))).toBe(true);
  });

  test('is refused while one is under way', async () => {
    world.store.register(world.arn);
    await expect(rotateNow(order(), world.ports)).rejects.toMatchObject({ reason: 'RotationInProgress' });
  });

  test('is not carried out before it is told', async () => {
    world.audit.refuse();
    await expect(rotateNow(order(), world.ports)).rejects.toThrow();
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBeUndefined();
  });

  test.each([rotateNow, (o: ReturnType<typeof order>) => rotateEmergency(o, world.time.now(), world.ports)])(
    'for a key that is not declared is refused and names those that are',
    async (act) => {
      await expect(act(order('grid-bt'), world.ports)).rejects.toMatchObject({
        reason: 'KeyNotDeclared',
        message: 'account main has no key grid-bt; it has grid-bot',
      });
    },
  );

  test('that is given twice is two facts', async () => {
    await rotateNow(order(), world.ports);
    await finish();
    await rotateNow(order(), world.ports);
    expect(new Set(world.audit.of('RotationRequested').map(({ id }) => id)).size).toBe(2);
  });
});

describe('an emergency', () => {
  test('marks every key in doubt, makes those that are replaced due now, and starts a rotation', async () => {
    const versionId = await emergency();
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBe(versionId);
    expect(isLeaked(world.store.labelsOf(world.arn, current))).toBe(true);
    expect(isLeaked(world.store.labelsOf(world.arn, retiring))).toBe(true);
    const due = findRetirement(world.store.labelsOf(world.arn, retiring));
    expect(due?.dueAt.getTime()).toBeLessThanOrEqual(world.time.now().getTime());
    expect(world.audit.events).toMatchObject([
      {
        event: 'EmergencyRotationStarted',
        severity: 'critical',
        key: 'grid-bot',
        reason: 'KeyInDoubt',
        message: '2 key(s) made before 2026-12-01T11:00:00.000Z are replaced and revoked at once',
      },
    ]);
  });

  test('leaves no key that was in doubt alive, and never a moment without a working key', async () => {
    await emergency();
    await world.reconcile();
    expect(world.workingKey?.keyId).toBe(world.keyIdOf(current));
    await finish();
    expect(world.exchange.living).toEqual([world.workingKey?.keyId]);
    expect(world.exchange.revoked).toEqual([world.keyIdOf(retiring), world.keyIdOf(current)]);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.audit.of('KeyPromoted')).toMatchObject([{ emergency: true }]);
    expect(world.audit.of('KeyRevoked').map(({ reason }) => reason)).toEqual([
      'EmergencyRotation',
      'EmergencyRotation',
    ]);
  });

  test('revokes the current key only when a new one is promoted', async () => {
    await emergency();
    await world.reconcileFor(2 * DAY_MS);
    expect(world.workingKey?.keyId).toBe(world.keyIdOf(current));
  });

  test('joins a rotation that is under way, which then grants no grace period either', async () => {
    const versionId = world.store.register(world.arn);
    expect(await emergency()).toBe(versionId);
    await finish();
    expect(world.exchange.living).toEqual([world.keyIdOf(versionId)]);
  });

  test('does not wait for a rotation that is stuck: it is given up, and its key is revoked', async () => {
    const stuck = world.store.register(world.arn);
    await createStep(world.rotation(stuck), world.ports);
    world.time.advance(20 * MINUTE_MS);
    const versionId = await emergency();
    expect(versionId).not.toBe(stuck);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBe(versionId);
    await finish();
    await world.reconcile();
    expect(world.exchange.living).toEqual([world.keyIdOf(versionId ?? '')]);
  });

  test('makes retiring keys due though nothing is current', async () => {
    world.store.unlabel(world.arn, 'AWSCURRENT');
    expect(await emergency()).toBeUndefined();
    expect(isLeaked(world.store.labelsOf(world.arn, retiring))).toBe(true);
  });

  test('told twice does nothing more than told once', async () => {
    const leakedAt = world.time.now();
    await emergency(leakedAt);
    const labels = world.store.ownLabels(world.arn).sort();
    world.time.advance(1);
    await emergency(leakedAt);
    expect(world.store.ownLabels(world.arn).sort()).toEqual(labels);
    expect(new Set(world.audit.of('EmergencyRotationStarted').map(({ id }) => id)).size).toBe(1);
  });

  test('told twice in one moment changes nothing the second time', async () => {
    await emergency();
    world.effects.revive();
    await emergency();
    expect(world.effects.names).toEqual(['tell EmergencyRotationStarted']);
  });

  test('told again after it is over does nothing: no key of now was made before the leak', async () => {
    const leakedAt = world.time.now();
    world.time.advance(MINUTE_MS);
    await emergency(leakedAt);
    await finish();
    world.audit.events.length = 0;
    expect(await emergency(leakedAt)).toBeUndefined();
    expect(world.audit.events).toEqual([]);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBeUndefined();
  });

  test('of a leak before the current key was made revokes the retiring key only', async () => {
    const leakedAt = new Date(world.time.now().getTime() - 5 * DAY_MS);
    expect(await emergency(leakedAt)).toBeUndefined();
    await world.reconcile();
    expect(world.exchange.living).toEqual([world.keyIdOf(current)]);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBeUndefined();
  });

  test('does nothing for a secret without a key', async () => {
    world = new World();
    expect(await emergency()).toBeUndefined();
    expect(world.audit.events).toEqual([]);
  });

  test('takes a version that was made in the very moment of the leak for doubtful', async () => {
    const madeAt = (await world.store.versionTimes(world.arn)).get(current);
    expect(await emergency(madeAt)).toBeDefined();
  });

  test('takes a version of unknown age for doubtful', async () => {
    world.store.versionTimes = async () => new Map();
    expect(await emergency()).toBeDefined();
  });

  test('is told before anything is done about it', async () => {
    world.audit.refuse();
    await expect(emergency()).rejects.toThrow();
    expect(world.store.ownLabels(world.arn).filter((label) => label.includes('leaked'))).toEqual([]);
  });

  test('fails when the rotation cannot be started, and the mark stays for the next order', async () => {
    world.store.fail('rotate');
    await expect(emergency()).rejects.toThrow('ThrottlingException');
    await emergency();
    await finish();
    expect(world.exchange.living).toEqual([world.workingKey?.keyId]);
  });

  test('ordered between the steps of a rotation loses nothing', async () => {
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    // The finish step has read the labels; the order comes before it writes the due time.
    world.store.beforeNext('attachLabel', async () => void (await emergency()));
    await finish();
    expect(world.exchange.keys.has(world.keyIdOf(current))).toBe(false);
  });

  test('replaces a pending key that was made before the leak, too', async () => {
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    const pending = world.keyIdOf(versionId);
    world.time.advance(MINUTE_MS);
    await emergency();
    await finish();
    await world.reconcileFor(HOUR_MS);
    expect(world.workingKey?.keyId).not.toBe(pending);
  });

  test('grants no grace period to a key that was replaced by hand a moment ago', async () => {
    world.store.putByHand(world.arn, credentialsOf(world.exchange.addKey()));
    await emergency();
    await world.reconcile();
    await finish();
    expect(world.exchange.keys.has(world.keyIdOf(current))).toBe(false);
  });

  test('names the rotation it joins, though it began a moment ago', async () => {
    let versionId = '';
    world.store.beforeNext('rotate', () => {
      versionId = world.store.register(world.arn);
    });
    expect(await emergency()).toBe(versionId);
  });
});

describe('checking a manager key', () => {
  const account = anAccount([aDeclaration(), aDeclaration({ subAccount: '2002' }), aDeclaration()]);

  test('finds nothing when it may do what it must and nothing else', async () => {
    expect(await checkManager(world.exchange, account)).toBeUndefined();
  });

  test('names the first fault', async () => {
    world.exchange.manager = { ...world.exchange.manager, mayWithdraw: true, allowList: [] };
    expect((await checkManager(world.exchange, account))?.reason).toBe('ManagerMayWithdraw');
  });

  test('fails when it can list only some of the declared sub-accounts', async () => {
    const listKeys = world.exchange.listKeys.bind(world.exchange);
    world.exchange.listKeys = async (subAccount) => {
      if (subAccount === '2002') throw new ExchangeRefusedError('SubAccountRefused', '1', 'listKeys');
      return await listKeys(subAccount);
    };
    await expect(checkManager(world.exchange, account)).rejects.toMatchObject({
      reason: 'SubAccountRefused',
    });
  });

  test('fails when it cannot list one of the declared sub-accounts', async () => {
    world.exchange.fail('listKeys', { refuse: 'SubAccountRefused' });
    await expect(checkManager(world.exchange, account)).rejects.toMatchObject({
      reason: 'SubAccountRefused',
    });
  });
});

describe('an emergency while a rotation is under way', () => {
  test.each([
    ['it began in the moment of the leak', 0, 0],
    ['it began after the leak', MINUTE_MS, 0],
    ['it began after the leak, a quarter of an hour ago', MINUTE_MS, 15 * MINUTE_MS],
  ])('joins it, with the key it has stored, if %s', async (_when, sinceLeakMs, agoMs) => {
    const leakedAt = world.time.now();
    world.time.advance(sinceLeakMs);
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    world.time.advance(agoMs);
    expect(await emergency(leakedAt)).toBe(versionId);
  });

  test('joins one that began before the leak and has stored no key yet', async () => {
    const versionId = world.store.register(world.arn);
    world.time.advance(MINUTE_MS);
    expect(await emergency()).toBe(versionId);
  });

  test('joins one whose age nobody tells', async () => {
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    world.store.versionTimes = async () => new Map();
    expect(await emergency()).toBe(versionId);
  });

  test('gives one up that has stored nothing for longer than a rotation can take', async () => {
    const stuck = world.store.register(world.arn);
    world.time.advance(15 * MINUTE_MS + 1);
    expect(await emergency()).not.toBe(stuck);
    expect(world.store.labelsOf(world.arn, stuck)).not.toContain('AWSPENDING');
  });

  test('does not take every refusal to start one for a rotation that is under way', async () => {
    const versionId = world.store.register(world.arn);
    world.store.fail('rotate', new CheckFailedError('RotationDisabled', 'rotation is turned off'));
    await expect(emergency()).rejects.toMatchObject({ reason: 'RotationDisabled' });
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBe(versionId);
  });
});

test('an order for a key that is not declared names all that are', async () => {
  const declaration = anAccount([aDeclaration(), aDeclaration({ name: 'tracker' })]);
  await expect(rotateNow({ ...order('grid-bt'), declaration }, world.ports)).rejects.toMatchObject({
    message: 'account main has no key grid-bt; it has grid-bot, tracker',
  });
});
