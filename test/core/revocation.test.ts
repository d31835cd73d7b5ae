import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../lambda/core/errors.ts';
import { proveGone } from '../../lambda/core/revocation.ts';
import { SUB_ACCOUNT } from '../support/builders.ts';
import { at, SECOND_MS, START } from '../support/fixed-time.ts';
import { BOT_ADDRESS, credentialsOf } from '../support/in-memory-exchange.ts';
import { World } from '../support/world.ts';

async function worldAfterRevoking(dying: { dyingMs?: number; ghostMs?: number } = {}) {
  const world = new World();
  Object.assign(world.exchange, dying);
  const key = world.exchange.addKey();
  await world.exchange.revokeKey({ subAccount: SUB_ACCOUNT, keyId: key.keyId });
  const dead = { subAccount: SUB_ACCOUNT, keyId: key.keyId };
  const prove = (how: 'with its secret' | 'without') =>
    proveGone(world.ports, how === 'without' ? dead : { ...dead, credentials: credentialsOf(key) });
  return { world, key, prove };
}

describe('a revoked key is proven dead', () => {
  test.each(['with its secret', 'without'] as const)('at once if it is gone, %s', async (how) => {
    const { world, prove } = await worldAfterRevoking();
    await prove(how);
    expect(world.time.now()).toEqual(START);
  });

  test('when it has left the list a few seconds later', async () => {
    const { prove } = await worldAfterRevoking({ ghostMs: 5 * SECOND_MS });
    await expect(prove('without')).resolves.toBeUndefined();
  });

  test('when the exchange has stopped accepting it a few seconds later', async () => {
    const { prove } = await worldAfterRevoking({ dyingMs: 5 * SECOND_MS });
    await expect(prove('with its secret')).resolves.toBeUndefined();
  });

  test.each(['UnknownKey', 'NotAccepted', 'BadSignature', 'BadPassphrase'] satisfies Refusal[])(
    'by the refusal %s: it is signed with what once worked',
    async (refuse) => {
      const { world, prove } = await worldAfterRevoking();
      world.exchange.fail('describeKey', { refuse });
      await expect(prove('with its secret')).resolves.toBeUndefined();
    },
  );
});

describe('a revoked key is not proven dead', () => {
  test('while it is listed', async () => {
    const { world, prove } = await worldAfterRevoking({ ghostMs: 20 * SECOND_MS });
    await expect(prove('without')).rejects.toMatchObject({
      reason: 'StillListed',
      message: 'the exchange still lists the revoked key',
    });
    expect(world.time.now().getTime()).toBeLessThanOrEqual(at(8 * SECOND_MS).getTime());
  });

  test('while the exchange accepts its calls, though the list says that it is gone', async () => {
    const { prove } = await worldAfterRevoking({ dyingMs: 20 * SECOND_MS });
    await expect(prove('with its secret')).rejects.toMatchObject({
      reason: 'StillAccepted',
      message: 'the exchange still accepts calls of the revoked key',
    });
  });

  test('by a refusal for the address, which only a living key gets', async () => {
    const world = new World();
    world.exchange.dyingMs = 20 * SECOND_MS;
    const key = world.exchange.addKey({ allowList: [BOT_ADDRESS] });
    await world.exchange.revokeKey({ subAccount: SUB_ACCOUNT, keyId: key.keyId });
    const dead = { subAccount: SUB_ACCOUNT, keyId: key.keyId, credentials: credentialsOf(key) };
    await expect(proveGone(world.ports, dead)).rejects.toMatchObject({ reason: 'StillAccepted' });
  });

  test.each(['AccountFrozen', 'ClockSkew', 'WrongEnvironment', 'PermissionDenied'] satisfies Refusal[])(
    'by the refusal %s, which says nothing about the key',
    async (refuse) => {
      const { world, prove } = await worldAfterRevoking();
      world.exchange.fail('describeKey', { refuse });
      await expect(prove('with its secret')).rejects.toMatchObject({ reason: refuse });
    },
  );

  test('when the list cannot be read', async () => {
    const { world, prove } = await worldAfterRevoking();
    world.exchange.fail('listKeys', 'loseAnswer');
    await expect(prove('without')).rejects.toMatchObject({ reason: 'ExchangeUnavailable' });
  });
});
