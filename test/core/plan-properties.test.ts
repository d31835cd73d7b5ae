import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedKey } from '../../lambda/core/api-key.ts';
import { isLabelOf, keyLabel, keyPair, keyPassphrase } from '../../lambda/core/derivation.ts';
import type { Observation, ObservedKey } from '../../lambda/core/observation.ts';
import type { RevokeAction } from '../../lambda/core/plan.ts';
import { planReconcile } from '../../lambda/core/reconcile.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { findRetirement, leakedLabel, retireLabel } from '../../lambda/core/staging.ts';
import { findKeyOf, subjectOf } from '../../lambda/core/subject.ts';
import { aDeclaration, SALT, SECRET_ARN, SECRET_NAME } from '../support/builders.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20261121 });

/*
 * Any observation that the types allow, whether or not a world could be so: labels that are malformed, versions that
 * hold each other's keys, a clock that has gone wrong. What a world can be in is in reconcile-properties.test.ts.
 */

const VERSIONS = ['v1-aaaaaaaa', 'v2-bbbbbbbb', 'v3-cccccccc'];
const KEY_IDS = ['bg_1', 'bg_2', 'bg_3', 'bg_replaced', ''];

const anyInstant = fc.date({ noInvalidDate: true, min: new Date('1971-01-01'), max: new Date('9999-01-01') });

const stagingLabel = fc.oneof(
  fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'rekey-accepted', 'rekey-restart-v1', ''),
  fc.tuple(fc.constantFrom(...VERSIONS), anyInstant).map(([version, due]) => retireLabel(version, due)),
  fc.constantFrom(...VERSIONS).map(leakedLabel),
  fc.string().map((text) => `rekey-retire-${text}`),
  fc.string().map((text) => `rekey-replace-${text}`),
  fc.string(),
);

const keyLabelAtExchange = fc.oneof(
  fc.constantFrom(...VERSIONS, 'gone').map((version) => keyLabel(SALT, SECRET_ARN, version)),
  fc.constantFrom('made-by-hand', '', 'rkrkrkrkrkrkrkrk'),
  fc.string(),
);

const listedKey: fc.Arbitrary<ListedKey> = fc
  .record({
    keyId: fc.constantFrom(...KEY_IDS),
    label: keyLabelAtExchange,
    permission: fc.constantFrom('read', 'trade'),
    products: fc.array(fc.string(), { maxLength: 2 }),
    allowList: fc.oneof(fc.constant('untold' as const), fc.array(fc.ipV4(), { maxLength: 2 })),
    createdAt: fc.option(anyInstant, { nil: undefined }),
    expiresAt: fc.option(anyInstant, { nil: undefined }),
  })
  .map(({ createdAt, expiresAt, ...key }) => ({
    ...key,
    ...(createdAt ? { createdAt } : {}),
    ...(expiresAt ? { expiresAt } : {}),
  }));

const observedKey: fc.Arbitrary<ObservedKey> = fc
  .record({
    labels: fc.array(fc.tuple(fc.constantFrom(...VERSIONS), stagingLabel), { maxLength: 10 }),
    listed: fc.array(listedKey, { maxLength: 5 }),
    pending: fc.option(
      fc.record({
        versionId: fc.constantFrom(...VERSIONS),
        keyId: fc.option(fc.constantFrom(...KEY_IDS), { nil: undefined }),
        createdAt: fc.option(anyInstant, { nil: undefined }),
      }),
      { nil: undefined },
    ),
    keyIds: fc.array(fc.tuple(fc.constantFrom(...VERSIONS), fc.constantFrom(...KEY_IDS)), { maxLength: 3 }),
    rotationEnabled: fc.boolean(),
    nextRotationAt: fc.option(anyInstant, { nil: undefined }),
    replaces: fc.option(fc.constant('bg_replaced'), { nil: undefined }),
  })
  .map(({ labels, nextRotationAt, rotationEnabled, replaces, ...rest }) => {
    const versions = new Map<string, string[]>();
    for (const [version, label] of labels) versions.set(version, [...(versions.get(version) ?? []), label]);
    const secret = {
      arn: SECRET_ARN,
      name: SECRET_NAME,
      rotationEnabled,
      versions,
      tags: new Map<string, string>(),
    };
    return {
      ...rest,
      declared: aDeclaration(replaces ? { replaces } : {}),
      secret: { ...secret, ...(nextRotationAt ? { nextRotationAt } : {}) },
      keyIds: new Map(rest.keyIds),
    };
  });

/** Declared keys have names of their own, so that an action tells which of them it is about. */
const anyObservation: fc.Arbitrary<Observation> = fc.array(observedKey, { maxLength: 2 }).map((observed) => {
  const keys = observed.map((key, n) => ({ ...key, declared: { ...key.declared, name: `grid-bot-${n}` } }));
  return { salt: SALT, keys, unread: [], failures: [] };
});

function revocations(observation: Observation, now: Date): RevokeAction[] {
  return planReconcile(observation, now).actions.flatMap((action) =>
    action.act === 'revoke' ? [action] : [],
  );
}

/** What the rules see of the key that an action is about. */
function subjectsOf(observation: Observation, now: Date, { key }: RevokeAction) {
  return observation.keys
    .filter(({ declared }) => declared.name === key)
    .map((observed) => subjectOf(observed, observation, now));
}

describe('for any observation at any time', () => {
  test('there is a plan, the same each time, and nothing in it is not a number', () => {
    fc.assert(
      fc.property(anyObservation, anyInstant, (observation, now) => {
        const plan = planReconcile(observation, now);
        expect(planReconcile(observation, now)).toEqual(plan);
        for (const count of Object.values(plan.gauges)) expect(Number.isFinite(count)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('no living key is revoked that neither carries our label nor is named in the declaration', () => {
    fc.assert(
      fc.property(anyObservation, anyInstant, (observation, now) => {
        for (const action of revocations(observation, now)) {
          if (action.reason === 'AlreadyGone') continue;
          const mayDie = subjectsOf(observation, now, action).some(
            ({ observed, own }) =>
              observed.declared.replaces === action.keyId ||
              own.some(({ listed }) => listed.keyId === action.keyId),
          );
          expect(mayDie).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('no replaced key is revoked while the key in use is not alive, nor if it is the key in use', () => {
    fc.assert(
      fc.property(anyObservation, anyInstant, (observation, now) => {
        for (const action of revocations(observation, now)) {
          if (!['GracePeriodOver', 'EmergencyRotation', 'ReplacedByHand'].includes(action.reason)) continue;
          const subjects = subjectsOf(observation, now, action);
          // A hand-made key that is gone is only settled.
          const alive = subjects.some(({ observed }) =>
            observed.listed.some(({ keyId }) => keyId === action.keyId),
          );
          if (!alive) continue;
          expect(subjects.some(({ currentKey }) => currentKey !== undefined)).toBe(true);
          expect(subjects.every(({ currentKey }) => currentKey?.keyId !== action.keyId)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('no key is revoked for its grace period before a due time that its version carries', () => {
    fc.assert(
      fc.property(anyObservation, anyInstant, (observation, now) => {
        for (const action of revocations(observation, now)) {
          if (action.reason !== 'GracePeriodOver' || action.versionId === undefined) continue;
          const { versionId } = action;
          const dues = subjectsOf(observation, now, action).map(({ observed }) =>
            findRetirement(observed.secret.versions.get(versionId) ?? []),
          );
          expect(dues.some((due) => due !== undefined && due.dueAt <= now)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('a version has at most one key, whatever carries its label', () => {
    fc.assert(
      fc.property(anyObservation, anyInstant, (observation, now) => {
        for (const observed of observation.keys) {
          const subject = subjectOf(observed, observation, now);
          for (const version of VERSIONS) {
            const key = findKeyOf(subject, version);
            if (key) expect(observed.listed).toContain(key);
          }
        }
      }),
    );
  });
});

describe('for any salt, secret and version', () => {
  const anything = fc.tuple(fc.string({ minLength: 1 }), fc.string(), fc.string());

  test('label, passphrase and key pair exist and are the same each time', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 8, max: 32 }), ([salt, arn, version], length) => {
        const secret = new Redacted(salt);
        const label = keyLabel(secret, arn, version);
        expect(label).toMatch(/^rk[a-z2-7]{14}$/);
        expect(isLabelOf(secret, arn, label)).toBe(true);
        const key = { secretArn: arn, label };
        expect(keyPassphrase(secret, key, length).reveal()).toBe(keyPassphrase(secret, key, length).reveal());
        expect(keyPair(secret, arn, version).publicKey).toBe(keyPair(secret, arn, version).publicKey);
      }),
    );
  });

  test('no text that is not a label of this secret passes for one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!VERSIONS.some((version) => keyLabel(SALT, SECRET_ARN, version) === text));
        expect(isLabelOf(SALT, SECRET_ARN, text)).toBe(false);
      }),
    );
  });

  test('a due time can be read from its label, to the second', () => {
    fc.assert(
      fc.property(anyInstant, (due) => {
        const read = findRetirement([retireLabel('v1-aaaaaaaa', due)])?.dueAt.getTime() ?? 0;
        expect(read - due.getTime()).toBeGreaterThanOrEqual(0);
        expect(read - due.getTime()).toBeLessThan(1_000);
      }),
    );
  });
});
