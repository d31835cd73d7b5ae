import { describe, expect, test } from 'vitest';
import { isLabelOf } from '../../lambda/core/derivation.ts';
import { rotateEmergency } from '../../lambda/core/operations.ts';
import { PENDING } from '../../lambda/core/staging.ts';
import { SALT } from '../support/builders.ts';
import type { Interruption } from '../support/effects.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { SCENE, World } from '../support/world.ts';

/*
 * Every piece of work is cut off before and after each of its effects in turn, and has each answer lost in
 * turn; then it is repeated as Secrets Manager or the schedule would, and the world must be whole. Each table is
 * written out, and one test per table shows that no effect is missing from it.
 */

const INTERRUPTIONS: readonly Interruption[] = ['before', 'after', 'lost'];
const FOREIGN = 'bg_belongs_to_a_person';

/** A key in use, rotated ten days ago, beside a key that somebody else made. */
async function aWorldInUse(): Promise<World> {
  const world = new World();
  world.exchange.addKey({ keyId: FOREIGN });
  await world.rotate();
  world.time.advance(10 * DAY_MS);
  world.audit.events.length = 0;
  return world;
}

/** How many effects a piece of work has when nothing goes wrong. */
async function effectsOf(prepare: () => Promise<World>, work: (world: World) => Promise<unknown>) {
  const world = await prepare();
  world.effects.revive();
  await work(world);
  return [...world.effects.names];
}

/** Does the work with one interruption. @returns whether it went wrong, which it may not if only an answer is lost */
async function interrupted(
  world: World,
  work: (world: World) => Promise<unknown>,
  { index, how }: { index: number; how: Interruption },
): Promise<void> {
  world.effects.interrupt(index, how);
  await work(world).catch(() => undefined);
  expect(world.workingKey, 'a working key is current').toBeDefined();
  world.effects.revive();
}

/** What must hold when everything has been repeated and all grace periods are over. */
function expectWhole(world: World): void {
  expect(world.workingKey, 'a working key is current').toBeDefined();
  expect(world.exchange.living.sort()).toEqual([FOREIGN, world.workingKey?.keyId].sort());
  expect(world.store.ownLabels(world.arn)).toEqual([]);
  for (const keyId of world.exchange.revoked) {
    const told = world.audit.events.some((event) => isEnd(event.event) && matches(event.keyId, keyId));
    expect(told, `the end of ${keyId} is told; told is ${world.audit.told.join(', ')}`).toBe(true);
  }
}

/** An orphan leaves nothing behind that would have its end told again, so that it was found may have to do. */
function isEnd(name: string): boolean {
  return name === 'KeyRevoked' || name === 'OrphanRevoked' || name === 'OrphanFound';
}

function matches(short: string | undefined, keyId: string): boolean {
  return short?.slice(-4) === keyId.slice(-4);
}

function casesOf(names: readonly string[]): [string, { index: number; how: Interruption }][] {
  return names.flatMap((name, index) =>
    INTERRUPTIONS.map((how): [string, { index: number; how: Interruption }] => [
      how === 'lost' ? `the answer of ${name} (${index}) is lost` : `it is cut off ${how} ${name} (${index})`,
      { index, how },
    ]),
  );
}

describe('a rotation is whole in the end if', () => {
  const rotate = async (world: World) => {
    const pending = world.store.holder(world.arn, PENDING);
    await world.runSteps(pending ?? world.store.register(world.arn));
  };
  const names = [
    'issueKey',
    'putPending',
    'tell KeyIssued',
    'tell KeyVerified',
    'attach rekey-retire',
    'promote',
    'tell KeyPromoted, KeyRetiring',
  ];

  test('it has all its effects', async () => {
    expect(await effectsOf(aWorldInUse, rotate)).toEqual(names);
  });

  test.each(casesOf(names))('%s', async (_when, interruption) => {
    const world = await aWorldInUse();
    const before = world.currentValue?.keyId ?? '';
    await interrupted(world, rotate, interruption);
    expect(world.exchange.keys.has(before), 'the replaced key works on').toBe(true);
    world.time.advance(10 * MINUTE_MS);
    await rotate(world);
    expect(world.exchange.keys.has(before), 'the replaced key works on').toBe(true);
    expect(world.currentValue?.keyId).not.toBe(before);
    await world.reconcileFor(25 * HOUR_MS);
    expectWhole(world);
  });

  test.each(casesOf(names))(
    '%s, and Secrets Manager never tries again before the next window',
    async (_when, interruption) => {
      const world = await aWorldInUse();
      await interrupted(world, rotate, interruption);
      await world.reconcileFor(26 * HOUR_MS);
      expect(world.workingKey).toBeDefined();
      await rotate(world);
      await world.reconcileFor(25 * HOUR_MS);
      expectWhole(world);
    },
  );
});

describe('the first rotation is whole in the end if', () => {
  const prepare = async () => {
    const world = new World();
    world.exchange.addKey({ keyId: FOREIGN });
    return world;
  };
  const rotate = async (world: World) => {
    const pending = world.store.holder(world.arn, PENDING);
    await world.runSteps(pending ?? world.store.register(world.arn));
  };
  const names = ['issueKey', 'putPending', 'tell KeyIssued', 'tell KeyVerified', 'tell KeyPromoted'];

  test('it has all its effects', async () => {
    expect(await effectsOf(prepare, rotate)).toEqual(names);
  });

  test.each(casesOf(names))('%s', async (_when, { index, how }) => {
    const world = await prepare();
    world.effects.interrupt(index, how);
    await rotate(world).catch(() => undefined);
    world.effects.revive();
    await rotate(world);
    await world.reconcileFor(HOUR_MS);
    expectWhole(world);
  });
});

describe('a revocation is whole in the end if', () => {
  const prepare = async () => {
    const world = await aWorldInUse();
    await world.rotate();
    world.time.advance(25 * HOUR_MS);
    world.audit.events.length = 0;
    return world;
  };
  const reconcile = (world: World) => world.reconcile();
  const names = [
    'tell ForeignKeyFound',
    'revokeKey',
    'tell KeyRevoked',
    'remove AWSPREVIOUS',
    'remove rekey-retire',
    'tag rekey:power',
  ];

  test('it has all its effects', async () => {
    expect(await effectsOf(prepare, reconcile)).toEqual(names);
  });

  test.each(casesOf(names))('%s', async (_when, interruption) => {
    const world = await prepare();
    await interrupted(world, reconcile, interruption);
    await world.reconcileFor(HOUR_MS);
    expectWhole(world);
  });
});

describe('the clean-up after a rotation that will never be tried again is whole in the end if', () => {
  const prepare = async () => {
    const world = await aWorldInUse();
    world.exchange.fail('issueKey', 'loseAnswer');
    const versionId = world.store.register(world.arn);
    await world.runSteps(versionId).catch(() => undefined);
    world.time.advance(20 * MINUTE_MS);
    return world;
  };
  const reconcile = (world: World) => world.reconcile();
  const names = ['tell OrphanFound, ForeignKeyFound', 'revokeKey', 'tell OrphanRevoked', 'tag rekey:power'];

  test('it has all its effects', async () => {
    expect(await effectsOf(prepare, reconcile)).toEqual(names);
  });

  test.each(casesOf(names))('%s', async (_when, interruption) => {
    const world = await prepare();
    await interrupted(world, reconcile, interruption);
    await world.reconcileFor(HOUR_MS);
    world.store.endRotation(world.arn);
    expectWhole(world);
  });
});

describe('giving a pending version up is whole in the end if', () => {
  const prepare = async () => {
    const world = await aWorldInUse();
    const versionId = world.store.register(world.arn);
    world.exchange.spoilNextKey({ products: ['uta_mgt', 'uta_trade'] });
    await world.runSteps(versionId).catch(() => undefined);
    world.time.advance(20 * MINUTE_MS);
    world.audit.events.length = 0;
    return world;
  };
  const reconcile = (world: World) => world.reconcile();
  const names = [
    'tell ForeignKeyFound',
    'tell PendingAbandoned',
    'attach rekey-restart',
    'remove AWSPENDING',
    'rotate',
    'remove rekey-restart',
    'tag rekey:power',
  ];

  test('it has all its effects', async () => {
    expect(await effectsOf(prepare, reconcile)).toEqual(names);
  });

  const cases = casesOf(names);
  const check = async (interruption: { index: number; how: Interruption }) => {
    const world = await prepare();
    await interrupted(world, reconcile, interruption);
    await world.reconcile();
    expect(world.store.holder(world.arn, PENDING), 'a new rotation is under way').toBeDefined();
    expect(world.audit.told).toContain('PendingAbandoned ProductDrift');
    await world.runSteps(world.store.holder(world.arn, PENDING) ?? '');
    await world.reconcileFor(25 * HOUR_MS);
    expectWhole(world);
  };
  test.each(cases)('%s', async (_when, interruption) => {
    await check(interruption);
  });
});

describe('an emergency is whole in the end if', () => {
  const start = (world: World) => {
    const order = { scene: SCENE, declaration: world.account, key: 'grid-bot' };
    return rotateEmergency(order, world.time.now(), world.ports);
  };
  const prepare = async () => {
    const world = await aWorldInUse();
    await world.rotate();
    world.time.advance(HOUR_MS);
    world.audit.events.length = 0;
    return world;
  };
  const names = [
    'tell EmergencyRotationStarted',
    'attach rekey-leaked',
    'attach rekey-leaked',
    'attach rekey-retire',
    'rotate',
  ];

  test('it has all its effects', async () => {
    expect(await effectsOf(prepare, start)).toEqual(names);
  });

  test.each(casesOf(names))('%s, and it is ordered again', async (_when, interruption) => {
    const world = await prepare();
    const inDoubt = world.exchange.living.filter((keyId) => keyId !== FOREIGN);
    await interrupted(world, start, interruption);
    await start(world);
    await world.runSteps(world.store.holder(world.arn, PENDING) ?? '');
    world.time.advance(MINUTE_MS);
    await world.reconcile();
    expect(world.exchange.revoked).toEqual(expect.arrayContaining(inDoubt));
    expectWhole(world);
  });

  test('it is cut off after the mark and nobody orders it again: reconcile starts the rotation', async () => {
    const world = await prepare();
    await interrupted(world, start, { index: 3, how: 'after' });
    await world.reconcile();
    expect(world.store.holder(world.arn, PENDING), 'a rotation is under way').toBeDefined();
  });
});

test('the world of these tables has only keys that carry our label or belong to a person', async () => {
  const world = await aWorldInUse();
  const ours = [...world.exchange.keys.values()].filter(({ label }) => isLabelOf(SALT, world.arn, label));
  expect(ours).toHaveLength(1);
});
