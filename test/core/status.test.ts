import { describe, expect, test } from 'vitest';
import { readerTag } from '../../lambda/core/readers.ts';
import { leakedLabel, replaceLabel, retireLabel, stoppedLabel } from '../../lambda/core/staging.ts';
import { accountStatus } from '../../lambda/core/status.ts';
import { operateResponse } from '../../lambda/operate-protocol.ts';
import {
  aDeclaration,
  aListedKey,
  anObservation,
  aSecret,
  keyOfVersion,
  V1,
  V2,
  V3,
} from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, START } from '../support/fixed-time.ts';
import type { Observed } from '../support/plan-for.ts';

const ACCOUNT = {
  ...({ account: 'main', exchange: 'bitget', environment: 'live', manager: 'Accepted' } as const),
  unseen: [],
};

function statusOf(...keys: Observed[]) {
  return accountStatus(anObservation(...keys), ACCOUNT, START);
}

function keyStatus(key: Observed) {
  const [status] = statusOf(key).keys;
  if (!status) throw new Error('no key');
  return status;
}

test('tells everything about a key in use', () => {
  expect(statusOf({})).toEqual({
    ...ACCOUNT,
    keys: [
      {
        key: 'grid-bot',
        secretName: 'rekey/main/grid-bot',
        state: 'Current',
        keyId: 'bg_key_…0001',
        issuedAt: at(-10 * DAY_MS).toISOString(),
        nextRotationAt: at(20 * DAY_MS).toISOString(),
        retiring: [],
        readers: [{ role: 'arn:aws:iam::111122223333:role/grid-bot' }],
        findings: [],
      },
    ],
    foreignKeys: [],
  });
});

describe('the state of a key', () => {
  const waiting = { versionId: V2, keyId: undefined, createdAt: START };
  const late = aSecret({ [V1]: ['AWSCURRENT'] }, { nextRotationAt: at(-2 * HOUR_MS) });
  const off = aSecret({ [V1]: ['AWSCURRENT'] }, { rotationEnabled: false });
  const stopped = aSecret({ [V1]: ['AWSCURRENT', stoppedLabel(V1)] }, { rotationEnabled: false });

  test.each([
    ['Current when all is well', {}, 'Current'],
    ['Empty before the first rotation', { secret: aSecret(), listed: [] }, 'Empty'],
    ['Rotating while a version is pending', { pending: waiting }, 'Rotating'],
    ['Rotating during the first rotation', { secret: aSecret(), listed: [], pending: waiting }, 'Rotating'],
    ['Missing when the exchange does not list it', { listed: [] }, 'Missing'],
    ['Overdue when its date has passed', { secret: late }, 'Overdue'],
    ['Current when its rotation is turned off, which the findings tell', { secret: off }, 'Current'],
    ['Stopped when it was, whether its keys are dead yet or not', { secret: stopped, listed: [] }, 'Stopped'],
    ['Stopped while a key of it lives', { secret: stopped }, 'Stopped'],
  ] as Array<[string, Observed, string]>)('is %s', (_what, key, state) => {
    expect(keyStatus(key).state).toBe(state);
  });
});

describe('what is not known', () => {
  test('is left out', () => {
    const { createdAt: _, ...ageless } = keyOfVersion(V1);
    const { nextRotationAt: _next, ...secret } = aSecret({ [V1]: ['AWSCURRENT'] });
    const status = keyStatus({ listed: [ageless], secret });
    expect(status).not.toHaveProperty('issuedAt');
    expect(status).not.toHaveProperty('nextRotationAt');
    expect(keyStatus({ listed: [] })).not.toHaveProperty('keyId');
  });
});

test('a reader that has read is told with the time', () => {
  const [reader] = aDeclaration().readers;
  const tags = new Map([[reader ? readerTag(reader) : '', START.toISOString()]]);
  const readers = keyStatus({ secret: { ...aSecret({ [V1]: ['AWSCURRENT'] }), tags } }).readers;
  expect(readers).toEqual([{ role: expect.any(String), lastReadAt: START.toISOString() }]);
});

describe('retiring keys', () => {
  test('are told with their due time and whether that has passed', () => {
    const secret = aSecret({
      [V1]: ['AWSPREVIOUS', retireLabel(V1, at(HOUR_MS))],
      [V2]: [retireLabel(V2, at(-HOUR_MS)), leakedLabel(V2)],
      [V3]: ['AWSCURRENT'],
    });
    const listed = [keyOfVersion(V1), keyOfVersion(V2), keyOfVersion(V3)];
    expect(keyStatus({ secret, listed }).retiring).toEqual([
      { keyId: 'bg_key_…0001', dueAt: at(HOUR_MS).toISOString(), overdue: false },
      { keyId: 'bg_key_…0002', dueAt: at(-HOUR_MS).toISOString(), overdue: true },
    ]);
  });

  test('that are gone and not settled yet are told as gone', () => {
    const secret = aSecret({ [V1]: [retireLabel(V1, at(HOUR_MS))], [V2]: ['AWSCURRENT'] });
    expect(keyStatus({ secret, listed: [keyOfVersion(V2)] }).retiring).toMatchObject([{ keyId: 'gone' }]);
  });

  test('include the hand-made key that the declaration names', () => {
    const status = keyStatus({
      declared: aDeclaration({ replaces: 'bg_made_by_hand_0001' }),
      secret: aSecret({ [V1]: ['AWSCURRENT', replaceLabel('bg_made_by_hand_0001', at(HOUR_MS))] }),
      listed: [keyOfVersion(V1), aListedKey()],
    });
    expect(status.retiring).toEqual([
      { keyId: 'bg_made…0001', dueAt: at(HOUR_MS).toISOString(), overdue: false },
    ]);
  });

  test('do not include a version that was rolled back to', () => {
    const secret = aSecret({ [V1]: ['AWSCURRENT', retireLabel(V1, at(HOUR_MS))] });
    expect(keyStatus({ secret }).retiring).toEqual([]);
  });
});

test('findings are told by their reasons, each once, with the key they belong to', () => {
  const drifted = { listed: [keyOfVersion(V1, { allowList: [] }), keyOfVersion(V2), keyOfVersion(V3)] };
  const other = { declared: aDeclaration({ name: 'tracker', subAccount: '2002' }) };
  const { keys } = statusOf(drifted, other);
  expect(keys.map(({ findings }) => findings)).toEqual([['NoVersionHoldsIt', 'AddressAdded'], []]);
});

test('foreign keys are told by their shortened IDs', () => {
  expect(statusOf({ listed: [keyOfVersion(V1), aListedKey()] }).foreignKeys).toEqual(['bg_made…0001']);
});

test('fits the protocol between the function and the CLI', () => {
  const status = statusOf(
    {},
    { secret: aSecret({ [V1]: [retireLabel(V1, START)], [V2]: ['AWSCURRENT'] }), listed: [aListedKey()] },
  );
  expect(operateResponse.safeParse({ outcome: 'status', status }).success).toBe(true);
});

test('a key that is due in this very second is not overdue yet', () => {
  const secret = aSecret({ [V1]: ['AWSPREVIOUS', retireLabel(V1, START)], [V2]: ['AWSCURRENT'] });
  const listed = [keyOfVersion(V1), keyOfVersion(V2)];
  expect(keyStatus({ secret, listed }).retiring).toMatchObject([{ overdue: false }]);
});
