import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findRetirement } from '../../lambda/core/staging.ts';
import { Deployment } from '../support/deployment.ts';
import { KEYS } from '../support/local-aws.ts';
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

/** Lines of the log with this message. */
function logged(message: string): Record<string, unknown>[] {
  return written()
    .map((line) => JSON.parse(line))
    .filter((line) => line.message === message);
}

/** Values of a metric, in the order in which they were written. */
function measured(metric: string): number[] {
  return written().flatMap((line) => JSON.parse(line)[metric] ?? []);
}

describe('a rotation by Secrets Manager', () => {
  test('issues the first key, verifies it and makes it current', async () => {
    const versionId = await deployment.firstRotation();
    const { aws, arn } = deployment;
    expect(await aws.labels(arn)).toEqual({ [versionId]: ['AWSCURRENT'] });
    const key = await deployment.currentKey();
    expect(key).toMatchObject({
      subAccount: deployment.subAccount,
      mayWrite: true,
      permissions: ['uta_trade'],
      ips: ['127.0.0.1'],
      uses: 1,
    });
    expect(aws.told).toEqual([
      'ManagerAccepted Checked',
      'KeyIssued Issued',
      'KeyVerified SignedCall',
      'KeyPromoted Verified',
    ]);
  });

  test('replaces a key, and the one before works on and is due', async () => {
    const first = await deployment.firstRotation();
    const before = await deployment.currentKey();
    const second = await deployment.aws.runRotation(deployment.arn);
    const labels = await deployment.aws.labels(deployment.arn);
    expect(labels[second]).toContain('AWSCURRENT');
    expect(labels[first]).toContain('AWSPREVIOUS');
    expect(findRetirement(labels[first] ?? [])?.dueAt.getTime()).toBeGreaterThan(Date.now() + 86_000_000);
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(2);
    expect(await deployment.exchange.key(before?.apiKey ?? '')).toBeDefined();
    expect(deployment.aws.told.slice(-2)).toEqual(['KeyPromoted Verified', 'KeyRetiring GracePeriodRunning']);
  });

  test('says what it did in the log and as a metric', async () => {
    const versionId = await deployment.firstRotation();
    expect(logged('rotation step done').map(({ step }) => step)).toEqual([
      'testSecret',
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    expect(logged('rotation step done').at(-1)).toMatchObject({ key: 'grid-bot', versionId });
    expect(measured('RotationFailures')).toEqual([0, 0, 0, 0, 0]);
  });

  test('that was cut off before the key was stored is whole after another try', async () => {
    await deployment.firstRotation();
    await deployment.exchange.fault({ fault: 'lose-answer', route: 'create-sub-api', count: 1 });
    await deployment.aws.runRotation(deployment.arn);
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(2);
    const pending = (await deployment.aws.holder(deployment.arn, 'AWSPENDING')) ?? '';
    const rotate = await deployment.newProcess('rotate');
    for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      await rotate({ Step, SecretId: deployment.arn, ClientRequestToken: pending });
    }
    expect(await deployment.aws.holder(deployment.arn, 'AWSCURRENT')).toBe(pending);
    expect(await deployment.exchange.keysOf(deployment.subAccount)).toHaveLength(2);
    expect(deployment.aws.told).toContain('OrphanRevoked RotationWasCutOff');
  });

  test('proves to Secrets Manager by its token that it is the rotation function that writes', async () => {
    await deployment.acceptManager();
    await deployment.connectRotation();
    // Somebody whom Secrets Manager would not take for the function by his name.
    const rotate = await deployment.newProcess('rotate', KEYS.reconcile);
    deployment.aws.rotate = async (payload) => void (await rotate(payload));
    const versionId = await deployment.aws.runRotation(deployment.arn);
    expect(await deployment.aws.labels(deployment.arn)).toEqual({ [versionId]: ['AWSCURRENT'] });
  });

  test('at deploy time passes without a manager key and without a value', async () => {
    await deployment.connectRotation();
    expect(logged('rotation step done')).toMatchObject([{ step: 'testSecret' }]);
    expect(await deployment.aws.labels(deployment.arn)).toEqual({});
    expect(deployment.aws.told).toEqual([]);
  });
});

describe('a step that fails', () => {
  test('says why in its event, its log line and its metric, and throws the reason only', async () => {
    await deployment.acceptManager();
    await deployment.connectRotation();
    await deployment.exchange.fault({ fault: 'extra-permission', route: 'create-sub-api' });
    await deployment.aws.runRotation(deployment.arn);
    expect(deployment.aws.audit.at(-1)).toMatchObject({
      event: 'RotationFailed',
      reason: 'ProductDrift',
      severity: 'warning',
      key: 'grid-bot',
      who: 'rotate',
      message: expect.stringMatching(/^setSecret: the key has the products/),
    });
    expect(measured('RotationFailures').at(-1)).toBe(1);
  });

  test('has a constant message in its log line', async () => {
    await deployment.connectRotation();
    await deployment.aws.runRotation(deployment.arn);
    expect(logged('rotation step failed')).toMatchObject([{ step: 'createSecret' }]);
  });

  test('fails with its own reason though its event is not accepted', async () => {
    await deployment.firstRotation();
    deployment.aws.refusedEntries = 10;
    const rotate = await deployment.newProcess('rotate');
    const event = { Step: 'setSecret', SecretId: deployment.arn, ClientRequestToken: 'a'.repeat(32) };
    await expect(rotate(event)).rejects.toThrow(/^NothingStored in setSecret of grid-bot$/);
    expect(logged('audit event not accepted')).toHaveLength(1);
  });

  test('shows nothing of a foreign error but its name', async () => {
    await deployment.firstRotation();
    deployment.aws.allows = () => false;
    const rotate = await deployment.newProcess('rotate');
    const event = { Step: 'setSecret', SecretId: deployment.arn, ClientRequestToken: 'a'.repeat(32) };
    await expect(rotate(event)).rejects.toThrow(/^AccessDeniedException in setSecret of grid-bot$/);
  });
});

describe('an event that is none of ours is refused:', () => {
  const arnOf = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;

  test.each([
    ['a secret that is not declared', arnOf('rekey/main/tracker')],
    ['the manager secret', arnOf('rekey/main/manager')],
    ['a secret of another application', arnOf('prod/database')],
  ])('%s', async (_what, SecretId) => {
    const rotate = await deployment.newProcess('rotate');
    const event = { Step: 'createSecret', SecretId, ClientRequestToken: 'a'.repeat(32) };
    await expect(rotate(event)).rejects.toMatchObject({ reason: 'UndeclaredSecret' });
  });

  test('a secret of another account whose name is as long', async () => {
    const rotate = await deployment.newProcess('rotate');
    const SecretId = arnOf('rekey/niam/grid-bot');
    const event = { Step: 'createSecret', SecretId, ClientRequestToken: 'a'.repeat(32) };
    await expect(rotate(event)).rejects.toMatchObject({ reason: 'UndeclaredSecret' });
  });

  test.each([
    ['an unknown step', { Step: 'destroySecret' }],
    ['no token', { ClientRequestToken: undefined }],
    ['a token that is no text', { RotationToken: { canary: 1 } }],
  ])('%s, and nothing of it is quoted', async (_what, changes) => {
    const rotate = await deployment.newProcess('rotate');
    const event = { Step: 'createSecret', SecretId: deployment.arn, ClientRequestToken: 'a', ...changes };
    const error = await rotate(event).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('canary');
  });
});

test('no secret is in anything that is written, told or thrown', async () => {
  await deployment.firstRotation();
  await deployment.exchange.fault({ fault: 'lose-answer', route: 'create-sub-api', count: 1 });
  await deployment.aws.runRotation(deployment.arn);
  const { secret = '', password = '', apiKey = '' } = await deployment.aws.value(deployment.arn);
  const manager = await deployment.aws.value('rekey/main/manager');
  const everything = [...written(), ...deployment.aws.accepted.map((event) => JSON.stringify(event))].join(
    '\n',
  );
  const secrets = [secret, password, apiKey, manager.secret, manager.password, manager.salt, manager.apiKey];
  for (const value of secrets) {
    expect(value?.length).toBeGreaterThan(7);
    expect(everything).not.toContain(value);
  }
});
