import { HOUR_MS, MINUTE_MS, SECRET, type WorldSetting } from './setting.ts';
import type { World } from './world.ts';

/** What is done while things happen. */
interface Work {
  readonly tells: string;
  /** Brings the world to where the work begins; nothing happens meanwhile. */
  prepare(world: World): Promise<void>;
  /** @returns whether it has come to its end, as far as the one who ordered it can know */
  work(world: World): Promise<boolean>;
  /** Whether the world must hold another current key at the end than at the beginning of the work. */
  readonly rotates: boolean;
  readonly continuations: readonly ContinuationName[];
  /** Whether a person orders it, and orders it again if it did not come to its end. */
  readonly ordered?: boolean;
  /** What a sign of misuse is answered with; absent: orders and funds are not watched. */
  readonly answer?: 'rotate' | 'stop';
}

/** How it goes on when the work was cut off. */
interface Continuation extends Pick<WorldSetting, 'tries' | 'every'> {
  readonly tells: string;
  /** Whether somebody or something does it again. */
  readonly again: boolean;
  /** Minutes after the work at which reconcile runs. Rotations that are due by then have been tried before. */
  readonly passes: readonly number[];
}

export const CONTINUATIONS = {
  retry: {
    tells: 'Secrets Manager tries again every ten minutes while the window is open',
    ...{ tries: 5, every: 'rate(30 days)', again: true },
    passes: [2, 25, 62, 72, 82, 92, 102, 115, 130],
  },
  late: {
    tells: 'the window is closed; the next one opens four hours later',
    ...{ tries: 1, every: 'rate(4 hours)', again: true },
    passes: [2, 25, 62, 241, 250, 301, 311, 325],
  },
  never: {
    tells: 'nobody tries again; only reconcile runs',
    ...{ tries: 1, every: 'rate(999 days)', again: false },
    passes: [2, 25, 62, 72, 85],
  },
} as const satisfies Record<string, Continuation>;

export type ContinuationName = keyof typeof CONTINUATIONS;

const ALL: readonly ContinuationName[] = ['retry', 'late', 'never'];

export const WORKS = {
  'first-issue': {
    tells: 'the first key of an empty secret is issued',
    prepare: aForeignKey,
    work: rotate,
    ...{ rotates: true, continuations: ALL },
  },
  rotation: {
    tells: 'a key in use is rotated',
    prepare: aKeyInUse,
    work: rotate,
    ...{ rotates: true, continuations: ALL },
  },
  'second-rotation': {
    tells: 'a key is rotated again within the grace period of the one before',
    prepare: async (world) => {
      await aKeyInUse(world);
      await world.startRotation();
      await world.pass(20 * MINUTE_MS);
    },
    work: rotate,
    ...{ rotates: true, continuations: ALL },
  },
  revocation: {
    tells: 'reconcile revokes a key whose grace period is over',
    prepare: async (world) => {
      await aKeyInUse(world);
      await world.startRotation();
      await world.pass(61 * MINUTE_MS);
    },
    work: reconcile,
    ...{ rotates: false, continuations: ['never'] },
  },
  'clean-up': {
    tells: 'reconcile revokes the key of a rotation that was cut off',
    prepare: async (world) => {
      await aKeyInUse(world);
      world.exchange.orderFault({ fault: 'lose-answer', route: routeOf(world, 'create'), count: 1 });
      await leaveRotationToReconcile(world);
    },
    work: reconcile,
    ...{ rotates: false, continuations: ['never', 'late'] },
  },
  'give-up': {
    tells: 'reconcile gives up a pending key that is not as declared',
    prepare: async (world) => {
      await aKeyInUse(world);
      world.exchange.orderFault({ fault: 'extra-permission', count: 1 });
      await leaveRotationToReconcile(world);
    },
    work: reconcile,
    ...{ rotates: true, continuations: ['late'] },
  },
  reconcile: {
    tells: 'reconcile finds everything in order',
    prepare: aKeyInUse,
    work: reconcile,
    ...{ rotates: false, continuations: ['never'] },
  },
  emergency: {
    tells: 'a leak is answered: the key in use and the one in its grace period are replaced at once',
    prepare: async (world) => {
      await aKeyInUse(world);
      await world.startRotation();
      await world.pass(20 * MINUTE_MS);
    },
    work: orderEmergency,
    ...{ rotates: true, continuations: ['retry', 'never'], ordered: true },
  },
  stop: {
    tells: 'a key in use and the one in its grace period are stopped',
    prepare: async (world) => {
      await aKeyInUse(world);
      await world.startRotation();
      await world.pass(20 * MINUTE_MS);
    },
    work: orderStop,
    ...{ rotates: false, continuations: ['retry', 'never'], ordered: true },
  },
  resume: {
    tells: 'a stopped key is resumed',
    prepare: async (world) => {
      await aKeyInUse(world);
      await orderStop(world);
      await world.pass(MINUTE_MS);
      await world.reconcile();
    },
    work: orderResume,
    ...{ rotates: true, continuations: ['retry', 'late'], ordered: true },
  },
  'watch-rotate': {
    tells: 'reconcile sees an order that nobody declared, and replaces the key at once',
    prepare: aStrangeOrder,
    work: answerByEmergency,
    ...{ rotates: true, continuations: ['retry'], answer: 'rotate' },
  },
  'watch-stop': {
    tells: 'reconcile sees an order that nobody declared, and stops the key',
    prepare: aStrangeOrder,
    work: answerByStop,
    ...{ rotates: false, continuations: ['never'], answer: 'stop' },
  },
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof WORKS;

/** The works in their common form. */
export const workOf = (name: WorkName): Work => WORKS[name];

/** A key that a person made on the same sub-account, which nobody may touch. */
async function aForeignKey(world: World): Promise<void> {
  await world.act('makes a key by hand', () => {
    const { apiKey } = world.exchange.website.createKey({
      subAccount: world.key.subAccount,
      label: 'by-hand',
      ips: ['203.0.113.99'],
    });
    world.monitor.noteForeign(apiKey);
  });
}

/** One rotation is done, and its key is some hours old. */
async function aKeyInUse(world: World): Promise<void> {
  await aForeignKey(world);
  await world.pass(MINUTE_MS); // a key that a stranger made later would be a sign of misuse
  await world.startRotation();
  await world.pass(3 * HOUR_MS);
}

/** A rotation fails and is old enough for reconcile; nobody has looked at it yet. */
async function leaveRotationToReconcile(world: World): Promise<void> {
  world.heedsEvents = false;
  await world.startRotation();
  await world.pass(16 * MINUTE_MS);
  world.heedsEvents = true;
}

async function rotate(world: World): Promise<boolean> {
  const before = world.secrets.inspect(SECRET).labels.get('AWSCURRENT');
  await world.startRotation();
  return world.secrets.inspect(SECRET).labels.get('AWSCURRENT') !== before;
}

async function reconcile(world: World): Promise<boolean> {
  const ending = await world.reconcile();
  await world.settle();
  return ending.kind === 'done' && ending.value.failures.length === 0;
}

async function orderEmergency(world: World): Promise<boolean> {
  world.monitor.emergencyAtMs = Math.min(world.monitor.emergencyAtMs, world.clock.nowMs());
  const ending = await world.operate({ act: 'rotateEmergency', key: world.key.name, actor: 'alice' });
  await world.settle();
  return ending.kind === 'done' && ending.value?.outcome === 'started';
}

/** A key in use; then somebody trades with it what nobody declared, as far as the exchange can show that. */
async function aStrangeOrder(world: World): Promise<void> {
  await aKeyInUse(world);
  await world.reconcile();
  await world.pass(MINUTE_MS);
  await world.act('enters an order that nobody declared', () => {
    const { website, exchange } = world.exchange;
    const apiKey = world.monitor.current?.apiKey;
    if (exchange === 'bitget') website.order({ apiKey, symbol: 'SOLUSDT' });
    else website.changeKey(apiKey ?? '', { permissions: [...world.key.products, 'canFuturesTrade'] });
    if (exchange !== 'bitget' && apiKey) world.monitor.changedByHand.add(apiKey);
  });
}

async function answerByEmergency(world: World): Promise<boolean> {
  world.monitor.emergencyAtMs = Math.min(world.monitor.emergencyAtMs, world.clock.nowMs());
  return await reconcile(world);
}

async function answerByStop(world: World): Promise<boolean> {
  world.monitor.stopOrdered = true;
  return await reconcile(world);
}

async function orderStop(world: World): Promise<boolean> {
  const ending = await stop(world);
  await world.settle();
  return ending;
}

/** @returns whether the function has answered that nothing is left */
export async function stop(world: World): Promise<boolean> {
  world.monitor.stopOrdered = true;
  const ending = await world.operate({ act: 'stop', reason: 'Asked', actor: 'alice' });
  const answer = ending.kind === 'done' && ending.value?.outcome === 'stopped' ? ending.value : undefined;
  const isDone = answer?.notBegun.length === 0 && answer.keys.every(({ left }) => left === 0);
  world.monitor.stopConfirmed ||= isDone;
  return isDone;
}

async function orderResume(world: World): Promise<boolean> {
  world.monitor.stopConfirmed = false;
  const ending = await world.operate({ act: 'resume', key: world.key.name, actor: 'alice' });
  if (!world.monitor.isStopped) {
    world.monitor.excuseCurrent(); // it is dead until the first rotation has come to its end
    world.monitor.stopOrdered = false;
  }
  await world.settle();
  return ending.kind === 'done' && ending.value?.outcome === 'started';
}

/** The simulator's name of a call. */
function routeOf({ exchange }: World, call: 'create'): string {
  const names = { bitget: { create: 'create-sub-api' }, binance: { create: 'create-sub-api-key' } };
  return names[exchange.exchange][call];
}
