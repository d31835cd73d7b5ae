import { describe, expect, test } from 'vitest';
import { freezeStopped } from '../../lambda/core/freeze.ts';
import { createStep } from '../../lambda/core/rotation.ts';
import { stopKey, untilAfter } from '../../lambda/core/stop.ts';
import type { Interruption } from '../support/effects.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { SCENE, World } from '../support/world.ts';

/*
 * A stop is cut off before and after each of its effects in turn. Then it is ordered again, or nobody does and only
 * reconcile passes follow: every key dies, and every death is told.
 */

const INTERRUPTIONS: readonly Interruption[] = ['before', 'after', 'lost'];

/** A key in use, one in its grace period, and one that is not promoted yet. */
async function aWorld(): Promise<World> {
  const world = new World();
  await world.rotate();
  world.time.advance(10 * DAY_MS);
  await world.rotate();
  world.time.advance(HOUR_MS);
  await createStep(world.rotation(world.store.register(world.arn)), world.ports);
  world.audit.events.length = 0;
  world.effects.revive();
  return world;
}

async function stop(world: World): Promise<void> {
  const order = { scene: SCENE, declaration: world.account };
  const until = untilAfter(world.time, MINUTE_MS);
  await stopKey({ ...order, key: 'grid-bot' }, world.ports, { reason: 'Asked', until });
  await freezeStopped(order, world.ports);
}

async function interruptedStop(index: number, how: Interruption): Promise<World> {
  const world = await aWorld();
  world.effects.interrupt(index, how);
  await stop(world).catch(() => undefined);
  world.effects.revive();
  return world;
}

const isStopped = ({ store, arn }: World) =>
  store.ownLabels(arn).some((label) => label.startsWith('rekey-stopped'));

/** Nothing lives, everything is told, nothing is left to do but to resume. */
function expectStopped(world: World, living: readonly string[]): void {
  expect(world.exchange.living).toEqual([]);
  const told = world.audit.events.filter(({ event }) => event === 'KeyRevoked' || event === 'OrphanFound');
  const ends = (keyId: string) => told.some((event) => event.keyId?.slice(-4) === keyId.slice(-4));
  expect(living.filter((keyId) => !ends(keyId))).toEqual([]);
  const labels = world.store.ownLabels(world.arn).map((label) => label.replace(/-\w{8}$/, ''));
  expect(labels.filter((label) => label !== 'rekey-frozen')).toEqual(['rekey-stopped']);
  expect(world.store.secret(world.arn).rotationEnabled).toBe(false);
}

const NAMES = [
  'tell StopOrdered',
  'attach rekey-stopped',
  'attach rekey-retire',
  'revokeKey',
  'revokeKey',
  'attach rekey-retire',
  'revokeKey',
  'attach rekey-retire',
  'cancelRotation',
  'remove AWSPENDING',
  'setFrozen',
  'attach rekey-frozen',
  'tell SubAccountFrozen',
];

describe('a stop', () => {
  test('has these effects', async () => {
    const world = await aWorld();
    await stop(world);
    expect(world.effects.names).toEqual(NAMES);
  });

  const cases = NAMES.flatMap((name, index) =>
    INTERRUPTIONS.map((how): [string, Interruption, number] => [name, how, index]),
  );

  test.each(cases)(
    'that is cut off at %s (%s, %s) ends every key when it is ordered again',
    async (...at) => {
      const [, how, index] = at;
      const before = (await aWorld()).exchange.living;
      const world = await interruptedStop(index, how);
      world.time.advance(MINUTE_MS);
      await stop(world);
      await world.reconcileFor(HOUR_MS);
      expectStopped(world, before);
    },
  );

  test.each(cases)(
    'that is cut off at %s (%s, %s) is ended by reconcile once it is written down',
    async (...at) => {
      const [, how, index] = at;
      const before = (await aWorld()).exchange.living;
      const world = await interruptedStop(index, how);
      const written = isStopped(world);
      await world.reconcileFor(HOUR_MS);
      if (written) expectStopped(world, before);
      else expect(world.workingKey).toBeDefined();
    },
  );

  test('that is ordered once more after everything was told tells nothing again', async () => {
    const world = await aWorld();
    await stop(world);
    await world.reconcileFor(HOUR_MS);
    const told = world.audit.told.length;
    await stop(world);
    await world.reconcileFor(HOUR_MS);
    expect(world.audit.told).toHaveLength(told);
  });

  test('of a key whose first rotation is under way is written on the pending version', async () => {
    const world = new World();
    world.store.firstValueIsCurrent = false;
    await createStep(world.rotation(world.store.register(world.arn)), world.ports);
    await stop(world);
    expect(isStopped(world)).toBe(true);
    await world.reconcileFor(HOUR_MS);
    expect(world.exchange.living).toEqual([]);
    expect(world.audit.told).toContain('KeyRevoked AlreadyGone');
  });
});
