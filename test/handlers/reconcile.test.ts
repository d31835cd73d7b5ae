import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { retireLabel } from '../../lambda/core/staging.ts';
import { Deployment, MANAGER } from '../support/deployment.ts';
import { captureOutput } from '../support/output.ts';

let deployment: Deployment;
let written: () => string[];

beforeEach(async () => {
  deployment = await Deployment.start();
  written = captureOutput();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await deployment.stop();
});

interface Answer {
  readonly done: number;
  readonly failures: readonly string[];
}

function reconcile(event: object = {}): Promise<Answer> {
  return deployment.call('reconcile', event);
}

/** Last value written of each metric. */
function metrics(): Record<string, number> {
  const lines = written().map((line) => JSON.parse(line));
  return Object.assign({}, ...lines.filter((line) => line._aws));
}

/** A key that was replaced and whose grace period is over. @returns key ID and version of it */
async function afterGracePeriod(): Promise<{ keyId: string; versionId: string }> {
  const versionId = await deployment.firstRotation();
  const keyId = (await deployment.currentKey())?.apiKey ?? '';
  await deployment.aws.runRotation(deployment.arn);
  const labels = (await deployment.aws.labels(deployment.arn))[versionId] ?? [];
  const due = labels.find((label) => label.startsWith('rekey-retire')) ?? '';
  await deployment.aws.moveLabel(deployment.arn, due, { from: versionId });
  const now = new Date(Date.now() - 2_000);
  await deployment.aws.moveLabel(deployment.arn, retireLabel(versionId, now), { to: versionId });
  deployment.aws.accepted.length = 0;
  return { keyId, versionId };
}

describe('a pass', () => {
  test('before there is a manager key does nothing and counts', async () => {
    expect(await reconcile()).toEqual({ done: 0, failures: [] });
    expect(metrics()).toMatchObject({ ReconcilePasses: 1 });
    expect(deployment.aws.told).toEqual([]);
  });

  test('with nothing to do measures everything, zero included', async () => {
    await deployment.firstRotation();
    expect(await reconcile()).toEqual({ done: 0, failures: [] });
    expect(metrics()).toMatchObject({
      ReconcilePasses: 1,
      RotationsOverdue: 0,
      RevocationsOverdue: 0,
      RetiringKeys: 0,
      OrphanKeys: 0,
      ForeignKeys: 0,
      DriftedKeys: 0,
      KeysExpiring: 0,
    });
    expect(metrics().OldestKeyDays).toBeGreaterThanOrEqual(0);
  });

  test('revokes what is due, proves it by a call of the dead key, tells it and settles the debt', async () => {
    const { keyId, versionId } = await afterGracePeriod();
    expect(await reconcile()).toEqual({ done: 1, failures: [] });
    expect(await deployment.exchange.key(keyId)).toBeUndefined();
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(1);
    expect((await deployment.aws.labels(deployment.arn))[versionId]).toBeUndefined();
    expect(deployment.aws.told).toEqual(['KeyRevoked GracePeriodOver']);
    const refused = await deployment.exchange.requests('account-info');
    expect(refused.at(-1)).toMatchObject({ key: keyId, code: '40037' });
  });

  test('that fails to revoke says so, keeps the debt and does not count', async () => {
    const { keyId, versionId } = await afterGracePeriod();
    await deployment.exchange.fault({ fault: 'unavailable', route: 'delete-sub-api' });
    expect(await reconcile()).toEqual({ done: 0, failures: ['revoke grid-bot'] });
    expect(await deployment.exchange.key(keyId)).toBeDefined();
    expect((await deployment.aws.labels(deployment.arn))[versionId]).toHaveLength(2);
    expect(deployment.aws.told).toEqual(['RevocationFailed OutcomeUnknown']);
    await deployment.exchange.clearFaults();
    await reconcile();
    expect(await deployment.exchange.key(keyId)).toBeUndefined();
  });

  test('tells of a foreign key and leaves it alone', async () => {
    await deployment.firstRotation();
    const { apiKey } = await deployment.exchange.makeKey({
      subAccount: deployment.subAccount,
      label: 'my own',
    });
    await reconcile();
    expect(deployment.aws.told.at(-1)).toBe('ForeignKeyFound NotMadeByRekey');
    expect(metrics()).toMatchObject({ ForeignKeys: 1 });
    expect(await deployment.exchange.key(apiKey)).toBeDefined();
  });

  test('tells of a key that got more power at the exchange', async () => {
    await deployment.firstRotation();
    const current = await deployment.currentKey();
    await deployment.exchange.changeKey(current?.apiKey ?? '', { ips: [] });
    await reconcile();
    expect(deployment.aws.told.at(-1)).toBe('PowerWidened AddressAdded');
    expect(metrics()).toMatchObject({ WidenedKeys: 1, DriftedKeys: 0 });
  });

  test('tells each finding once in a process, and once more in the next, with the same id', async () => {
    await deployment.firstRotation();
    await deployment.exchange.makeKey({ subAccount: deployment.subAccount });
    const handler = await deployment.newProcess('reconcile');
    await handler({});
    await handler({});
    await reconcile();
    const found = deployment.aws.audit.filter(({ event }) => event === 'ForeignKeyFound');
    expect(found).toHaveLength(2);
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
  });

  test('that cannot read a sub-account does not count, and names it', async () => {
    await deployment.firstRotation();
    await deployment.exchange.fault({ fault: 'unavailable', route: 'sub-api-list' });
    expect((await reconcile()).failures).toEqual([`sub-account ${deployment.subAccount}`]);
    expect(metrics()).toMatchObject({ ReconcilePasses: 0 });
  });

  test('that fails altogether throws the name of the fault and nothing else', async () => {
    await deployment.firstRotation();
    deployment.aws.allows = ({ action }) => !action.endsWith('GetSecretValue');
    await expect(reconcile()).rejects.toThrow(/^AccessDeniedException$/);
  });

  test('goes on with the accepted manager key, however often somebody puts values over it by hand', async () => {
    await deployment.firstRotation();
    const { manager } = deployment.exchange.simulator;
    await deployment.aws.put(MANAGER, JSON.stringify({ ...manager, note: 'once' }));
    await deployment.aws.put(MANAGER, JSON.stringify({ ...manager, note: 'twice' }));
    expect(await reconcile()).toEqual({ done: 0, failures: [] });
    expect(metrics()).toMatchObject({ ReconcilePasses: 1, ForeignKeys: 0 });
  });

  test('throws the name of the fault only, also before there is a manager key', async () => {
    deployment.aws.allows = ({ action }) => !action.endsWith('DescribeSecret');
    await expect(reconcile()).rejects.toThrow(/^AccessDeniedException$/);
  });
});

describe('the report of Secrets Manager that a rotation failed', () => {
  const report = () => ({
    detail: {
      eventName: 'RotationFailed',
      eventID: 'event-1',
      additionalEventData: { SecretId: deployment.arn },
    },
  });

  test('is told once per report and counted, and the pass runs as well', async () => {
    await deployment.firstRotation();
    deployment.aws.accepted.length = 0;
    expect(await reconcile(report())).toEqual({ done: 0, failures: [] });
    await reconcile(report());
    const told = deployment.aws.audit;
    expect(told).toMatchObject([
      { event: 'RotationFailed', reason: 'ReportedBySecretsManager', key: 'grid-bot' },
      { event: 'RotationFailed' },
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(metrics()).toMatchObject({ RotationFailures: 1, ReconcilePasses: 1 });
  });

  test('does not keep the pass from running when it is not accepted', async () => {
    const { keyId } = await afterGracePeriod();
    deployment.aws.refusedEntries = 10;
    await reconcile(report()).catch(() => undefined);
    expect(await deployment.exchange.key(keyId)).toBeUndefined();
  });
});

describe('the watch', () => {
  test('tells what happened at the exchange since the last pass, and answers as declared', async () => {
    deployment.declare([{ symbols: ['BTCUSDT'], onSuspicion: 'stop' }]);
    await deployment.firstRotation();
    const apiKey = (await deployment.currentKey())?.apiKey ?? '';
    await reconcile();
    await deployment.exchange.happens('orders', { apiKey, symbol: 'SOLUSDT' });
    await deployment.exchange.happens('withdrawals', { size: '72', toAddress: '0xthief' });
    await reconcile();
    expect(deployment.aws.told).toContain('UndeclaredOrder SymbolNotDeclared');
    expect(deployment.aws.told).toContain('UnexpectedMovement Withdrawal');
    expect(metrics()).toMatchObject({ UndeclaredOrders: 1, UnexpectedMovements: 1, BlindWatches: 0 });
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toEqual([]);
    expect(deployment.aws.told).toContain('SubAccountFrozen Stopped');
  });

  test('notes what is usual as tags of the secret', async () => {
    deployment.declare([{ symbols: ['BTCUSDT'] }]);
    await deployment.firstRotation();
    await reconcile();
    const tags = await deployment.aws.tags(deployment.arn);
    expect(Object.keys(tags).sort()).toEqual(['rekey:orders', 'rekey:power']);
  });

  test('that is blind does not keep the pass from counting', async () => {
    await deployment.firstRotation();
    await deployment.exchange.fault({ fault: 'unavailable', route: 'withdrawal-records' });
    await reconcile();
    expect(metrics()).toMatchObject({ BlindWatches: 1, ReconcilePasses: 1 });
    expect(deployment.aws.told.at(-1)).toBe('WatchBlind ExchangeUnavailable');
  });

  test('measures how much of the limits of the exchange is used', async () => {
    await deployment.firstRotation();
    await reconcile();
    const { ExchangeCalls = 0, LimitUse = 0 } = metrics();
    expect(ExchangeCalls).toBeGreaterThanOrEqual(4);
    expect(LimitUse).toBeGreaterThan(0);
    expect(LimitUse).toBeLessThanOrEqual(100);
  });
});
