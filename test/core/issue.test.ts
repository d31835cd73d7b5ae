import { beforeEach, describe, expect, test } from 'vitest';
import { keyLabel, keyPair, keyPassphrase } from '../../lambda/core/derivation.ts';
import { CheckFailedError, InvalidInputError } from '../../lambda/core/errors.ts';
import { createStep, finishStep } from '../../lambda/core/rotation.ts';
import { SALT, SUB_ACCOUNT, someCredentials } from '../support/builders.ts';
import { at, HOUR_MS, SECOND_MS } from '../support/fixed-time.ts';
import { World } from '../support/world.ts';

let world: World;
/** The version that is being rotated to. */
let versionId: string;

beforeEach(() => {
  world = new World();
  versionId = world.store.register(world.arn);
});

function run(step: typeof createStep): Promise<void> {
  return step(world.rotation(versionId), world.ports);
}

describe('the create step', () => {
  test('issues the key that is declared, under the label of its version, and stores it as pending', async () => {
    await run(createStep);
    const stored = world.store.valueOf(world.arn, versionId);
    const key = world.exchange.keys.get(stored?.keyId ?? '');
    expect(key).toMatchObject({
      subAccount: SUB_ACCOUNT,
      label: keyLabel(SALT, world.arn, versionId),
      permission: 'trade',
      products: ['uta_trade'],
      allowList: world.declared.allowList,
      passphrase: keyPassphrase(
        SALT,
        { secretArn: world.arn, label: keyLabel(SALT, world.arn, versionId) },
        24,
      ).reveal(),
    });
    expect(stored?.secret.reveal()).toBe(key?.secret);
    expect(stored?.passphrase?.reveal()).toBe(key?.passphrase);
    expect(world.store.labelsOf(world.arn, versionId)).toContain('AWSPENDING');
    expect(world.audit.told).toEqual(['KeyIssued Issued']);
  });

  test('sends no passphrase to an exchange that wants none', async () => {
    Object.defineProperty(world.exchange, 'passphraseLength', { value: undefined });
    await run(createStep);
    expect(world.store.valueOf(world.arn, versionId)).not.toHaveProperty('passphrase');
  });

  test('keeps a key that is stored already', async () => {
    await run(createStep);
    const stored = world.keyIdOf(versionId);
    await run(createStep);
    expect(world.exchange.living).toEqual([stored]);
    expect(world.keyIdOf(versionId)).toBe(stored);
    expect(world.audit.told).toEqual(['KeyIssued Issued', 'KeyIssued AlreadyIssued']);
    expect(new Set(world.audit.events.map(({ id }) => id)).size).toBe(1);
  });

  test('revokes the key of an attempt that was cut off before it could be stored, and issues another', async () => {
    world.store.fail('putPending');
    await expect(run(createStep)).rejects.toThrow('ThrottlingException');
    const [orphan] = world.exchange.living;
    await run(createStep);
    expect(world.exchange.revoked).toEqual([orphan]);
    expect(world.exchange.living).toEqual([world.keyIdOf(versionId)]);
    expect(world.audit.told).toEqual([
      'OrphanFound RotationWasCutOff',
      'OrphanRevoked RotationWasCutOff',
      'KeyIssued Issued',
    ]);
  });

  test('never sends a create twice when its answer is lost', async () => {
    world.exchange.fail('issueKey', 'loseAnswer');
    await expect(run(createStep)).rejects.toMatchObject({ reason: 'OutcomeUnknown' });
    expect(world.exchange.living).toHaveLength(1);
    await run(createStep);
    expect(world.exchange.living).toEqual([world.keyIdOf(versionId)]);
  });

  test('issues nothing when the create never left', async () => {
    world.exchange.fail('issueKey', 'neverSent');
    await expect(run(createStep)).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
    expect(world.exchange.living).toEqual([]);
  });

  test('waits for a value that was stored a moment ago instead of taking its key for an orphan', async () => {
    world.store.settlingMs = 5 * SECOND_MS;
    await run(createStep);
    const stored = world.keyIdOf(versionId);
    await run(createStep);
    expect(world.exchange.living).toEqual([stored]);
    expect(world.exchange.revoked).toEqual([]);
  });

  test('gives way when another attempt has stored its key meanwhile', async () => {
    const other = world.exchange.addKey({ label: keyLabel(SALT, world.arn, versionId) });
    world.exchange.removeKey(other.keyId);
    world.exchange.afterNext('issueKey', () => {
      world.exchange.keys.set(other.keyId, other);
      world.store.setValue(world.arn, versionId, someCredentials(other.keyId));
    });
    await expect(run(createStep)).rejects.toMatchObject({ reason: 'VersionHasOtherValue' });
    expect(world.exchange.living).toEqual([other.keyId]);
    expect(world.keyIdOf(versionId)).toBe(other.keyId);
  });

  test('refuses when the sub-account has no free place, before asking the exchange', async () => {
    for (let n = 0; n < 10; n += 1) world.exchange.addKey();
    await expect(run(createStep)).rejects.toMatchObject({
      reason: 'KeyLimitReached',
      message: 'the sub-account holds 10 of 10 keys; a rotation needs a free place',
    });
    expect(world.exchange.living).toHaveLength(10);
  });

  test('counts the place of its own orphan as free', async () => {
    for (let n = 0; n < 9; n += 1) world.exchange.addKey();
    world.exchange.addKey({ label: keyLabel(SALT, world.arn, versionId) });
    await run(createStep);
    expect(world.exchange.living).toHaveLength(10);
    expect(world.exchange.keys.has(world.keyIdOf(versionId))).toBe(true);
  });

  test('does not count the keys of other sub-accounts', async () => {
    for (let n = 0; n < 10; n += 1) world.exchange.addKey({ subAccount: '2002' });
    await run(createStep);
    expect(world.exchange.living).toHaveLength(11);
  });

  test('fails without a manager key, and issues nothing', async () => {
    const missing = new InvalidInputError('ManagerMissing', 'no manager key yet');
    const ports = { ...world.ports, manager: () => Promise.reject(missing) };
    await expect(createStep(world.rotation(versionId), ports)).rejects.toBe(missing);
    expect(world.exchange.living).toEqual([]);
  });

  test('is not done before its event is accepted', async () => {
    world.audit.refuse();
    await expect(run(createStep)).rejects.toThrow('the audit bus refused');
    world.audit.accept();
    await run(createStep);
    expect(world.exchange.living).toEqual([world.keyIdOf(versionId)]);
    expect(world.audit.told).toEqual(['KeyIssued AlreadyIssued']);
  });

  test('fails while an orphan will not die, and issues no second key beside it', async () => {
    world.exchange.fail('issueKey', 'loseAnswer');
    await expect(run(createStep)).rejects.toThrow();
    world.exchange.ghostMs = HOUR_MS;
    await expect(run(createStep)).rejects.toMatchObject({ reason: 'StillListed' });
    expect(world.exchange.living).toEqual([]);
  });

  test('does not touch the current key when its value cannot be read for a while', async () => {
    await run(createStep);
    await run(finishStep);
    const current = world.keyIdOf(versionId);
    world.store.secret(world.arn).versions.forEach((version) => {
      version.readableFrom = at(60 * SECOND_MS).getTime();
    });
    await run(createStep).catch(() => undefined);
    expect(world.exchange.revoked).toEqual([]);
    expect(world.workingKey?.keyId).toBe(current);
  });
});

describe('the create step at an exchange that takes our public key', () => {
  const pair = () => keyPair(SALT, world.arn, versionId);

  beforeEach(() => {
    world.exchange.takesPublicKey = true;
  });

  test("gives the exchange the version's public key and stores the private one", async () => {
    await run(createStep);
    const stored = world.store.valueOf(world.arn, versionId);
    expect(world.exchange.keys.get(stored?.keyId ?? '')?.publicKey).toBe(pair().publicKey);
    expect(stored?.secret.reveal()).toBe(pair().privateKey.reveal());
  });

  test.each([
    ['the answer of the create is lost', () => world.exchange.fail('issueKey', 'loseAnswer')],
    ['its secret could not be stored', () => world.store.fail('putPending')],
  ])('adopts the key of an attempt of which %s', async (_what, cut) => {
    cut();
    await expect(run(createStep)).rejects.toThrow();
    const [made] = world.exchange.living;
    await run(createStep);
    expect(world.exchange.living).toEqual([made]);
    expect(world.keyIdOf(versionId)).toBe(made);
    expect(world.store.valueOf(world.arn, versionId)?.secret.reveal()).toBe(pair().privateKey.reveal());
    expect(world.audit.told).toEqual(['KeyIssued Adopted']);
  });

  test('adopts one key and revokes the other if two were made', async () => {
    const label = keyLabel(SALT, world.arn, versionId);
    for (let n = 0; n < 2; n += 1) world.exchange.addKey({ label, publicKey: pair().publicKey });
    await run(createStep);
    expect(world.exchange.living).toEqual([world.keyIdOf(versionId)]);
    expect(world.exchange.revoked).toHaveLength(1);
  });

  test('does not adopt a key that is not as declared: that one is revoked, and another issued', async () => {
    world.exchange.listsAddresses = false;
    const label = keyLabel(SALT, world.arn, versionId);
    const wide = world.exchange.addKey({ label, publicKey: pair().publicKey, allowList: [] });
    await run(createStep);
    expect(world.exchange.revoked).toEqual([wide.keyId]);
    expect(world.exchange.keys.get(world.keyIdOf(versionId))?.allowList).toEqual(world.declared.allowList);
    expect(world.audit.told.at(-1)).toBe('KeyIssued Issued');
  });

  test('needs no free place for a key that it adopts', async () => {
    world.store.fail('putPending');
    await expect(run(createStep)).rejects.toThrow();
    for (let n = 0; n < 9; n += 1) world.exchange.addKey();
    await run(createStep);
    expect(world.exchange.living).toHaveLength(10);
  });
});

describe('the create step that is called again during a rotation', () => {
  beforeEach(async () => {
    await world.runSteps(versionId);
    world.time.advance(HOUR_MS);
    versionId = world.store.register(world.arn);
    world.audit.events.length = 0;
  });

  test('waits for the value of its first call, and keeps that key', async () => {
    world.store.settlingMs = 5 * SECOND_MS;
    await run(createStep);
    const stored = world.keyIdOf(versionId);
    await run(createStep);
    expect(world.exchange.living).toContain(stored);
    expect(world.exchange.revoked).toEqual([]);
    expect(world.audit.told).toEqual(['KeyIssued Issued', 'KeyIssued AlreadyIssued']);
  });

  test('revokes no key of its own when a value cannot be stored for another reason: the next call does', async () => {
    world.store.fail('putPending', new CheckFailedError('VersionNotPending', 'not pending any more'));
    await expect(run(createStep)).rejects.toMatchObject({ reason: 'VersionNotPending' });
    expect(world.exchange.revoked).toEqual([]);
    expect(world.audit.told).toEqual([]);
  });

  test('tells people what became of the key of a call that was cut off', async () => {
    world.exchange.addKey({ keyId: 'bg_0123456789abcdef', label: keyLabel(SALT, world.arn, versionId) });
    await run(createStep);
    expect(world.audit.events.map(({ message }) => message)).toEqual([
      'key bg_0123…cdef was made by an attempt that was cut off; no version holds it',
      'key bg_0123…cdef is dead: the exchange no longer lists it',
      'the exchange made key bg_key_…0003; its secret is the pending version',
    ]);
  });

  test('does not store a key whose secret the exchange has not shown', async () => {
    const issueKey = world.exchange.issueKey.bind(world.exchange);
    world.exchange.issueKey = async (order) => ({ keyId: (await issueKey(order)).keyId });
    await expect(run(createStep)).rejects.toMatchObject({
      reason: 'OutcomeUnknown',
      message: 'the result of the create call is not known: the exchange showed no secret',
    });
    expect(world.store.valueOf(world.arn, versionId)).toBeUndefined();
  });
});
