import { beforeEach, describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../lambda/core/errors.ts';
import { createStep, finishStep, setStep, testStep } from '../../lambda/core/rotation.ts';
import { findRetirement, leakedLabel } from '../../lambda/core/staging.ts';
import { someCredentials } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, SECOND_MS, START } from '../support/fixed-time.ts';
import { BOT_ADDRESS, type KeptKey } from '../support/in-memory-exchange.ts';
import { STEPS, World } from '../support/world.ts';

let world: World;
/** The version that is being rotated to. */
let versionId: string;

beforeEach(() => {
  world = new World();
  versionId = world.store.register(world.arn);
});

function run(step: (typeof STEPS)[number]): Promise<void> {
  return step(world.rotation(versionId), world.ports);
}

/** A world in which one rotation is done and the next one is registered. */
async function afterOneRotation(declared: Partial<World['declared']> = {}): Promise<string> {
  world = new World(declared);
  const first = await world.rotate();
  world.time.advance(10 * DAY_MS);
  versionId = world.store.register(world.arn);
  return first;
}

describe('every step that changes something', () => {
  test.each([
    ['create', createStep],
    ['finish', finishStep],
  ])('%s refuses a version that is not pending', async (_name, step) => {
    world.store.endRotation(world.arn);
    await expect(run(step)).rejects.toMatchObject({ reason: 'VersionNotPending' });
    expect(world.exchange.living).toEqual([]);
  });

  test.each([
    ['create', createStep],
    ['finish', finishStep],
  ])('%s refuses a secret whose rotation is turned off', async (_name, step) => {
    world.store.secret(world.arn).rotationEnabled = false;
    await expect(run(step)).rejects.toMatchObject({ reason: 'RotationDisabled' });
  });

  test('refuses a version that nobody registered', async () => {
    versionId = 'never-registered';
    await expect(run(createStep)).rejects.toMatchObject({ reason: 'VersionNotPending' });
  });
});

describe('the set step', () => {
  test('succeeds when the sub-account lists the key as declared, and changes nothing', async () => {
    await run(createStep);
    const before = world.effects.names.length;
    await run(setStep);
    expect(world.effects.names).toHaveLength(before);
  });

  test('waits for a key that the list does not show yet', async () => {
    world.exchange.listingMs = 10 * SECOND_MS;
    await run(createStep);
    await expect(run(setStep)).resolves.toBeUndefined();
  });

  test('waits for a value that is not readable yet', async () => {
    world.store.settlingMs = 5 * SECOND_MS;
    await run(createStep);
    await expect(run(setStep)).resolves.toBeUndefined();
  });

  test.each([
    ['a permission too many', { products: ['uta_mgt', 'uta_trade'] }, 'ProductDrift'],
    ['no allow-list', { allowList: [] }, 'AllowListDrift'],
    ['another permission', { permission: 'read' }, 'PermissionDrift'],
    ['a place in another sub-account', { subAccount: '2002' }, 'KeyNotListed'],
  ] as const)('fails when the exchange gave the key %s', async (_what, spoil, reason) => {
    world.exchange.spoilNextKey(spoil);
    await run(createStep);
    await expect(run(setStep)).rejects.toMatchObject({ name: 'CheckFailedError', reason });
  });

  test('fails when the key is gone', async () => {
    await run(createStep);
    world.exchange.removeKey(world.keyIdOf(versionId));
    await expect(run(setStep)).rejects.toMatchObject({ reason: 'KeyNotListed' });
  });

  test('fails when nothing is stored', async () => {
    await expect(run(setStep)).rejects.toMatchObject({ reason: 'NothingStored' });
  });
});

describe('the test step of a rotation', () => {
  test('verifies the pending key and tells it', async () => {
    await run(createStep);
    await run(testStep);
    expect(world.audit.told).toEqual(['KeyIssued Issued', 'KeyVerified SignedCall']);
  });

  test('verifies the first key too, though Secrets Manager has made it current already', async () => {
    world.exchange.spoilNextKey({ mayWithdraw: true });
    await run(createStep);
    expect(world.store.holder(world.arn, 'AWSCURRENT')).toBe(versionId);
    await expect(run(testStep)).rejects.toMatchObject({ reason: 'WithdrawalAllowed' });
  });

  test.each([
    ['may withdraw', { mayWithdraw: true }, 'WithdrawalAllowed'],
    ['belongs to the wrong sub-account', { accountId: '2002' }, 'WrongSubAccount'],
    ['has an extra permission', { products: ['uta_mgt', 'uta_trade'] }, 'ProductDrift'],
    ['has a wider allow-list', { allowList: [] }, 'AllowListDrift'],
  ] as Array<[string, Partial<KeptKey>, string]>)(
    'fails when the new key %s, and the old one stays current',
    async (_what, spoil, reason) => {
      const first = await afterOneRotation();
      world.exchange.spoilNextKey(spoil);
      await run(createStep);
      await expect(run(testStep)).rejects.toMatchObject({ reason });
      expect(world.currentValue?.keyId).toBe(world.keyIdOf(first));
    },
  );

  test('is proven by the refusal when the allow-list leaves out the address of the functions', async () => {
    await afterOneRotation({ allowList: [BOT_ADDRESS] });
    await run(createStep);
    await run(testStep);
    expect(world.audit.told.at(-1)).toBe('KeyVerified RefusedForAddress');
  });

  test('waits for a key that works minutes later', async () => {
    world.exchange.activationMs = 4 * 60 * SECOND_MS;
    await run(createStep);
    await expect(run(testStep)).resolves.toBeUndefined();
  });

  test('fails when the key exists and its value cannot be read', async () => {
    await run(createStep);
    world.store.secret(world.arn).versions.forEach((version) => {
      version.value = undefined;
    });
    await expect(run(testStep)).rejects.toMatchObject({ reason: 'NothingStored' });
  });

  test('is not done before its event is accepted', async () => {
    await run(createStep);
    world.audit.refuse('KeyVerified');
    await expect(run(testStep)).rejects.toThrow('the audit bus refused');
  });

  test('replaces a current value that is not a key', async () => {
    await afterOneRotation();
    await run(createStep);
    const malformed = new InvalidInputError('SecretValueMalformed', 'the secret value is not a key');
    const current = world.store.holder(world.arn, 'AWSCURRENT');
    const findValue = world.store.findValue.bind(world.store);
    world.store.findValue = async (arn, id) => {
      if (id === current) throw malformed;
      return await findValue(arn, id);
    };
    await expect(run(testStep)).resolves.toBeUndefined();
  });
});

describe('the test step at deploy time', () => {
  /** Secrets Manager registers a version with a copy of the current value, or with none, for the test alone. */
  async function deployTest(): Promise<void> {
    const test = world.store.register(world.arn);
    const copy = world.currentValue;
    if (copy) world.store.setValue(world.arn, test, copy);
    await testStep(world.rotation(test), world.ports);
  }

  test('passes without a current key, and issues nothing', async () => {
    world.store.endRotation(world.arn);
    await deployTest();
    expect(world.exchange.living).toEqual([]);
    expect(world.audit.told).toEqual([]);
  });

  test('passes without a manager key', async () => {
    const missing = new InvalidInputError('ManagerMissing', 'no manager key yet');
    const ports = { ...world.ports, manager: () => Promise.reject(missing) };
    await expect(testStep(world.rotation(versionId), ports)).resolves.toBeUndefined();
  });

  test('does not take a manager secret that cannot be read for a missing one', async () => {
    const ports = { ...world.ports, manager: () => Promise.reject(new Error('ThrottlingException')) };
    await expect(testStep(world.rotation(versionId), ports)).rejects.toThrow('ThrottlingException');
  });

  test('passes with a current key that works and changes nothing', async () => {
    await afterOneRotation();
    const told = world.audit.told.length;
    await deployTest();
    expect(world.audit.told.slice(told)).toEqual(['KeyVerified SignedCall']);
    expect(world.exchange.living).toHaveLength(1);
  });

  test('never lets a first key pass that is current before it was verified', async () => {
    world.exchange.spoilNextKey({ mayWithdraw: true });
    await run(createStep);
    expect(world.store.holder(world.arn, 'AWSCURRENT')).toBe(versionId);
    await expect(run(testStep)).rejects.toMatchObject({ reason: 'WithdrawalAllowed' });
  });

  test('passes while rotation is turned off', async () => {
    await afterOneRotation();
    world.store.secret(world.arn).rotationEnabled = false;
    await expect(deployTest()).resolves.toBeUndefined();
  });

  test('passes with a current key that is no longer as declared: the rotation that heals it comes later', async () => {
    await afterOneRotation();
    world.declared = { ...world.declared, allowList: [BOT_ADDRESS, '203.0.113.77'] };
    await expect(deployTest()).resolves.toBeUndefined();
  });

  test('fails when the current key does not work', async () => {
    await afterOneRotation();
    world.exchange.removeKey(world.currentValue?.keyId ?? '');
    await expect(deployTest()).rejects.toMatchObject({ reason: 'UnknownKey' });
  });

  test('passes with a current key whose allow-list leaves out the address of the functions', async () => {
    await afterOneRotation({ allowList: [BOT_ADDRESS] });
    await expect(deployTest()).resolves.toBeUndefined();
  });
});

describe('the finish step', () => {
  test('promotes the new version, and the replaced one is due when its grace period is over', async () => {
    const first = await afterOneRotation();
    await run(createStep);
    await run(finishStep);
    expect(world.store.holder(world.arn, 'AWSCURRENT')).toBe(versionId);
    expect(world.store.holder(world.arn, 'AWSPREVIOUS')).toBe(first);
    const due = findRetirement(world.store.labelsOf(world.arn, first));
    expect(due?.dueAt).toEqual(at(11 * DAY_MS));
    expect(world.audit.told.slice(-2)).toEqual(['KeyPromoted Verified', 'KeyRetiring GracePeriodRunning']);
    expect(world.audit.of('KeyPromoted').at(-1)).toMatchObject({ emergency: false, versionId });
    expect(world.audit.of('KeyRetiring').at(-1)).toMatchObject({ versionId: first });
  });

  test('writes the due time down before it promotes', async () => {
    const first = await afterOneRotation();
    await run(createStep);
    world.store.fail('promote');
    await expect(run(finishStep)).rejects.toThrow('ThrottlingException');
    expect(world.store.holder(world.arn, 'AWSCURRENT')).toBe(first);
    expect(findRetirement(world.store.labelsOf(world.arn, first))).toBeDefined();
  });

  test('gives a whole grace period from the promotion, however long ago an earlier attempt began one', async () => {
    const first = await afterOneRotation();
    await run(createStep);
    world.store.fail('promote');
    await expect(run(finishStep)).rejects.toThrow();
    world.time.advance(7 * DAY_MS);
    await run(finishStep);
    const due = world.store.labelsOf(world.arn, first).filter((label) => label.startsWith('rekey-retire'));
    expect(due).toHaveLength(1);
    expect(findRetirement(due)?.dueAt).toEqual(at(18 * DAY_MS));
  });

  test('promotes the first version without retiring anything', async () => {
    world.store.firstValueIsCurrent = false;
    await run(createStep);
    await run(finishStep);
    expect(world.store.holder(world.arn, 'AWSCURRENT')).toBe(versionId);
    expect(world.store.ownLabels(world.arn)).toEqual([]);
    expect(world.audit.told.at(-1)).toBe('KeyPromoted Verified');
  });

  test('tells the same facts once more when it is called again after the promotion', async () => {
    await afterOneRotation();
    await run(createStep);
    await run(finishStep);
    const once = world.audit.events.slice(-2).map(({ id }) => id);
    const labels = world.store.ownLabels(world.arn);
    world.time.advance(HOUR_MS);
    await run(finishStep);
    expect(world.audit.events.slice(-2).map(({ id }) => id)).toEqual(once);
    expect(world.store.ownLabels(world.arn)).toEqual(labels);
  });

  test('is repeated when its event is not accepted', async () => {
    await afterOneRotation();
    await run(createStep);
    world.audit.refuse('KeyPromoted');
    await expect(run(finishStep)).rejects.toThrow('the audit bus refused');
    world.audit.accept();
    await run(finishStep);
    expect(world.audit.told.slice(-2)).toEqual(['KeyPromoted Verified', 'KeyRetiring GracePeriodRunning']);
  });

  test('grants no grace period to a key that is in doubt', async () => {
    const first = await afterOneRotation();
    world.store.label(world.arn, leakedLabel(first), first);
    await run(createStep);
    await run(finishStep);
    expect(findRetirement(world.store.labelsOf(world.arn, first))?.dueAt).toEqual(at(10 * DAY_MS));
    expect(world.audit.of('KeyPromoted').at(-1)).toMatchObject({
      reason: 'EmergencyRotation',
      emergency: true,
    });
    expect(world.audit.told.at(-1)).toBe('KeyRetiring EmergencyRotation');
  });

  test('says that it was an emergency also when it is called again', async () => {
    const first = await afterOneRotation();
    world.store.label(world.arn, leakedLabel(first), first);
    await run(createStep);
    world.audit.refuse('KeyPromoted');
    await expect(run(finishStep)).rejects.toThrow();
    world.audit.accept();
    await run(finishStep);
    expect(world.audit.of('KeyPromoted').at(-1)).toMatchObject({ emergency: true });
  });

  test('fails when somebody has put another value meanwhile, and does not take it back', async () => {
    await afterOneRotation();
    await run(createStep);
    world.store.beforeNext('promote', () => {
      const { keyId } = world.exchange.addKey();
      world.store.putByHand(world.arn, someCredentials(keyId));
    });
    await expect(run(finishStep)).rejects.toThrow();
    expect(world.currentValue?.keyId).not.toBe(world.keyIdOf(versionId));
  });

  test('fails when nothing is stored', async () => {
    await afterOneRotation();
    await expect(run(finishStep)).rejects.toMatchObject({ reason: 'NothingStored' });
  });
});

test('a whole rotation leaves two working keys, one current and one retiring', async () => {
  const first = await world.rotate();
  const second = await world.rotate();
  expect(world.exchange.living.sort()).toEqual([world.keyIdOf(first), world.keyIdOf(second)].sort());
  expect(world.workingKey?.keyId).toBe(world.keyIdOf(second));
});

test('each step may be repeated after each other step', async () => {
  await afterOneRotation();
  for (let last = 0; last < STEPS.length; last += 1) {
    for (const step of STEPS.slice(0, last + 1)) await run(step);
  }
  expect(world.workingKey?.keyId).toBe(world.keyIdOf(versionId));
  expect(world.exchange.living).toHaveLength(2);
  expect(world.time.now().getTime()).toBeGreaterThan(START.getTime());
});

describe('what people read of a rotation', () => {
  test('names each key shortened, and how long the replaced one works on', async () => {
    await world.runSteps(versionId);
    versionId = world.store.register(world.arn);
    world.audit.events.length = 0;
    await world.runSteps(versionId);
    expect(world.audit.events.map(({ message }) => message)).toEqual([
      'the exchange made key bg_key_…0002; its secret is the pending version',
      'the key signed a call and the exchange described it as declared',
      'key bg_key_…0002 is current; readers get it from now on',
      'the replaced key works on until 2026-11-22T10:00:00.000Z',
    ]);
  });

  test('says that a key in doubt has no time left', async () => {
    const first = await afterOneRotation();
    world.store.label(world.arn, leakedLabel(first), first);
    await world.runSteps(versionId);
    expect(world.audit.events.at(-1)?.message).toBe('the replaced key is revoked at once');
  });

  test.each([
    [
      'the version is not pending',
      createStep,
      () => world.store.endRotation(world.arn),
      'the version to rotate to is not AWSPENDING',
    ],
    [
      'rotation is turned off',
      createStep,
      () => Object.assign(world.store.secret(world.arn), { rotationEnabled: false }),
      'rotation of this secret is turned off',
    ],
    [
      'nothing is stored',
      setStep,
      () => undefined,
      'the pending version has no value; the create step has not finished',
    ],
    [
      'the key is not listed',
      setStep,
      async () => {
        await run(createStep);
        world.exchange.removeKey(world.keyIdOf(versionId));
      },
      'the sub-account does not list the pending key',
    ],
  ] as Array<[string, (typeof STEPS)[number], () => unknown, string]>)(
    'says why a step failed: %s',
    async (...row) => {
      const [, step, prepare, message] = row;
      await prepare();
      await expect(run(step)).rejects.toMatchObject({ message });
    },
  );
});

describe('the test step of a version without a value', () => {
  beforeEach(() => world.store.endRotation(world.arn));

  test('passes beside keys that others have made', async () => {
    world.exchange.addKey();
    await expect(run(testStep)).resolves.toBeUndefined();
  });

  test('fails if the manager secret holds something that is no manager key', async () => {
    const malformed = new InvalidInputError('ManagerMalformed', 'the manager secret is not a key');
    const ports = { ...world.ports, manager: () => Promise.reject(malformed) };
    await expect(testStep(world.rotation(versionId), ports)).rejects.toBe(malformed);
  });
});

test('a new key that works only minutes later is verified beside a current value that is not a key', async () => {
  await afterOneRotation();
  world.exchange.activationMs = 60 * SECOND_MS;
  await run(createStep);
  const current = world.store.holder(world.arn, 'AWSCURRENT');
  const findValue = world.store.findValue.bind(world.store);
  world.store.findValue = async (arn, id) => {
    if (id === current) throw new InvalidInputError('SecretValueMalformed', 'the secret value is not a key');
    return await findValue(arn, id);
  };
  await run(testStep);
  expect(world.audit.told.at(-1)).toBe('KeyVerified SignedCall');
});
