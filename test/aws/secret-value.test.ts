import { describe, expect, test } from 'vitest';
import { findManager, formatKey, formatManager, parseKey } from '../../lambda/aws/secret-value.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import { aManager, someCredentials } from '../support/builders.ts';

describe('a stored key', () => {
  test('has the field names that ccxt takes', () => {
    expect(formatKey(someCredentials('bg_1'))).toBe(
      '{"apiKey":"bg_1","secret":"secret of bg_1","password":"Passphrase1"}',
    );
  });

  test('has no password where the exchange wants none', () => {
    const { passphrase: _, ...key } = someCredentials('bg_1');
    expect(formatKey(key)).toBe('{"apiKey":"bg_1","secret":"secret of bg_1"}');
    expect(parseKey(formatKey(key))).not.toHaveProperty('passphrase');
  });

  test('is read as it was written', () => {
    const key = parseKey(formatKey(someCredentials('bg_1')));
    expect(key.keyId).toBe('bg_1');
    expect(key.secret.reveal()).toBe('secret of bg_1');
    expect(key.passphrase?.reveal()).toBe('Passphrase1');
  });

  test('may have further fields, which somebody has added by hand', () => {
    expect(parseKey('{"apiKey":"bg_1","secret":"s","note":"mine","uid":7}').keyId).toBe('bg_1');
  });

  test('is the same text each time, so that storing it again changes nothing', () => {
    const written = formatKey(someCredentials());
    expect(formatKey(parseKey(written))).toBe(written);
  });

  test.each([
    ['no JSON', 'canary-secret', 'the whole value'],
    ['half a JSON', '{"apiKey":"canary-secret', 'the whole value'],
    ['a text', '"canary-secret"', 'the whole value'],
    ['nothing', '', 'the whole value'],
    ['null', 'null', 'the whole value'],
    ['no key ID', '{"secret":"canary-secret"}', 'apiKey'],
    ['an empty key ID', '{"apiKey":"","secret":"canary-secret"}', 'apiKey'],
    ['no secret', '{"apiKey":"canary-secret"}', 'secret'],
    ['a secret that is no text', '{"apiKey":"canary-secret","secret":{"canary-secret":1}}', 'secret'],
    ['a password that is no text', '{"apiKey":"a","secret":"canary-secret","password":1}', 'password'],
  ])('of %s is refused, and the refusal names the field and quotes nothing', (_what, text, field) => {
    const parse = () => parseKey(text);
    expect(parse).toThrow(expect.objectContaining({ reason: 'SecretValueMalformed' }));
    expect(parse).toThrow(new RegExp(`not a key: ${field} is missing or not text`));
    expect(parse).not.toThrow(/canary/);
  });
});

describe('an accepted manager key', () => {
  test('is a key with the salt beside it', () => {
    expect(Object.keys(JSON.parse(formatManager(aManager())))).toEqual([
      'apiKey',
      'secret',
      'password',
      'salt',
    ]);
  });

  test('is read as it was written', () => {
    const manager = findManager(formatManager(aManager()));
    expect(manager?.credentials.keyId).toBe(aManager().credentials.keyId);
    expect(manager?.salt.reveal()).toBe(aManager().salt.reveal());
  });

  test.each([
    ['without a salt', formatKey(someCredentials())],
    ['with a salt that is too short', formatManager({ ...aManager(), salt: new Redacted('short') })],
    ['that is no JSON', 'canary'],
  ])('is none %s', (_what, text) => {
    expect(findManager(text)).toBeUndefined();
  });
});
