import { expect, test } from 'vitest';
import type { Plan } from '../../lambda/core/plan.ts';
import { aSecret, V2 } from '../support/builders.ts';
import { START } from '../support/fixed-time.ts';
import { planFor } from '../support/plan-for.ts';

test('an account whose keys are all as declared gives an empty plan', () => {
  expect(planFor({}, {})).toEqual({
    findings: [],
    actions: [],
    gauges: {
      rotationsOverdue: 0,
      revocationsOverdue: 0,
      retiringKeys: 0,
      orphanKeys: 0,
      foreignKeys: 0,
      driftedKeys: 0,
      keysExpiring: 0,
      keysMissing: 0,
      widenedKeys: 0,
      laggingReaders: 0,
      currentKeys: 2,
      rotatingKeys: 0,
      emptyKeys: 0,
      stoppedKeys: 0,
      oldestKeyDays: 10,
      keyAgeOfPolicy: expect.closeTo(100 / 3),
    },
    signs: [],
    notes: [expect.objectContaining({ tag: 'rekey:power' }), expect.objectContaining({ tag: 'rekey:power' })],
  });
});

test('an account without keys gives an empty plan', () => {
  expect(planFor()).toMatchObject({ findings: [], actions: [], gauges: { oldestKeyDays: 0 } });
});

test('a secret that has no key yet gives an empty plan', () => {
  const { actions, findings } = planFor({ secret: aSecret(), listed: [] });
  expect({ actions, findings }).toEqual({ actions: [], findings: [] });
});

test('each key is counted in the state that it is in', () => {
  const waiting = { versionId: V2, keyId: undefined, createdAt: START };
  const states = ({ gauges }: Plan) => [gauges.currentKeys, gauges.rotatingKeys, gauges.emptyKeys];
  expect(states(planFor({}))).toEqual([1, 0, 0]);
  expect(states(planFor({ pending: waiting }))).toEqual([0, 1, 0]);
  expect(states(planFor({ secret: aSecret(), listed: [] }))).toEqual([0, 0, 1]);
  expect(states(planFor({ listed: [] }))).toEqual([0, 0, 0]);
});
