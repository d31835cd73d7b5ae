import { beforeEach, describe, expect, test } from 'vitest';
import { keyLabel } from '../../lambda/core/derivation.ts';
import { InvalidInputError } from '../../lambda/core/errors.ts';
import { type ObservedKey, observe } from '../../lambda/core/observation.ts';
import { planReconcile } from '../../lambda/core/reconcile.ts';
import { createStep } from '../../lambda/core/rotation.ts';
import { aDeclaration, anAccount, SALT, someCredentials } from '../support/builders.ts';
import { HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(() => {
  world = new World();
});

async function observed(): Promise<ObservedKey> {
  const { keys } = await observe(world.account, world.ports);
  if (!keys[0]) throw new Error('the key was not observed');
  return keys[0];
}

/** Version ids whose values were read. */
function watchReads(): string[] {
  const read: string[] = [];
  const findValue = world.store.findValue.bind(world.store);
  world.store.findValue = async (arn, versionId) => {
    read.push(versionId);
    return await findValue(arn, versionId);
  };
  return read;
}

describe('observing', () => {
  test('reads no value while the labels alone tell which version holds which key', async () => {
    await world.rotate();
    await world.rotate();
    const read = watchReads();
    const { keyIds, pending, listed } = await observed();
    expect(read).toEqual([]);
    expect({ keyIds: keyIds.size, pending, listed: listed.length }).toEqual({
      keyIds: 0,
      pending: undefined,
      listed: 2,
    });
  });

  test('reads the value of a current version whose key was made by hand', async () => {
    const { keyId } = world.exchange.addKey();
    const versionId = world.store.putByHand(world.arn, someCredentials(keyId));
    expect((await observed()).keyIds).toEqual(new Map([[versionId, keyId]]));
  });

  test('reads the value of a retiring version whose key is gone', async () => {
    const first = await world.rotate();
    await world.rotate();
    world.exchange.removeKey(world.keyIdOf(first));
    expect([...(await observed()).keyIds.keys()]).toEqual([first]);
  });

  test('reads the value of a version whose label is on two keys', async () => {
    const versionId = await world.rotate();
    world.exchange.addKey({ label: keyLabel(SALT, world.arn, versionId) });
    expect((await observed()).keyIds).toEqual(new Map([[versionId, world.keyIdOf(versionId)]]));
  });

  test('leaves out what a version does not hold', async () => {
    const versionId = world.store.register(world.arn);
    world.store.label(world.arn, 'AWSCURRENT', versionId);
    world.store.endRotation(world.arn);
    expect((await observed()).keyIds.size).toBe(0);
  });

  test('tells of a pending version when it was registered and which key is stored in it', async () => {
    await world.rotate();
    const registered = world.time.now();
    const versionId = world.store.register(world.arn);
    world.time.advance(HOUR_MS);
    expect((await observed()).pending).toEqual({ versionId, keyId: undefined, createdAt: registered });
    await createStep(world.rotation(versionId), world.ports);
    expect((await observed()).pending?.keyId).toBe(world.keyIdOf(versionId));
  });

  test('takes a version that is pending and current for current', async () => {
    const versionId = world.store.register(world.arn);
    await createStep(world.rotation(versionId), world.ports);
    expect((await observed()).pending).toBeUndefined();
  });

  test('asks for the list of a sub-account once, however many keys are declared on it', async () => {
    const account = anAccount([aDeclaration(), aDeclaration({ subAccount: '2002' }), aDeclaration()]);
    const asked: string[] = [];
    const listKeys = world.exchange.listKeys.bind(world.exchange);
    world.exchange.listKeys = async (subAccount) => {
      asked.push(subAccount);
      return await listKeys(subAccount);
    };
    const { keys } = await observe(account, world.ports);
    expect(asked).toEqual(['1001', '2002']);
    expect(keys).toHaveLength(3);
  });
});

describe('what cannot be read', () => {
  const TWO = anAccount([aDeclaration(), aDeclaration({ name: 'tracker', subAccount: '2002' })]);

  beforeEach(() => {
    world.store.addSecret('rekey/main/tracker');
  });

  test('does not keep the other keys from being observed: a sub-account', async () => {
    world.exchange.fail('listKeys', 'loseAnswer');
    const { keys, failures } = await observe(TWO, world.ports);
    expect(keys.map(({ declared }) => declared.name)).toEqual(['tracker']);
    expect(failures).toMatchObject([{ what: 'sub-account 1001', error: { reason: 'ExchangeUnavailable' } }]);
  });

  test('does not keep the other keys from being observed: a secret', async () => {
    world.store.fail('describe');
    const { keys, failures } = await observe(TWO, world.ports);
    expect(keys.map(({ declared }) => declared.name)).toEqual(['tracker']);
    expect(failures).toMatchObject([{ what: 'key grid-bot' }]);
  });

  test('is everything, without a manager key', async () => {
    const missing = new InvalidInputError('ManagerMissing', 'no manager key yet');
    const ports = { ...world.ports, manager: () => Promise.reject(missing) };
    await expect(observe(TWO, ports)).rejects.toBe(missing);
  });

  test('does not make foreign keys of the keys of a secret that could not be read', async () => {
    const account = anAccount([aDeclaration(), aDeclaration({ name: 'tracker' })]);
    await world.rotate();
    world.store.fail('describe');
    const observation = await observe(account, world.ports);
    expect(planReconcile(observation, world.time.now()).gauges.foreignKeys).toBe(0);
  });
});

describe('what changes while it is being observed', () => {
  test('does not make an orphan of the key of a rotation under way', async () => {
    await world.rotate();
    const versionId = world.store.register(world.arn);
    world.exchange.afterNext('listKeys', () => createStep(world.rotation(versionId), world.ports));
    const observation = await observe(world.account, world.ports);
    expect(planReconcile(observation, world.time.now())).toMatchObject({ actions: [], findings: [] });
  });

  test('does not raise an alarm for a key that was issued and promoted after the list was read', async () => {
    await world.rotate();
    world.exchange.afterNext('listKeys', async () => void (await world.rotate()));
    const observation = await observe(world.account, world.ports);
    expect(planReconcile(observation, world.time.now()).findings).toEqual([]);
  });

  test('does not give up a version whose key was stored after the list was read', async () => {
    await world.rotate();
    const versionId = world.store.register(world.arn);
    world.time.advance(20 * MINUTE_MS);
    world.exchange.afterNext('listKeys', () => createStep(world.rotation(versionId), world.ports));
    await world.reconcile();
    expect(world.store.labelsOf(world.arn, versionId)).toContain('AWSPENDING');
  });
});

describe('at an exchange whose list leaves out the addresses', () => {
  /** What is known of the addresses of each listed key, by key ID. */
  async function addresses(): Promise<Record<string, unknown>> {
    const { listed } = await observed();
    return Object.fromEntries(listed.map(({ keyId, allowList }) => [keyId, allowList]));
  }

  beforeEach(() => {
    world.exchange.listsAddresses = false;
  });

  test('they are asked of the current key and the pending one, and of no other', async () => {
    const retiring = await world.rotate();
    const current = await world.rotate();
    const pending = world.store.register(world.arn);
    await createStep(world.rotation(pending), world.ports);
    const foreign = world.exchange.addKey();
    expect(await addresses()).toEqual({
      [world.keyIdOf(retiring)]: 'untold',
      [world.keyIdOf(current)]: world.declared.allowList,
      [world.keyIdOf(pending)]: world.declared.allowList,
      [foreign.keyId]: 'untold',
    });
  });

  test('they are asked of a current key that was made by hand', async () => {
    const key = world.exchange.addKey();
    world.store.putByHand(world.arn, someCredentials(key.keyId));
    expect(await addresses()).toEqual({ [key.keyId]: key.allowList });
  });

  test('they are asked of a hand-made key that is stored as pending', async () => {
    await world.rotate();
    const key = world.exchange.addKey();
    world.store.setValue(world.arn, world.store.register(world.arn), someCredentials(key.keyId));
    expect((await addresses())[key.keyId]).toEqual(key.allowList);
  });

  test('they are asked of the key of a pending version whose secret never arrived', async () => {
    await world.rotate();
    const key = world.exchange.addKey({
      label: keyLabel(SALT, world.arn, world.store.register(world.arn)),
    });
    expect((await addresses())[key.keyId]).toEqual(key.allowList);
  });
});

describe('the list of an observed key', () => {
  const ids = ({ listed }: ObservedKey) => listed.map(({ keyId }) => keyId);

  test('shows each key once, those whose values had to be read as well', async () => {
    const foreign = world.exchange.addKey();
    const key = world.exchange.addKey();
    world.store.putByHand(world.arn, someCredentials(key.keyId));
    expect(ids(await observed())).toEqual([foreign.keyId, key.keyId]);
  });

  test('shows of the keys that were made after it was read only those that are in use', async () => {
    const first = await world.rotate();
    world.exchange.afterNext('listKeys', async () => {
      world.exchange.addKey({ label: keyLabel(SALT, world.arn, 'a-version-long-gone') });
      const key = world.exchange.addKey();
      world.store.putByHand(world.arn, someCredentials(key.keyId));
    });
    expect(ids(await observed())).toEqual([world.keyIdOf(first), world.currentValue?.keyId]);
  });
});

describe('a version that is neither in use nor retiring', () => {
  test('has its value not read though its key is gone, while every label names a version', async () => {
    await world.rotate();
    await world.rotate();
    world.exchange.removeKey(world.exchange.living[0] ?? '');
    for (const label of world.store.ownLabels(world.arn)) world.store.unlabel(world.arn, label);
    expect((await observed()).keyIds.size).toBe(0);
  });

  test('has its value read only when a key carries a label that names no version', async () => {
    const first = await world.rotate();
    const value = world.store.valueOf(world.arn, first);
    if (!value) throw new Error('nothing stored');
    const again = world.store.putByHand(world.arn, value);
    const current = world.store.putByHand(world.arn, someCredentials(world.exchange.addKey().keyId));
    expect((await observed()).keyIds).toEqual(
      new Map([
        [again, value.keyId],
        [current, world.currentValue?.keyId],
      ]),
    );
    world.exchange.removeKey(value.keyId);
    expect([...(await observed()).keyIds.keys()]).toEqual([current]);
  });
});

test('nothing is unread if every declared key was observed', async () => {
  world.store.addSecret('rekey/main/tracker');
  const account = anAccount([aDeclaration(), aDeclaration({ name: 'tracker', subAccount: '2002' })]);
  const foreign = world.exchange.addKey();
  const observation = await observe(account, world.ports);
  expect(observation).toMatchObject({ unread: [], failures: [] });
  expect(planReconcile(observation, world.time.now()).findings).toMatchObject([
    { event: 'ForeignKeyFound', keyId: foreign.keyId },
  ]);
});
