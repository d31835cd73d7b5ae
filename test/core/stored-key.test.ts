import { beforeEach, describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../lambda/core/errors.ts';
import { findStoredKey } from '../../lambda/core/stored-key.ts';
import { World } from '../support/world.ts';

let world: World;
let versionId: string;

beforeEach(async () => {
  world = new World();
  versionId = await world.rotate();
});

const find = (id = versionId) => findStoredKey(world.store, world.arn, id);

describe('the key that a version holds', () => {
  test('is what was stored there', async () => {
    expect((await find())?.keyId).toBe(world.keyIdOf(versionId));
  });

  test('is none if nothing was stored there', async () => {
    expect(await find(world.store.register(world.arn))).toBeUndefined();
  });

  test('is none if somebody has put a value there that is no key', async () => {
    world.store.fail('findValue', new InvalidInputError('SecretValueMalformed', 'no key'));
    expect(await find()).toBeUndefined();
  });

  test('is not taken for none if the secret cannot be read', async () => {
    world.store.fail('findValue');
    await expect(find()).rejects.toThrow('ThrottlingException');
  });
});
