import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deployment, MANAGER, SECRET } from '../support/deployment.ts';
import { ACCOUNT_ID, KEYS, REGION } from '../support/local-aws.ts';
import { captureOutput } from '../support/output.ts';

let deployment: Deployment;
let written: () => string[];

beforeEach(async () => {
  deployment = await Deployment.start();
  deployment.declareFleet();
  written = captureOutput();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await deployment.stop();
});

const BOT_ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/grid-bot`;

/** The identity of a role's session, as CloudTrail records it. */
function session(role: string) {
  const name = role.split('/').at(-1);
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}/session`,
    sessionContext: { sessionIssuer: { type: 'Role', arn: role } },
  };
}

const USER = { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT_ID}:user/mallory`, userName: 'mallory' };

/** A record as the default bus delivers it, with what a test wants different. */
function aRecord(detail: object = {}, outside: object = {}) {
  return {
    version: '0',
    id: 'delivery-1',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.secretsmanager',
    account: ACCOUNT_ID,
    region: REGION,
    time: '2026-11-21T10:00:00Z',
    resources: [],
    detail: {
      eventVersion: '1.11',
      eventID: '8f1d0a52-0000-4000-8000-000000000001',
      eventTime: '2026-11-21T09:58:12Z',
      eventName: 'GetSecretValue',
      eventSource: 'secretsmanager.amazonaws.com',
      sourceIPAddress: '203.0.113.9',
      userAgent: 'aws-cli/2',
      requestParameters: { secretId: SECRET },
      responseElements: null,
      readOnly: true,
      managementEvent: true,
      userIdentity: USER,
      ...detail,
    },
    ...outside,
  };
}

function watch(event: object): Promise<void> {
  return deployment.call('watch-reads', event);
}

/** The metrics that were written, reads and both kinds of bad ones. */
function measured(): (number | undefined)[][] {
  return written()
    .map((line) => JSON.parse(line))
    .filter((line) => line._aws)
    .map(({ Account, Reads, UndeclaredReads, DeniedReads }) => [
      Account,
      Reads,
      UndeclaredReads,
      DeniedReads,
    ]);
}

describe('a read', () => {
  test('by somebody who is not declared is told, with who, whence and when', async () => {
    await watch(aRecord());
    expect(deployment.aws.audit).toMatchObject([
      {
        event: 'UndeclaredRead',
        reason: 'UndeclaredReader',
        severity: 'critical',
        account: 'main',
        exchange: 'bitget',
        key: 'grid-bot',
        who: USER.arn,
        sourceAddress: '203.0.113.9',
        at: '2026-11-21T09:58:12.000Z',
        answer: 'tell',
      },
    ]);
    expect(measured()).toEqual([['main', 1, 1, 0]]);
  });

  test('says that it is to be answered where the declaration wants that', async () => {
    deployment.declareFleet([{ onUndeclaredRead: 'rotate' }]);
    await watch(aRecord());
    expect(deployment.aws.audit).toMatchObject([{ answer: 'rotate' }]);
  });

  test('by a declared reader is counted and not told, whatever its session is called', async () => {
    await watch(aRecord({ userIdentity: session(BOT_ROLE) }));
    expect(deployment.aws.told).toEqual([]);
    expect(measured()).toEqual([['main', 1, 0, 0]]);
  });

  test.each(['rotate', 'reconcile', 'operate'])(
    'by the function %s is neither told nor counted',
    async (name) => {
      const role = `arn:aws:iam::${ACCOUNT_ID}:role/rekey/rekey-main-${name}-${REGION}`;
      await watch(aRecord({ userIdentity: session(role), requestParameters: { secretId: MANAGER } }));
      expect(deployment.aws.told).toEqual([]);
      expect(measured()).toEqual([]);
    },
  );

  test('by a role of the same name in another place is told', async () => {
    const role = `arn:aws:iam::${ACCOUNT_ID}:role/rekey-main-rotate-${REGION}`;
    await watch(aRecord({ userIdentity: session(role) }));
    expect(deployment.aws.told).toEqual(['UndeclaredRead UndeclaredReader']);
  });

  test('of the manager secret by anybody else is told', async () => {
    await watch(aRecord({ userIdentity: session(BOT_ROLE), requestParameters: { secretId: MANAGER } }));
    expect(deployment.aws.told).toEqual(['UndeclaredRead ManagerRead']);
    expect(deployment.aws.audit).toMatchObject([{ key: 'manager', answer: 'tell' }]);
    expect(measured()).toEqual([['main', 1, 1, 0]]);
  });

  test('that names the secret by its ARN is the same read', async () => {
    await watch(aRecord({ requestParameters: { secretId: deployment.arn, versionStage: 'AWSPREVIOUS' } }));
    expect(deployment.aws.audit).toMatchObject([{ key: 'grid-bot' }]);
  });

  test('by an AWS service names the service', async () => {
    await watch(aRecord({ userIdentity: { type: 'AWSService', invokedBy: 'ecs-tasks.amazonaws.com' } }));
    expect(deployment.aws.audit).toMatchObject([{ who: 'ecs-tasks.amazonaws.com' }]);
  });

  test('by somebody whom the record does not name is told all the same', async () => {
    await watch(aRecord({ userIdentity: { type: 'Unknown' }, sourceIPAddress: undefined }));
    expect(deployment.aws.audit).toMatchObject([{ who: 'unknown' }]);
    expect(deployment.aws.audit[0]).not.toHaveProperty('sourceAddress');
  });

  test('of another secret is nothing to us', async () => {
    await watch(aRecord({ requestParameters: { secretId: 'prod/database' } }));
    expect(deployment.aws.told).toEqual([]);
    expect(measured()).toEqual([]);
  });

  test('that is delivered twice is one fact', async () => {
    await watch(aRecord());
    await watch(aRecord({}, { id: 'delivery-2' }));
    expect(deployment.aws.audit).toHaveLength(2);
    expect(new Set(deployment.aws.audit.map(({ id }) => id)).size).toBe(1);
  });

  test('in another partition knows the roles there', async () => {
    const role = `arn:aws-cn:iam::${ACCOUNT_ID}:role/rekey/rekey-main-rotate-cn-north-1`;
    await watch(aRecord({ userIdentity: session(role) }, { region: 'cn-north-1' }));
    expect(deployment.aws.told).toEqual([]);
  });

  test('is delivered again when the audit bus does not take it', async () => {
    deployment.aws.refusedEntries = 1;
    await expect(watch(aRecord())).rejects.toThrow();
  });
});

describe('a read that failed', () => {
  test.each(['AccessDenied', 'AccessDeniedException'])(
    'for want of permission (%s) is told',
    async (errorCode) => {
      await watch(aRecord({ errorCode, errorMessage: 'User is not authorized' }));
      expect(deployment.aws.told).toEqual(['DeniedRead Denied']);
      expect(measured()).toEqual([['main', 1, 0, 1]]);
    },
  );

  test.each(['ResourceNotFoundException', 'InvalidRequestException', 'ThrottlingException'])(
    'for another reason (%s) read nothing and is not told',
    async (errorCode) => {
      await watch(aRecord({ errorCode }));
      expect(deployment.aws.told).toEqual([]);
      expect(measured()).toEqual([]);
    },
  );

  test('without request parameters cannot be told', async () => {
    await watch(aRecord({ errorCode: 'AccessDenied', requestParameters: null }));
    expect(deployment.aws.told).toEqual([]);
  });
});

describe('a batch of reads', () => {
  const batch = { eventName: 'BatchGetSecretValue', requestParameters: { secretIdList: [SECRET, MANAGER] } };

  test('is not told: each secret has a record of its own', async () => {
    await watch(aRecord(batch));
    expect(deployment.aws.told).toEqual([]);
    expect(measured()).toEqual([]);
  });

  test('that was refused is told for each secret', async () => {
    await watch(aRecord({ ...batch, errorCode: 'AccessDenied' }));
    expect(deployment.aws.audit.map(({ event, key }) => [event, key])).toEqual([
      ['DeniedRead', 'grid-bot'],
      ['DeniedRead', 'manager'],
    ]);
    expect(new Set(deployment.aws.audit.map(({ id }) => id)).size).toBe(2);
  });
});

describe('records of real calls', () => {
  /** Everything that Secrets Manager has recorded so far, as the default bus would deliver it. */
  async function watchEverything(): Promise<void> {
    const handler = await deployment.newProcess('watch-reads');
    const records = deployment.aws.emitted.filter(({ detail }) => detail.eventName === 'GetSecretValue');
    for (const { detail } of records) await handler({ account: ACCOUNT_ID, region: REGION, detail });
  }

  test('of a person, by name and by ARN, of a function and of a person who is refused', async () => {
    await deployment.aws.put(SECRET, '{"apiKey":"a","secret":"s"}');
    const read = (key: string, SecretId: string) =>
      deployment.aws.client(key).send(new GetSecretValueCommand({ SecretId }));
    await read(KEYS.person, SECRET);
    await read(KEYS.person, deployment.arn);
    await read(KEYS.rotate, deployment.arn);
    deployment.aws.allows = () => false;
    await read(KEYS.person, SECRET).catch(() => undefined);
    await watchEverything();
    expect(deployment.aws.audit.map(({ event, who }) => [event, who.split(':').at(-1)])).toEqual([
      ['UndeclaredRead', 'user/alice'],
      ['UndeclaredRead', 'user/alice'],
      ['DeniedRead', 'user/alice'],
    ]);
  });
});

test.each([
  ['no event at all', {}],
  ['an event of another service', { account: '1', region: 'x', detail: { eventName: 'PutObject' } }],
])('refuses %s', async (_what, event) => {
  await expect(watch(event)).rejects.toThrow();
});

describe('a declared read', () => {
  const byBot = (detail: object = {}) => aRecord({ userIdentity: session(BOT_ROLE), ...detail });
  const tags = () => deployment.aws.tags(SECRET);

  test('is noted on the secret, with its time', async () => {
    await watch(byBot());
    expect(Object.values(await tags())).toEqual(['2026-11-21T09:58:12.000Z']);
    expect(Object.keys(await tags())).toEqual([expect.stringMatching(/^rekey:reader:[0-9a-f]{8}$/)]);
  });

  test('is noted twice in its cache time at most, by one process', async () => {
    const handler = await deployment.newProcess('watch-reads');
    await handler(byBot());
    await handler(byBot({ eventTime: '2026-11-21T10:13:11Z' }));
    expect(Object.values(await tags())).toEqual(['2026-11-21T09:58:12.000Z']);
    await handler(byBot({ eventTime: '2026-11-21T10:13:12Z' }));
    expect(Object.values(await tags())).toEqual(['2026-11-21T10:13:12.000Z']);
  });

  test('of a version by its name is not noted: it says nothing of the current one', async () => {
    const versionId = await deployment.aws.put(SECRET, '{"apiKey":"a","secret":"b"}');
    await watch(byBot({ requestParameters: { secretId: SECRET, versionId } }));
    expect(await tags()).toEqual({});
    await watch(byBot({ requestParameters: { secretId: SECRET, versionStage: 'AWSCURRENT' } }));
    expect(Object.keys(await tags())).toHaveLength(1);
  });

  test('of a replaced version is told', async () => {
    const versionId = await deployment.aws.put(SECRET, '{"apiKey":"a","secret":"b"}');
    await deployment.aws.put(SECRET, '{"apiKey":"c","secret":"d"}');
    await watch(byBot({ requestParameters: { secretId: SECRET, versionId } }));
    await watch(byBot({ requestParameters: { secretId: SECRET, versionStage: 'AWSPREVIOUS' } }));
    expect(deployment.aws.told).toEqual(Array(2).fill('LaggingReader ReadsReplacedVersion'));
    expect(measured()).toEqual(Array(2).fill(['main', 1, 0, 0]));
  });

  test('from an address that is not declared is told like that of a stranger, and not noted', async () => {
    const reader = { role: BOT_ROLE, cacheMinutes: 5, runs: 'always', addresses: ['10.0.0.0/8'] } as const;
    deployment.declareFleet([
      { readers: [{ ...reader, addresses: [...reader.addresses] }], onUndeclaredRead: 'stop' },
    ]);
    await watch(byBot());
    expect(deployment.aws.audit).toMatchObject([
      { event: 'UndeclaredRead', reason: 'UndeclaredAddress', answer: 'stop', sourceAddress: '203.0.113.9' },
    ]);
    expect(measured()).toEqual([['main', 1, 1, 0]]);
    expect(await tags()).toEqual({});
    await watch(byBot({ sourceIPAddress: '10.1.2.3' }));
    expect(deployment.aws.audit).toHaveLength(1);
  });
});
