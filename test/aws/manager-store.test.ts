import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManagerStore } from '../../lambda/aws/manager-store.ts';
import type { Credentials } from '../../lambda/core/api-key.ts';
import { ConnectionLostError } from '../../local/secrets-manager/service-error.ts';
import { KEYS, LocalAws } from '../support/local-aws.ts';

const NAME = 'rekey/main/manager';

let aws: LocalAws;
let managers: ManagerStore;

beforeEach(async () => {
  aws = await new LocalAws().start();
  managers = new ManagerStore(aws.client(KEYS.operate), 'main');
  await aws.createSecret(NAME);
});
afterEach(() => aws.stop());

function candidate(keyId: string): Promise<string> {
  return aws.put(NAME, JSON.stringify({ apiKey: keyId, secret: 's', password: 'p' }), ['AWSPENDING']);
}

async function find(versionId: string): Promise<Credentials> {
  const found = await managers.findCandidate(versionId);
  if (!found) throw new Error('no candidate');
  return found;
}

async function accept(keyId: string): Promise<string> {
  const versionId = await candidate(keyId);
  await managers.accept(versionId, await find(versionId));
  return versionId;
}

describe('before a manager key was put', () => {
  test('there is none, and the refusal says what to do', async () => {
    expect(await managers.find()).toBeUndefined();
    expect(await managers.isPending()).toBe(false);
    await expect(managers.get()).rejects.toMatchObject({
      reason: 'ManagerMissing',
      message: expect.stringContaining('npm run rekey -- manager put main'),
    });
  });
});

describe('a candidate', () => {
  test('is pending', async () => {
    await accept('bg_manager_1');
    await candidate('bg_manager_2');
    expect(await managers.isPending()).toBe(true);
    expect((await managers.get()).credentials.keyId).toBe('bg_manager_1');
  });

  test('counts for no manager key before it is accepted, though Secrets Manager makes the first value current', async () => {
    await candidate('bg_manager_1');
    expect(await managers.find()).toBeUndefined();
    await expect(managers.get()).rejects.toMatchObject({ reason: 'ManagerMissing' });
  });

  test('is found by its version', async () => {
    expect((await find(await candidate('bg_manager_1'))).keyId).toBe('bg_manager_1');
    expect(await managers.findCandidate('11111111-1111-4111-8111-111111111111')).toBeUndefined();
  });

  test('that is not a key is refused, and nothing of it is quoted', async () => {
    const versionId = await aws.put(NAME, 'canary-secret', ['AWSPENDING']);
    const error = await managers.findCandidate(versionId).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ reason: 'SecretValueMalformed' });
    expect(String(error)).not.toContain('canary');
  });

  test('is discarded by taking its label off, as often as one likes', async () => {
    await accept('bg_manager_1');
    const versionId = await candidate('bg_manager_2');
    await managers.discard(versionId);
    await managers.discard(versionId);
    expect(await managers.isPending()).toBe(false);
    expect((await managers.get()).credentials.keyId).toBe('bg_manager_1');
  });
});

describe('accepting', () => {
  test('makes the candidate the manager key, with a salt of its own', async () => {
    await accept('bg_manager_1');
    const manager = await managers.get();
    expect(manager.credentials.keyId).toBe('bg_manager_1');
    expect(manager.salt.reveal()).toMatch(/^[0-9a-f]{64}$/);
    expect(await managers.isPending()).toBe(false);
  });

  test('keeps the salt when the manager key is replaced: without it our own labels are strangers', async () => {
    await accept('bg_manager_1');
    const { salt } = await managers.get();
    await accept('bg_manager_2');
    const manager = await managers.get();
    expect(manager.credentials.keyId).toBe('bg_manager_2');
    expect(manager.salt.reveal()).toBe(salt.reveal());
  });

  test('twice changes nothing', async () => {
    const versionId = await accept('bg_manager_1');
    const { salt } = await managers.get();
    await managers.accept(versionId, await find(versionId));
    expect((await managers.get()).salt.reveal()).toBe(salt.reveal());
  });

  test('is finished by a repeat when it is cut off after the first effect', async () => {
    const versionId = await candidate('bg_manager_1');
    const credentials = await find(versionId);
    aws.secretsManager.failNext('PutSecretValue', 'after', new ConnectionLostError());
    await expect(managers.accept(versionId, credentials)).rejects.toThrow();
    await managers.accept(versionId, credentials);
    expect((await managers.get()).credentials.keyId).toBe('bg_manager_1');
    expect(await managers.isPending()).toBe(false);
  });

  test('of two accounts gives two salts', async () => {
    await aws.createSecret('rekey/other/manager');
    const others = new ManagerStore(aws.client(KEYS.operate), 'other');
    await accept('bg_manager_1');
    const value = JSON.stringify({ apiKey: 'bg_2', secret: 's' });
    const versionId = await aws.put('rekey/other/manager', value, ['AWSPENDING']);
    await others.accept(versionId, (await others.findCandidate(versionId)) ?? (await find('')));
    expect((await others.get()).salt.reveal()).not.toBe((await managers.get()).salt.reveal());
  });

  test('of a former manager key again makes it the manager key again', async () => {
    const first = await accept('bg_manager_1');
    await accept('bg_manager_2');
    await managers.accept(first, await find(first));
    expect((await managers.get()).credentials.keyId).toBe('bg_manager_1');
  });

  test('keeps the salt although somebody has put a value by hand in between', async () => {
    await accept('bg_manager_1');
    const { salt } = await managers.get();
    await aws.put(NAME, JSON.stringify({ apiKey: 'bg_by_hand', secret: 's', password: 'p' }));
    await accept('bg_manager_2');
    expect((await managers.get()).salt.reveal()).toBe(salt.reveal());
  });
});

describe('a value that somebody has put over the manager key by hand', () => {
  const byHand = (keyId: string) =>
    aws.put(NAME, JSON.stringify({ apiKey: keyId, secret: 's', password: 'p' }));

  test('does not count: the accepted one before it still does', async () => {
    await accept('bg_manager_1');
    await byHand('bg_by_hand_1');
    expect((await managers.get()).credentials.keyId).toBe('bg_manager_1');
  });

  test('does not lose the salt when it is put twice', async () => {
    await accept('bg_manager_1');
    const { salt } = await managers.get();
    await byHand('bg_by_hand_1');
    await byHand('bg_by_hand_2');
    await accept('bg_manager_2');
    expect((await managers.get()).salt.reveal()).toBe(salt.reveal());
  });
});
