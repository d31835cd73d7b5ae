import { createPublicKey, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factId, isLabelOf, keyLabel, keyPair, keyPassphrase } from '../../lambda/core/derivation.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { SALT, SECRET_ARN, V1, V2 } from '../support/builders.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20261121 });

const OTHER_SALT = new Redacted('salt-of-another-account-32-chars.');
const OTHER_ARN = SECRET_ARN.replace('AbCdEf', 'AbCdEg');

describe('the label of a version', () => {
  test('is pinned: a change would make strangers of all keys that are out there', () => {
    expect(keyLabel(SALT, SECRET_ARN, V1)).toBe('rksavg7kamudkst6');
  });

  test('is the same each time, and fits every exchange on file', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.uuid(), (salt, arn, versionId) => {
        const label = keyLabel(new Redacted(salt), arn, versionId);
        expect(label).toMatch(/^rk[a-z2-7]{14}$/);
        expect(keyLabel(new Redacted(salt), arn, versionId)).toBe(label);
        expect(isLabelOf(new Redacted(salt), arn, label)).toBe(true);
      }),
    );
  });

  test('differs from version to version, secret to secret and salt to salt', () => {
    const labels = [
      keyLabel(SALT, SECRET_ARN, V1),
      keyLabel(SALT, SECRET_ARN, V2),
      keyLabel(SALT, OTHER_ARN, V1),
      keyLabel(OTHER_SALT, SECRET_ARN, V1),
    ];
    expect(new Set(labels).size).toBe(4);
  });

  test('is not the same for arguments that run together', () => {
    expect(keyLabel(SALT, 'arn-a', 'b')).not.toBe(keyLabel(SALT, 'arn-', 'ab'));
  });
});

describe('whose label it is', () => {
  const label = keyLabel(SALT, SECRET_ARN, V1);

  test('shows without knowing the version', () => {
    expect(isLabelOf(SALT, SECRET_ARN, label)).toBe(true);
  });

  test.each([
    ['the label of another secret', keyLabel(SALT, OTHER_ARN, V1)],
    ['a label under another salt', keyLabel(OTHER_SALT, SECRET_ARN, V1)],
    ['a label of the same form', 'rkabcdefghijklmn'],
    ['a name that starts like ours', 'rk-my-own-bot'],
    ['a label with one letter more', `${label}a`],
    ['a label with one letter less', label.slice(0, -1)],
    ['a label with a letter between version and proof', `${label.slice(0, 8)}a${label.slice(8)}`],
    ['a label in capitals', label.toUpperCase()],
    ['a label with another beginning', `xk${label.slice(2)}`],
    ['our proof behind another version', `rkaaaaaa${label.slice(8)}`],
    ['our version before another proof', `${label.slice(0, 8)}aaaaaaaa`],
    ['nothing', ''],
  ])('refuses %s', (_what, other) => {
    expect(isLabelOf(SALT, SECRET_ARN, other)).toBe(false);
  });

  test('refuses any change of a single letter', () => {
    const place = fc.integer({ min: 0, max: label.length - 1 });
    fc.assert(
      fc.property(place, fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), (index, letter) => {
        fc.pre(label[index] !== letter);
        const changed = label.slice(0, index) + letter + label.slice(index + 1);
        expect(isLabelOf(SALT, SECRET_ARN, changed)).toBe(false);
      }),
    );
  });
});

describe('the passphrase of a key', () => {
  const key = { secretArn: SECRET_ARN, label: keyLabel(SALT, SECRET_ARN, V1) };

  test('is pinned: a change would lose the passphrases of all keys that are out there', () => {
    expect(keyPassphrase(SALT, key, 24).reveal()).toBe('Uj4YUYA4ZkDSxMK8LV23K6wM');
  });

  test('is the same each time, so that a repeated step finds its own work', () => {
    expect(keyPassphrase(SALT, key, 24).reveal()).toBe(keyPassphrase(SALT, key, 24).reveal());
  });

  test('has the wanted length, letters and digits, and one of each kind', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 8, max: 32 }), (label, length) => {
        const passphrase = keyPassphrase(SALT, { secretArn: SECRET_ARN, label }, length).reveal();
        expect(passphrase).toMatch(new RegExp(`^[A-Za-z0-9]{${length}}$`));
        expect(passphrase).toMatch(/[A-Z]/);
        expect(passphrase).toMatch(/[a-z]/);
        expect(passphrase).toMatch(/[0-9]/);
      }),
    );
  });

  test('differs from label to label, secret to secret and salt to salt', () => {
    const passphrases = [
      keyPassphrase(SALT, key, 24),
      keyPassphrase(SALT, { ...key, label: keyLabel(SALT, SECRET_ARN, V2) }, 24),
      keyPassphrase(SALT, { ...key, secretArn: OTHER_ARN }, 24),
      keyPassphrase(OTHER_SALT, key, 24),
    ];
    expect(new Set(passphrases.map((passphrase) => passphrase.reveal())).size).toBe(4);
  });

  test('does not give away the label, nor the label it', () => {
    expect(keyPassphrase(SALT, key, 32).reveal()).not.toContain(key.label.slice(2, 8));
  });

  test('does not show when it is printed', () => {
    const passphrase = keyPassphrase(SALT, key, 24);
    expect(`${passphrase}`).toBe('[redacted]');
  });
});

describe('the id of a fact', () => {
  test('is pinned: a change would make new facts of all that was told before', () => {
    expect(factId('a', 'b')).toBe('d0d2faac29117d8f6d493e73916feb09');
  });

  test('is the same for the same parts, in the same order', () => {
    expect(factId('a', 'b')).toBe(factId('a', 'b'));
    expect(factId('a', 'b')).not.toBe(factId('b', 'a'));
    expect(factId('ab', '')).not.toBe(factId('a', 'b'));
    expect(factId('a', 'b')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the key pair of a version', () => {
  const pair = keyPair(SALT, SECRET_ARN, V1);

  test('is pinned: a change would make strangers of all pairs that are out there', () => {
    expect(pair.publicKey).toContain('MCowBQYDK2VwAyEAqmajV284KgVuSZSfR2sM3NqNiPVvD038u4mzrDwzO6Q=');
  });

  test('is the same each time, so that a key of an attempt that was cut off can be adopted', () => {
    const again = keyPair(SALT, SECRET_ARN, V1);
    expect(again.publicKey).toBe(pair.publicKey);
    expect(again.privateKey.reveal()).toBe(pair.privateKey.reveal());
  });

  test('is a pair: what one half signs, the other verifies', () => {
    const signature = sign(null, Buffer.from('text'), pair.privateKey.reveal());
    expect(verify(null, Buffer.from('text'), pair.publicKey, signature)).toBe(true);
    expect(createPublicKey(pair.publicKey).asymmetricKeyType).toBe('ed25519');
  });

  test('is in PEM, as exchanges and client libraries take it', () => {
    expect(pair.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\w+/=]{60}\n-----END PUBLIC KEY-----\n$/);
    expect(pair.privateKey.reveal()).toMatch(/^-----BEGIN PRIVATE KEY-----\n[\w+/=]{64}\n-----END/);
  });

  test('differs from version to version, secret to secret and salt to salt', () => {
    const pairs = [
      pair,
      keyPair(SALT, SECRET_ARN, V2),
      keyPair(SALT, OTHER_ARN, V1),
      keyPair(OTHER_SALT, SECRET_ARN, V1),
    ];
    expect(new Set(pairs.map(({ publicKey }) => publicKey)).size).toBe(4);
  });

  test('does not show its private half when it is printed', () => {
    expect(JSON.stringify(pair)).not.toContain(pair.privateKey.reveal().split('\n')[1]);
  });
});
