import { describe, expect, test } from 'vitest';
import { readerTag } from '../../lambda/core/readers.ts';
import { leakedLabel, retireLabel } from '../../lambda/core/staging.ts';
import { aDeclaration, aReader, aSecret, keyOfVersion, V1, V2, V3 } from '../support/builders.ts';
import { at, DAY_MS, HOUR_MS, MINUTE_MS } from '../support/fixed-time.ts';
import { actionsFor, type Observed, planFor } from '../support/plan-for.ts';

const ALWAYS = aReader({ runs: 'always' });
const KEY_1 = keyOfVersion(V1).keyId;

interface Given {
  /** How long ago V2 replaced V1; the grace period is a day. */
  readonly promotedAgo: number;
  readonly readAgo?: number;
  readonly usedAgo?: number;
  readonly waitForReadersMinutes?: number;
  readonly marks?: readonly string[];
}

/** V2 has replaced V1, and the key of V1 still lives. */
function replaced({ promotedAgo, readAgo, usedAgo, waitForReadersMinutes = 0, marks = [] }: Given): Observed {
  const due = retireLabel(V1, at(DAY_MS - promotedAgo));
  const tags = readAgo === undefined ? [] : [[readerTag(ALWAYS), at(-readAgo).toISOString()] as const];
  const lastUsedAt = usedAgo === undefined ? {} : { lastUsedAt: at(-usedAgo) };
  return {
    declared: aDeclaration({ readers: [ALWAYS], waitForReadersMinutes }),
    secret: aSecret({ [V1]: ['AWSPREVIOUS', due, ...marks], [V2]: ['AWSCURRENT'] }, { tags: new Map(tags) }),
    listed: [keyOfVersion(V1, lastUsedAt), keyOfVersion(V2)],
  };
}

/** Findings about readers. */
function lagging(given: Given) {
  return planFor(replaced(given)).findings.filter(({ event }) => event === 'LaggingReader');
}

describe('a reader that has not read the new key', () => {
  test('is told by its role, with the time of the promotion and of its last read', () => {
    const given = { promotedAgo: 2 * HOUR_MS, readAgo: 3 * HOUR_MS };
    expect(lagging(given)).toEqual([
      {
        event: 'LaggingReader',
        key: 'grid-bot',
        reason: 'NotRead',
        versionId: V2,
        since: at(-2 * HOUR_MS),
        evidence: { reader: ALWAYS.role, lastRead: '2026-11-21T07:00:00.000Z' },
        message: `${ALWAYS.role} has not read the new key; it may still use the replaced one`,
        occurrence: `${ALWAYS.role} 2026-11-21`,
      },
    ]);
    expect(planFor(replaced(given)).gauges.laggingReaders).toBe(1);
  });

  test('is not told if it has read since', () => {
    expect(lagging({ promotedAgo: 2 * HOUR_MS, readAgo: HOUR_MS })).toEqual([]);
  });
});

describe('a replaced key that is still used', () => {
  test('is told, with the time of its last use', () => {
    expect(lagging({ promotedAgo: 2 * HOUR_MS, usedAgo: 30 * MINUTE_MS })).toEqual([
      {
        event: 'LaggingReader',
        key: 'grid-bot',
        reason: 'StillUsed',
        keyId: KEY_1,
        since: at(-30 * MINUTE_MS),
        message: "the replaced key was used at 2026-11-21T09:30:00.000Z, after every reader's cache time",
        occurrence: '2026-11-21',
      },
    ]);
  });

  test.each([
    ['is told if it was used after the cache time of every reader', HOUR_MS - 1, 1],
    ['is not told if it was used before: a reader may have held it', HOUR_MS, 0],
  ])('%s', (_what, usedAgo, count) => {
    expect(lagging({ promotedAgo: 2 * HOUR_MS, usedAgo })).toHaveLength(count);
  });

  test('is told from the promotion on if nobody is declared to read it', () => {
    const key = replaced({ promotedAgo: 2 * HOUR_MS, usedAgo: HOUR_MS });
    const declared = aDeclaration({ readers: [] });
    expect(planFor({ ...key, declared }).findings).toMatchObject([{ reason: 'StillUsed' }]);
  });

  test('is counted together with the readers', () => {
    const both = replaced({ promotedAgo: 2 * HOUR_MS, readAgo: 3 * HOUR_MS, usedAgo: 1 });
    expect(planFor(both).gauges.laggingReaders).toBe(2);
  });
});

describe('a key whose grace period is over', () => {
  const late = { promotedAgo: 25 * HOUR_MS, readAgo: 30 * HOUR_MS };

  test('is revoked though a reader lags, if it is not declared that this is waited for', () => {
    expect(actionsFor(replaced(late))).toMatchObject([{ act: 'revoke', keyId: KEY_1 }]);
  });

  test.each([
    ['a reader has not read the new key', late],
    ['it is still used', { promotedAgo: 25 * HOUR_MS, usedAgo: MINUTE_MS }],
  ])('is kept as long as is declared while %s, and is no debt then', (_why, given) => {
    const key = replaced({ ...given, waitForReadersMinutes: 150 });
    expect(actionsFor(key)).toEqual([]);
    expect(
      planFor(replaced({ ...given, promotedAgo: 26 * HOUR_MS + 1, waitForReadersMinutes: 150 })).gauges,
    ).toMatchObject({ revocationsOverdue: 0, retiringKeys: 1 });
  });

  test.each([
    ['a moment longer', 61, 0],
    ['not a moment longer', 60, 1],
  ])('is kept to the end of the wait, and %s', (_what, waitForReadersMinutes, revocations) => {
    expect(actionsFor(replaced({ ...late, waitForReadersMinutes }))).toHaveLength(revocations);
  });

  test('is revoked if every reader has read the new one and nobody uses it', () => {
    const given = { promotedAgo: 25 * HOUR_MS, readAgo: HOUR_MS, waitForReadersMinutes: 600 };
    expect(actionsFor(replaced(given))).toMatchObject([{ keyId: KEY_1 }]);
  });

  test('is revoked whoever lags if it is in doubt', () => {
    const given = { ...late, waitForReadersMinutes: 600, marks: [leakedLabel(V1)] };
    expect(actionsFor(replaced(given))).toMatchObject([{ keyId: KEY_1, reason: 'EmergencyRotation' }]);
  });

  test('is revoked whoever lags if another was replaced after it: that one is waited for', () => {
    const key = replaced({ ...late, waitForReadersMinutes: 600 });
    const [previous = []] = [...(key.secret?.versions.values() ?? [])];
    const secret = aSecret(
      {
        [V3]: [retireLabel(V3, at(-HOUR_MS))],
        [V1]: previous,
        [V2]: ['AWSCURRENT'],
      },
      { tags: key.secret?.tags ?? new Map() },
    );
    const listed = [...(key.listed ?? []), keyOfVersion(V3)];
    expect(actionsFor({ ...key, secret, listed })).toMatchObject([{ keyId: keyOfVersion(V3).keyId }]);
  });
});
