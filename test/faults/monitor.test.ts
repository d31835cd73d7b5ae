import { beforeEach, describe, expect, test } from 'vitest';
import type { PromiseNumber } from '../../faults/monitor.ts';
import { checkRest } from '../../faults/rest.ts';
import { HOUR_MS, MINUTE_MS, SECRET } from '../../faults/setting.ts';
import { WORKS } from '../../faults/works.ts';
import { World } from '../../faults/world.ts';

/* Each promise is broken by hand, behind the back of the product: the monitor must see it. */

let world: World;

/** A key in use beside a key that a person made. */
beforeEach(async () => {
  world = new World({ exchange: 'bitget', seed: 1, tries: 1, every: 'rate(999 days)', choices: {} });
  await world.setUp();
  await WORKS.rotation.prepare(world);
});

function broken(): PromiseNumber[] {
  return [...new Set(world.monitor.violations.map(({ promise }) => promise))].sort();
}

function currentId(): string {
  return world.monitor.current?.apiKey ?? '';
}

function atRest(rotatedFrom?: string): PromiseNumber[] {
  checkRest(world, { hasCurrent: true, ...(rotatedFrom ? { rotatedFrom } : {}) });
  return broken();
}

/** A key that has our form and belongs to no version. */
function strayKey(changes: object = {}): string {
  const { subAccount, allowList, products } = world.key;
  const made = world.exchange.website.createKey({
    ...{ subAccount, label: 'rkstraystraystra', ips: allowList, permissions: products },
    ...changes,
  });
  return made.apiKey;
}

test('a world in which nothing is wrong breaks no promise', () => {
  expect(atRest()).toEqual([]);
});

describe('the monitor sees', () => {
  test('a gap: the current key does not work', () => {
    world.exchange.website.deleteKey(currentId());
    world.monitor.look();
    expect(broken()).toContain(1);
  });

  test('a key that was revoked while it was current', () => {
    world.exchange.website.deleteKey(currentId());
    world.monitor.look();
    expect(broken()).toContain(2);
  });

  test('a key that was revoked in its grace period', async () => {
    const before = currentId();
    await world.startRotation();
    await world.pass(30 * MINUTE_MS);
    world.exchange.website.deleteKey(before);
    world.monitor.look();
    expect(broken()).toEqual([2]);
  });

  test('no fault in a key that is revoked after its grace period, while another one works', async () => {
    const before = currentId();
    await world.startRotation();
    await world.pass(61 * MINUTE_MS);
    world.exchange.website.deleteKey(before);
    world.monitor.look();
    expect(broken()).toEqual([]);
  });

  test('a key with too much power that was promoted', async () => {
    await world.startRotation();
    const wide = strayKey({ ips: [] });
    const { secret, password } = world.exchange.website.createKey({
      subAccount: world.key.subAccount,
      ips: [],
    });
    await world.byHand('PutSecretValue', {
      SecretId: SECRET,
      SecretString: JSON.stringify({ apiKey: wide, secret, password }),
    });
    expect(broken()).toContain(5);
  });

  test('a foreign key that was touched', () => {
    const [foreign = ''] = world.monitor.foreign.keys();
    world.exchange.website.changeKey(foreign, { ips: [] });
    world.monitor.look();
    expect(broken()).toEqual([7]);
  });
});

test('a secret that leaves a process is found in its output', () => {
  const { secret = '' } = world.monitor.current ?? {};
  expect(world.leaks.findIn(world.monitor.allOutput)).toBeUndefined();
  world.monitor.output(JSON.stringify({ level: 'ERROR', key: { secret } }));
  expect(world.leaks.findIn(world.monitor.allOutput)).toBeDefined();
});

describe('at rest is seen', () => {
  test('a living key that nobody knows', () => {
    strayKey();
    expect(atRest()).toEqual([3]);
  });

  test('a replaced key that is forgotten, though it lives', async () => {
    await world.startRotation();
    for (const [label, version] of world.secrets.inspect(SECRET).labels) {
      if (label.startsWith('rekey-retire-'))
        await world.byHand('UpdateSecretVersionStage', {
          SecretId: SECRET,
          VersionStage: label,
          RemoveFromVersionId: version,
        });
    }
    expect(atRest()).toEqual([4]);
  });

  test('a debt that is past its time', async () => {
    await world.startRotation();
    await world.pass(2 * HOUR_MS);
    expect(atRest()).toEqual([4]);
  });

  test('a current key that is not as declared', () => {
    world.exchange.website.changeKey(currentId(), { ips: ['203.0.113.1', '127.0.0.1'] });
    expect(atRest()).toEqual([5]);
  });

  test('a rotation that never came to an end', () => {
    expect(atRest(currentId())).toEqual([0]);
  });
});
