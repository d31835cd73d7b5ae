import { expect, test } from 'vitest';
import { shortKeyId } from '../../lambda/core/api-key.ts';

test.each([
  ['bg_0123456789abcdef', 'bg_0123…cdef'],
  ['123456789012', '1234567…9012'],
  ['12345678901', '123…'],
  ['bg', 'bg…'],
  ['', '…'],
])('shortens the key ID %s to %s', (keyId, short) => {
  expect(shortKeyId(keyId)).toBe(short);
});
