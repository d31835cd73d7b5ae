import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SecretsManagerStore } from '../../lambda/aws/secret-store.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { retireLabel } from '../../lambda/core/staging.ts';
import { ConnectionLostError, ServiceError } from '../../local/secrets-manager/service-error.ts';
import { someCredentials } from '../support/builders.ts';
import { KEYS, LocalAws } from '../support/local-aws.ts';

const NAME = 'rekey/main/grid-bot';
const KEY = '{"apiKey":"bg_1","secret":"s","password":"p"}';

let aws: LocalAws;
let store: SecretsManagerStore;
let arn: string;

beforeEach(async () => {
  aws = await new LocalAws().start();
  store = new SecretsManagerStore(aws.client(KEYS.rotate), randomUUID);
  arn = await aws.createSecret(NAME);
});
afterEach(() => aws.stop());

/** A rotation under way whose steps a test does by itself. @returns the pending version and its token */
async function pendingVersion(): Promise<{ versionId: string; rotationToken: Redacted }> {
  await aws.turnRotationOn(arn);
  const token = await new Promise<string>((resolve) => {
    aws.rotate = async (payload) => {
      resolve((payload as { RotationToken: string }).RotationToken);
      await new Promise(() => undefined);
    };
    void aws.runRotation(arn);
  });
  const versionId = (await aws.holder(arn, 'AWSPENDING')) ?? '';
  return { versionId, rotationToken: new Redacted(token) };
}

describe('describing a secret', () => {
  test('tells name, ARN, labels by version and that rotation is off', async () => {
    const versionId = await aws.put(arn, KEY);
    expect(await store.describe(NAME)).toMatchObject({
      arn,
      name: NAME,
      rotationEnabled: false,
      versions: new Map([[versionId, ['AWSCURRENT']]]),
    });
  });

  test('of which nothing was put finds no version', async () => {
    expect((await store.describe(arn)).versions.size).toBe(0);
  });

  test('with rotation on tells the next date', async () => {
    await aws.turnRotationOn(arn);
    const { rotationEnabled, nextRotationAt } = await store.describe(arn);
    expect(rotationEnabled).toBe(true);
    expect(nextRotationAt?.getTime()).toBeGreaterThan(Date.now());
  });

  test('that does not exist fails', async () => {
    await expect(store.describe('rekey/main/nothing')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('finding a value', () => {
  test('gives the key of the version', async () => {
    const versionId = await aws.put(arn, KEY);
    const key = await store.findValue(arn, versionId);
    expect(key?.keyId).toBe('bg_1');
    expect(key?.secret.reveal()).toBe('s');
  });

  test('gives nothing for a version that a rotation has registered', async () => {
    const { versionId } = await pendingVersion();
    expect(await store.findValue(arn, versionId)).toBeUndefined();
  });

  test('gives nothing for a version that does not exist', async () => {
    expect(await store.findValue(arn, randomUUID())).toBeUndefined();
  });

  test('refuses what is not a key, and quotes nothing of it', async () => {
    const versionId = await aws.put(arn, 'canary-secret');
    const error = await store.findValue(arn, versionId).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ reason: 'SecretValueMalformed' });
    expect(String(error)).not.toContain('canary');
  });

  test('fails when it may not be read', async () => {
    const versionId = await aws.put(arn, KEY);
    aws.allows = ({ action }) => !action.endsWith('GetSecretValue');
    await expect(store.findValue(arn, versionId)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

test('tells when each version was made, unlabelled ones and later pages included', async () => {
  const made: string[] = [];
  for (let n = 0; n < 103; n += 1) made.push(await aws.put(arn, KEY.replace('bg_1', `bg_${n}`)));
  const times = await store.versionTimes(arn);
  expect(times.size).toBe(103);
  for (const versionId of made) {
    expect(Math.abs(Date.now() - (times.get(versionId)?.getTime() ?? 0))).toBeLessThan(60_000);
  }
});

describe('storing the pending version', () => {
  test('leaves the current version where it is', async () => {
    const current = await aws.put(arn, KEY);
    const pending = await pendingVersion();
    await store.putPending(arn, pending, someCredentials('bg_2'));
    expect(await aws.holder(arn, 'AWSCURRENT')).toBe(current);
    expect(await aws.value(arn, 'AWSPENDING')).toMatchObject({ apiKey: 'bg_2', secret: 'secret of bg_2' });
  });

  test('again with the same key changes nothing', async () => {
    const pending = await pendingVersion();
    await store.putPending(arn, pending, someCredentials('bg_2'));
    await expect(store.putPending(arn, pending, someCredentials('bg_2'))).resolves.toBeUndefined();
  });

  test('again with another key is refused, and the first one stays', async () => {
    const pending = await pendingVersion();
    await store.putPending(arn, pending, someCredentials('bg_2'));
    await expect(store.putPending(arn, pending, someCredentials('bg_3'))).rejects.toMatchObject({
      name: 'CheckFailedError',
      reason: 'VersionHasOtherValue',
    });
    expect(await aws.value(arn, 'AWSPENDING')).toMatchObject({ apiKey: 'bg_2' });
  });

  test('shows no secret when it fails', async () => {
    aws.secretsManager.failNext('PutSecretValue', 'before', new ServiceError('InternalServiceError', 'no'));
    const pending = await pendingVersion();
    const put = store.putPending(arn, pending, someCredentials('bg_2'));
    const error = await put.catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error) + String(error)).not.toContain('secret of');
  });
});

describe('labels of our own', () => {
  const label = retireLabel('some-version', new Date('2026-11-22T10:00:00Z'));
  let versionId: string;

  beforeEach(async () => {
    versionId = await aws.put(arn, KEY);
  });

  test('are attached and taken off again, as often as one likes', async () => {
    await store.attachLabel(arn, label, versionId);
    await store.attachLabel(arn, label, versionId);
    expect(await aws.holder(arn, label)).toBe(versionId);
    await store.removeLabel(arn, label, versionId);
    await store.removeLabel(arn, label, versionId);
    expect(await aws.holder(arn, label)).toBeUndefined();
  });

  test('are attached though the answer is lost', async () => {
    aws.secretsManager.failNext('UpdateSecretVersionStage', 'after', new ConnectionLostError());
    await store.attachLabel(arn, label, versionId);
    expect(await aws.holder(arn, label)).toBe(versionId);
  });

  test('are taken off though the answer is lost', async () => {
    await store.attachLabel(arn, label, versionId);
    aws.secretsManager.failNext('UpdateSecretVersionStage', 'after', new ConnectionLostError());
    await store.removeLabel(arn, label, versionId);
    expect(await aws.holder(arn, label)).toBeUndefined();
  });

  test('are not taken for attached when they are not', async () => {
    const refusal = new ServiceError('ThrottlingException', 'Rate exceeded');
    aws.secretsManager.failNext('UpdateSecretVersionStage', 'before', refusal);
    const attaching = store.attachLabel(arn, label, versionId);
    await expect(attaching).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await aws.holder(arn, label)).toBeUndefined();
  });

  test('never move from one version to another', async () => {
    await store.attachLabel(arn, label, versionId);
    const other = await aws.put(arn, KEY.replace('bg_1', 'bg_2'));
    await expect(store.attachLabel(arn, label, other)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    expect(await aws.holder(arn, label)).toBe(versionId);
  });

  test('are refused above twenty', async () => {
    for (let n = 0; n < 19; n += 1) await store.attachLabel(arn, `rekey-${n}`, versionId);
    await expect(store.attachLabel(arn, 'rekey-20', versionId)).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });
});

describe('promoting', () => {
  let from: string;
  let to: string;

  beforeEach(async () => {
    from = await aws.put(arn, KEY);
    to = await aws.put(arn, KEY.replace('bg_1', 'bg_2'), ['AWSPENDING']);
  });

  test('moves AWSCURRENT, and AWSPREVIOUS follows', async () => {
    await store.promote(arn, { from, to });
    expect(await aws.holder(arn, 'AWSCURRENT')).toBe(to);
    expect(await aws.holder(arn, 'AWSPREVIOUS')).toBe(from);
  });

  test('again, or after a lost answer, counts as done', async () => {
    aws.secretsManager.failNext('UpdateSecretVersionStage', 'after', new ConnectionLostError());
    await store.promote(arn, { from, to });
    await store.promote(arn, { from, to });
    expect(await aws.holder(arn, 'AWSCURRENT')).toBe(to);
  });

  test('fails when another version has become current meanwhile, and leaves it there', async () => {
    const other = await aws.put(arn, KEY.replace('bg_1', 'bg_3'));
    await expect(store.promote(arn, { from, to })).rejects.toThrow();
    expect(await aws.holder(arn, 'AWSCURRENT')).toBe(other);
  });
});

describe('starting a rotation', () => {
  beforeEach(async () => {
    await aws.put(arn, KEY);
    await aws.turnRotationOn(arn);
  });

  test('gives the id of the new version', async () => {
    aws.rotate = () => new Promise(() => undefined);
    const versionId = await store.rotate(arn);
    expect(await aws.holder(arn, 'AWSPENDING')).toBe(versionId);
  });

  test('while one is under way is refused as such', async () => {
    aws.rotate = async () => {
      throw new Error('no');
    };
    await store.rotate(arn);
    await aws.secretsManager.settled();
    await expect(store.rotate(arn)).rejects.toMatchObject({ reason: 'RotationInProgress' });
  });

  test('that was never set up fails with its own error', async () => {
    const other = await aws.createSecret('rekey/main/tracker');
    await expect(store.rotate(other)).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });
});
