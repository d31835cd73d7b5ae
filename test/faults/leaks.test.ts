import { expect, test } from 'vitest';
import { Leaks } from '../../faults/leaks.ts';

const SECRET = 'Marked/secret+of a key="1"';
const PEM =
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIMarkedMarkedMarkedMarkedMarkedMarkedMark\n-----END PRIVATE KEY-----\n';

function leaksWith(...secrets: string[]): Leaks {
  const leaks = new Leaks();
  for (const secret of secrets) leaks.note(secret);
  return leaks;
}

test.each([
  ['plain', SECRET],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in the other base64', Buffer.from(SECRET).toString('base64url')],
  ['URL-encoded', encodeURIComponent(SECRET)],
  ['in JSON', JSON.stringify({ message: SECRET })],
  ['in JSON within JSON', JSON.stringify({ message: JSON.stringify({ secret: SECRET }) })],
])('a secret is found %s', (_how, shown) => {
  expect(leaksWith(SECRET).findIn(`a log line with ${shown} in it`)).toBeDefined();
});

test.each([
  ['as it is', PEM],
  ['in JSON', JSON.stringify({ secret: PEM })],
  ['without its first and last line', PEM.split('\n')[1] ?? ''],
])('a private key is found %s', (_how, shown) => {
  expect(leaksWith(PEM).findIn(`x${shown}x`)).toBeDefined();
});

test('what is found is told by how it shows, never as it is', () => {
  expect(leaksWith(SECRET).findIn(SECRET)).not.toContain('Marked');
});

test('nothing is found where nothing is', () => {
  expect(leaksWith(SECRET, PEM).findIn('{"level":"INFO","message":"rotation step done"}')).toBeUndefined();
});

test('of a stored value every field is secret but the public half of the key', () => {
  const leaks = new Leaks();
  leaks.noteValue('{"apiKey":"bg_public_half","secret":"secret-half","password":"Passphrase24"}');
  expect(leaks.findIn('bg_public_half')).toBeUndefined();
  expect(leaks.findIn('secret-half')).toBeDefined();
  expect(leaks.findIn('Passphrase24')).toBeDefined();
});

test('of a signed call the signature, the passphrase and the body are secret', () => {
  const leaks = new Leaks();
  leaks.noteRequest({
    name: 'POST /keys',
    method: 'POST',
    url: 'http://exchange/keys?email=a&signature=c2lnbmF0dXJl%3D',
    headers: { 'ACCESS-SIGN': 'signature-in-header', 'ACCESS-PASSPHRASE': 'Passphrase24' },
    body: '{"passphrase":"Passphrase24"}',
  });
  for (const shown of [
    'c2lnbmF0dXJl=',
    'signature-in-header',
    'Passphrase24',
    '{"passphrase":"Passphrase24"}',
  ])
    expect(leaks.findIn(shown)).toBeDefined();
});
