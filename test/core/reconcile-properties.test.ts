import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLabelOf, keyLabel } from '../../lambda/core/derivation.ts';
import { observe } from '../../lambda/core/observation.ts';
import { planReconcile } from '../../lambda/core/reconcile.ts';
import { findStop, leakedLabel, replaceLabel, retireLabel, stoppedLabel } from '../../lambda/core/staging.ts';
import { SALT } from '../support/builders.ts';
import { DAY_MS, HOUR_MS } from '../support/fixed-time.ts';
import { BOT_ADDRESS, credentialsOf, FUNCTION_ADDRESS, type KeptKey } from '../support/in-memory-exchange.ts';
import { World } from '../support/world.ts';

/*
 * Any state that Secrets Manager and an exchange can be in, whatever people, crashes and lost answers have done:
 * versions with any labels, values that hold anything, keys that are dead, doubled, orphaned or foreign.
 */

/** What a version's value holds: a key with its own label, one made by hand, one that is dead, a copy, or nothing. */
const holding = fc.constantFrom(
  'own',
  'own twice',
  'by hand',
  'declared',
  'dead',
  'copy of the first',
  'nothing',
);

const version = fc.record({
  holds: holding,
  /** Hours from now; no label of any kind means that the version has lost its last one. */
  retires: fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined, freq: 2 }),
  replaces: fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined, freq: 2 }),
  leaked: fc.constantFrom(false, false, false, true),
  ageHours: fc.integer({ min: 0, max: 2000 }),
});

const state = fc.record({
  versions: fc.array(version, { maxLength: 4 }),
  current: fc.option(fc.nat(3), { nil: undefined }),
  previous: fc.option(fc.nat(3), { nil: undefined }),
  pending: fc.option(fc.nat(3), { nil: undefined }),
  orphans: fc.nat(2),
  foreign: fc.nat(2),
  tellsCreation: fc.boolean(),
  drifted: fc.constantFrom('no', 'more', 'less'),
  stopped: fc.constantFrom(false, false, false, true),
  declares: fc.boolean(),
  rotationEnabled: fc.boolean(),
});

type State = typeof state extends fc.Arbitrary<infer T> ? T : never;

interface Built {
  readonly world: World;
  readonly foreign: readonly string[];
}

function build(given: State): Built {
  const declaredKey = 'bg_declared_as_replaced';
  const world = new World(given.declares ? { replaces: declaredKey } : {});
  world.exchange.tellsCreation = given.tellsCreation;
  world.time.advance(2000 * HOUR_MS);
  const now = world.time.now().getTime();
  const before = (hours: number) => new Date(now - hours * HOUR_MS);
  const drift = {
    no: {},
    more: { allowList: [BOT_ADDRESS, '203.0.113.9'] },
    less: { allowList: [BOT_ADDRESS] },
  }[given.drifted];
  const foreign: string[] = [];
  const byHand = (keyId: string) => {
    if (!world.exchange.keys.has(keyId)) world.exchange.addKey({ keyId });
    if (!(given.declares && keyId === declaredKey)) foreign.push(keyId);
    return world.exchange.keys.get(keyId);
  };
  let first: KeptKey | undefined;
  given.versions.forEach(({ holds, ageHours, ...labels }, index) => {
    const versionId = world.store.register(world.arn);
    world.store.endRotation(world.arn);
    const label = keyLabel(SALT, world.arn, versionId);
    const made = () => world.exchange.addKey({ label, createdAt: before(ageHours), ...drift });
    const keys: Record<typeof holds, () => KeptKey | undefined> = {
      own: made,
      'own twice': () => [made(), made()][1],
      'by hand': () => byHand(`bg_by_hand_${index}`),
      declared: () => byHand(declaredKey),
      dead: () => {
        const dead = made();
        world.exchange.removeKey(dead.keyId);
        return dead;
      },
      'copy of the first': () => first,
      nothing: () => undefined,
    };
    const key = keys[holds]();
    first ??= key;
    if (key) world.store.setValue(world.arn, versionId, credentialsOf(key));
    const due = (hours: number) => new Date(now + hours * HOUR_MS);
    if (labels.retires !== undefined && given.pending !== index)
      world.store.label(world.arn, retireLabel(versionId, due(labels.retires)), versionId);
    if (labels.replaces !== undefined)
      world.store.label(world.arn, replaceLabel(declaredKey, due(labels.replaces)), versionId);
    if (labels.leaked) world.store.label(world.arn, leakedLabel(versionId), versionId);
    const holdsValue = key !== undefined;
    if (given.previous === index && holdsValue) world.store.label(world.arn, 'AWSPREVIOUS', versionId);
    if (given.pending === index) world.store.label(world.arn, 'AWSPENDING', versionId);
    if (given.current === index && holdsValue) {
      world.store.label(world.arn, 'AWSCURRENT', versionId);
      if (given.stopped) world.store.label(world.arn, stoppedLabel(versionId), versionId);
    }
  });
  for (let n = 0; n < given.orphans; n += 1)
    world.exchange.addKey({ label: keyLabel(SALT, world.arn, `gone-${n}`), createdAt: before(n) });
  for (let n = 0; n < given.foreign; n += 1) byHand(`bg_foreign_${n}`);
  world.store.secret(world.arn).rotationEnabled = given.rotationEnabled;
  return { world, foreign };
}

async function plan(world: World) {
  const observation = await observe(world.account, world.ports);
  expect(observation.failures).toEqual([]);
  return planReconcile(observation, world.time.now());
}

function forAnyState(check: (built: Built, given: State) => Promise<void>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(state, async (given) => check(build(given), given)),
    { numRuns: 400, seed: 20261121 },
  );
}

describe('in any state that the world can be in', () => {
  test('there is a plan, and all its counts are numbers', async () => {
    await forAnyState(async ({ world }) => {
      const { gauges, findings } = await plan(world);
      for (const count of Object.values(gauges)) expect(count).toBeGreaterThanOrEqual(0);
      for (const { reason, message } of findings) expect(reason.length * message.length).toBeGreaterThan(0);
    });
  });

  test('no action names a key that Rekey did not make and no declaration names', async () => {
    await forAnyState(async ({ world, foreign }) => {
      for (const action of (await plan(world)).actions) {
        if (action.act === 'revoke') expect(foreign).not.toContain(action.keyId);
      }
    });
  });

  test('no foreign key is harmed in a month of passes', async () => {
    await forAnyState(async ({ world, foreign }) => {
      for (let day = 0; day < 30; day += 10) {
        await world.reconcile();
        world.time.advance(10 * DAY_MS);
      }
      expect(world.exchange.revoked.filter((keyId) => foreign.includes(keyId))).toEqual([]);
    });
  });

  test('carrying out the plan leaves nothing to do, at the latest after the orphans it makes are gone', async () => {
    await forAnyState(async ({ world }) => {
      for (let pass = 0; pass < 3; pass += 1) {
        expect((await world.reconcile()).undone.map(({ error }) => error)).toEqual([]);
      }
      expect((await plan(world)).actions).toEqual([]);
    });
  });

  test('a second pass at the same moment never revokes what the first one spared for its age', async () => {
    await forAnyState(async ({ world }) => {
      fc.pre(!(await isStopped(world)));
      const young = [...world.exchange.keys.values()].filter(
        ({ createdAt, label }) =>
          world.exchange.tellsCreation &&
          isLabelOf(SALT, world.arn, label) &&
          world.time.now().getTime() - createdAt.getTime() < 15 * 60_000,
      );
      const retiring = (await plan(world)).actions.flatMap((action) =>
        action.act === 'revoke' && action.versionId !== undefined ? [action.keyId] : [],
      );
      await world.reconcile();
      for (const { keyId } of young) {
        if (!retiring.includes(keyId)) expect(world.exchange.keys.has(keyId)).toBe(true);
      }
    });
  });

  test('the key that readers get is never in an action, unless it was stopped', async () => {
    await forAnyState(async ({ world }) => {
      fc.pre(!(await isStopped(world)));
      const working = world.workingKey?.keyId;
      for (const action of (await plan(world)).actions) {
        if (action.act === 'revoke' && working) expect(action.keyId).not.toBe(working);
      }
    });
  });

  test('the key that readers get is never in an action, if it was made for the version that holds it', async () => {
    await forAnyState(async ({ world }, { versions }) => {
      fc.pre(versions.every(({ holds }) => holds !== 'copy of the first') && !(await isStopped(world)));
      const working = world.workingKey?.keyId;
      for (const action of (await plan(world)).actions) {
        if (action.act === 'revoke' && working) expect(action.keyId).not.toBe(working);
      }
      await world.reconcile();
      if (working) expect(world.workingKey?.keyId).toBe(working);
    });
  });
});

describe('in any state in which the key is stopped', () => {
  test('a pass leaves no key of ours alive, and no rotation that could make one', async () => {
    await forAnyState(async ({ world, foreign }) => {
      fc.pre(await isStopped(world));
      await world.reconcile();
      const declared = world.declared.replaces;
      expect(world.exchange.living.filter((keyId) => !foreign.includes(keyId) && keyId !== declared)).toEqual(
        [],
      );
      expect(world.store.secret(world.arn).rotationEnabled).toBe(false);
      const current = world.store.holder(world.arn, 'AWSCURRENT');
      expect([undefined, current]).toContain(world.store.holder(world.arn, 'AWSPENDING'));
      expect(await isStopped(world)).toBe(true);
    });
  });
});

async function isStopped(world: World): Promise<boolean> {
  return findStop(await world.store.describe(world.arn)) !== undefined;
}

test('the states of these properties are not all alike', async () => {
  const seen = new Set<string>();
  await forAnyState(async ({ world }) => {
    const { actions, findings } = await plan(world);
    for (const action of actions) seen.add(action.act === 'revoke' ? action.reason : action.act);
    for (const { event } of findings) seen.add(event);
  });
  expect([...seen].sort()).toEqual(
    [
      'AlreadyGone',
      'DriftFound',
      'EmergencyRotation',
      'ForeignKeyFound',
      'GracePeriodOver',
      'KeyMissing',
      'Orphan',
      'OrphanFound',
      'PowerWidened',
      'ReplacedByHand',
      'RevocationOverdue',
      'RotationOverdue',
      'Stopped',
      'abandonPending',
      'holdStopped',
      'keepCurrent',
      'rotate',
      'startGracePeriod',
    ].sort(),
  );
  expect(FUNCTION_ADDRESS).not.toBe(BOT_ADDRESS);
});
