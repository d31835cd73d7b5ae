import { describe, expect, test } from 'vitest';
import { giveAnswer, planAnswers } from '../../lambda/core/answers.ts';
import { newMemory, reconcilePass } from '../../lambda/core/pass.ts';
import { resumeKey } from '../../lambda/core/resume.ts';
import type { Sign } from '../../lambda/core/sign.ts';
import { aDeclaration, anAccount } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, MINUTE_MS, START } from '../support/fixed-time.ts';
import { SCENE, World } from '../support/world.ts';

const BOTH = anAccount([
  aDeclaration({ name: 'teller' }),
  aDeclaration({ name: 'rotator', onSuspicion: 'rotate' }),
  aDeclaration({ name: 'stopper', onSuspicion: 'stop' }),
]);
const NAMES = ['teller', 'rotator', 'stopper'];

function sign(changes: Partial<Sign> = {}): Sign {
  return {
    reason: 'R',
    keys: NAMES,
    lastSeen: START,
    admits: ['rotate', 'stop'],
    declaredBy: 'key',
    ...changes,
  };
}

function planned(signs: Sign[], declaration = BOTH) {
  return planAnswers(signs, declaration).map(({ key, answer }) => `${answer} ${key}`);
}

describe('the answer to a sign', () => {
  test('is what each key declares', () => {
    expect(planned([sign()])).toEqual(['rotate rotator', 'stop stopper']);
  });

  test('concerns only the keys that it is about', () => {
    expect(planned([sign({ keys: ['stopper'] })])).toEqual(['stop stopper']);
  });

  test('is none where what is declared does not help', () => {
    expect(planned([sign({ admits: ['stop'] })])).toEqual(['stop stopper']);
    expect(planned([sign({ admits: ['rotate'] })])).toEqual(['rotate rotator']);
  });

  test('to something on the account is what the account declares', () => {
    const account = sign({ declaredBy: 'account', admits: ['stop'] });
    expect(planned([account])).toEqual([]);
    const stopping = { ...BOTH, watch: { ...BOTH.watch, onSuspicion: 'stop' as const } };
    expect(planned([account], stopping)).toEqual(NAMES.map((name) => `stop ${name}`));
  });

  test('is given once, the stronger one, for what was seen last', () => {
    const stopping = { ...BOTH, watch: { ...BOTH.watch, onSuspicion: 'stop' as const } };
    const signs = [
      sign({ lastSeen: at(HOUR_MS) }),
      sign({ declaredBy: 'account', admits: ['stop'], lastSeen: at(1), reason: 'Withdrawal' }),
      sign({ declaredBy: 'account', admits: ['stop'], lastSeen: at(2), reason: 'Transfer' }),
    ];
    const [, rotator] = planAnswers(signs, stopping);
    expect(rotator).toEqual({ key: 'rotator', answer: 'stop', reason: 'Transfer', lastSeen: at(2) });
  });
});

let world: World;
let memory = newMemory();

async function inUse(onSuspicion: 'tell' | 'rotate' | 'stop'): Promise<void> {
  world = new World({ symbols: ['BTCUSDT'], onSuspicion });
  memory = newMemory();
  await world.rotate();
  world.time.advance(10 * DAY_MS);
  await world.reconcile();
  world.audit.events.length = 0;
}

function ordered(symbol = 'SYSBTC'): void {
  const id = `order-${world.exchange.seen.orders.length}`;
  const order = { id, symbol, at: world.time.now(), subAccount: '1001' };
  world.exchange.seen.orders = [...world.exchange.seen.orders, order];
}

async function pass(): Promise<void> {
  world.time.advance(5 * MINUTE_MS);
  const scene = { account: 'main', exchange: 'bitget', who: 'reconcile' };
  await reconcilePass({ declaration: world.account, scene, memory }, world.ports);
}

/** Secrets Manager runs what was started. */
async function runPending(): Promise<void> {
  const pending = world.store.holder(world.arn, 'AWSPENDING');
  if (pending) await world.runSteps(pending);
}

function told(event: string): number {
  return world.audit.of(event as 'StopOrdered').length;
}

describe('a key that is used in a way that nobody declared', () => {
  test('is only told where that is declared', async () => {
    await inUse('tell');
    ordered();
    await pass();
    expect(world.audit.told).toEqual(['UndeclaredOrder SymbolNotDeclared']);
    expect(world.exchange.living).toHaveLength(1);
  });

  test('is replaced at once, and the old one dies as soon as a new one is promoted', async () => {
    await inUse('rotate');
    const before = world.workingKey?.keyId ?? '';
    ordered();
    await pass();
    expect(told('EmergencyRotationStarted')).toBe(1);
    await runPending();
    await pass();
    expect(world.exchange.keys.has(before)).toBe(false);
    expect(world.workingKey).toBeDefined();
  });

  test('is replaced once, however often the same orders are seen', async () => {
    await inUse('rotate');
    ordered();
    for (let n = 0; n < 4; n += 1) {
      await pass();
      await runPending();
    }
    memory = newMemory();
    await pass();
    expect(told('EmergencyRotationStarted')).toBe(1);
    expect(told('AnswerWithheld')).toBe(0);
  });

  test('is not replaced a third time within the hour: that is told, and a person has to look', async () => {
    await inUse('rotate');
    for (let n = 0; n < 4; n += 1) {
      ordered();
      await pass();
      await runPending();
      await pass();
    }
    expect(told('EmergencyRotationStarted')).toBe(2);
    expect(world.audit.of('AnswerWithheld')).toMatchObject([
      {
        reason: 'AnswerLimited',
        answer: 'rotate',
        severity: 'critical',
        evidence: { sign: 'SymbolNotDeclared' },
      },
    ]);
  });

  test('is replaced again after an hour, at most six versions a day', async () => {
    await inUse('rotate');
    for (let hour = 0; hour < 12; hour += 1) {
      ordered();
      await pass();
      await runPending();
      world.time.advance(HOUR_MS);
    }
    expect(told('EmergencyRotationStarted')).toBe(6);
    expect(told('AnswerWithheld')).toBe(1);
  });

  test('is stopped, with all its keys, and its sub-account is frozen', async () => {
    await inUse('stop');
    ordered();
    await pass();
    expect(world.exchange.living).toEqual([]);
    expect(world.exchange.seen.frozen).toEqual(['1001']);
    expect(world.audit.told).toContain('StopOrdered Suspicion');
  });

  test('is stopped with the reason that it was a read', async () => {
    await inUse('stop');
    const order = { declaration: world.account, scene: SCENE };
    const planned = { key: 'grid-bot', answer: 'stop', reason: 'UndeclaredRead' } as const;
    await giveAnswer({ ...planned, lastSeen: world.time.now() }, order, world.ports);
    expect(world.audit.told).toContain('StopOrdered UndeclaredRead');
  });

  test('that a person has resumed is not stopped for the same orders again', async () => {
    await inUse('stop');
    ordered();
    await pass();
    const scene = { account: 'main', exchange: 'bitget', who: 'alice' };
    await resumeKey({ scene, declaration: world.account, key: 'grid-bot' }, world.ports);
    await runPending();
    memory = newMemory();
    await pass();
    expect(world.workingKey).toBeDefined();
    ordered();
    await pass();
    expect(world.exchange.living).toEqual([]);
  });
});

describe('funds that move', () => {
  test.each(['tell', 'stop'] as const)('are answered as the account declares: %s', async (onSuspicion) => {
    await inUse('tell');
    world.watch = { ...world.watch, onSuspicion };
    const movement = {
      kind: 'Withdrawal',
      id: 'w1',
      at: world.time.now(),
      coin: 'USDT',
      amount: '72',
      to: 'x',
    } as const;
    world.exchange.seen.withdrawals = [movement];
    await pass();
    expect(world.exchange.living).toHaveLength(onSuspicion === 'stop' ? 0 : 1);
  });

  test('are no reason to replace a key', async () => {
    await inUse('rotate');
    world.exchange.seen.transfers = [
      {
        kind: 'Transfer',
        id: 't1',
        at: world.time.now(),
        coin: 'USDT',
        amount: '1',
        to: 'x',
        subAccount: '1001',
      },
    ];
    await pass();
    expect(told('EmergencyRotationStarted')).toBe(0);
  });
});

describe('a key that the exchange does not list any more', () => {
  test('is replaced where signs are answered', async () => {
    await inUse('rotate');
    world.exchange.removeKey(world.workingKey?.keyId ?? '');
    await pass();
    await runPending();
    expect(world.workingKey).toBeDefined();
  });

  test('is nothing to stop', async () => {
    await inUse('stop');
    world.exchange.removeKey(world.workingKey?.keyId ?? '');
    await pass();
    expect(told('StopOrdered')).toBe(0);
  });
});

describe('a key that a stranger made', () => {
  test('stops the keys of its sub-account, and is not touched itself', async () => {
    await inUse('stop');
    const foreign = world.exchange.addKey();
    await pass();
    expect(world.exchange.living).toEqual([foreign.keyId]);
    expect(told('StopOrdered')).toBe(1);
  });

  test('that was there before the key was made stops nothing: it is told, and known', async () => {
    world = new World({ onSuspicion: 'stop' });
    memory = newMemory();
    world.exchange.addKey();
    world.time.advance(MINUTE_MS);
    await world.rotate();
    await pass();
    expect(told('ForeignKeyFound')).toBe(1);
    expect(told('StopOrdered')).toBe(0);
  });

  test('is no reason to replace a key', async () => {
    await inUse('rotate');
    world.exchange.addKey();
    await pass();
    expect(told('EmergencyRotationStarted')).toBe(0);
  });
});

describe('an answer that is withheld', () => {
  test.each([
    ['an hour', HOUR_MS, 1, '2 versions were made within an hour'],
    ['a day', 2 * HOUR_MS, 5, '6 versions were made within a day'],
  ] as Array<[string, number, number, string]>)(
    'says how many versions were made within %s',
    async (...row) => {
      const [, apartMs, rotations, why] = row;
      world = new World({ symbols: ['BTCUSDT'], onSuspicion: 'rotate' });
      memory = newMemory();
      for (let n = 0; n <= rotations; n += 1) {
        world.time.advance(apartMs / 2);
        await world.rotate();
      }
      world.time.advance(10 * MINUTE_MS);
      ordered();
      await pass();
      expect(told('EmergencyRotationStarted')).toBe(0);
      expect(world.audit.of('AnswerWithheld')).toMatchObject([
        {
          key: 'grid-bot',
          message: `SymbolNotDeclared asks for another emergency rotation, and ${why}: rotating does not help; look, and stop the key`,
        },
      ]);
    },
  );

  test('is told once for each sign and day', async () => {
    await inUse('rotate');
    await world.rotate();
    await world.rotate();
    ordered();
    await pass();
    await pass();
    expect(told('AnswerWithheld')).toBe(1);
    world.time.advance(DAY_MS - 10 * MINUTE_MS);
    await world.rotate();
    await world.rotate();
    ordered();
    await pass();
    expect(told('AnswerWithheld')).toBe(2);
  });
});

describe('a sign that is older than the key in use', () => {
  test('has the replaced key revoked at once, and starts no rotation', async () => {
    await inUse('rotate');
    const before = world.workingKey?.keyId ?? '';
    ordered();
    world.time.advance(MINUTE_MS);
    await world.rotate();
    await pass();
    await pass();
    expect(world.exchange.keys.has(before)).toBe(false);
    expect(world.store.holder(world.arn, 'AWSPENDING')).toBeUndefined();
  });

  test('stops nothing, and has the replaced key revoked at once', async () => {
    await inUse('stop');
    const before = world.workingKey?.keyId ?? '';
    ordered();
    world.time.advance(MINUTE_MS);
    await world.rotate();
    await pass();
    await pass();
    expect(told('StopOrdered')).toBe(0);
    expect(world.exchange.keys.has(before)).toBe(false);
    expect(world.workingKey).toBeDefined();
  });
});

test('an answer that cannot be given is part of the result, and is given by the next pass', async () => {
  await inUse('stop');
  ordered();
  world.audit.refuse('StopOrdered');
  world.time.advance(5 * MINUTE_MS);
  const scene = { account: 'main', exchange: 'bitget', who: 'reconcile' };
  const { undone } = await reconcilePass({ declaration: world.account, scene, memory }, world.ports);
  expect(undone).toMatchObject([
    { what: 'stop grid-bot', error: { message: 'the audit bus refused the event' } },
  ]);
  world.audit.accept();
  await pass();
  expect(world.exchange.living).toEqual([]);
});

test('of two signs that want the same answer the later counts, whichever was found first', () => {
  const signs = [sign({ lastSeen: at(2), reason: 'Later' }), sign({ lastSeen: at(1), reason: 'Earlier' })];
  for (const found of [signs, [...signs].reverse()]) {
    expect(planAnswers(found, BOTH)).toMatchObject([
      { key: 'rotator', reason: 'Later', lastSeen: at(2) },
      { key: 'stopper', reason: 'Later' },
    ]);
  }
});
