import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Redacted } from '../../lambda/core/redacted.ts';

const redacted = new Redacted('the-secret');

test.each([
  ['a template', `${redacted}`],
  ['a concatenation', `x${String(redacted)}`],
  ['JSON', JSON.stringify({ redacted })],
  ['inspection', inspect({ redacted }, { depth: null, showHidden: true })],
  ['inspection as an error property', inspect(Object.assign(new Error('x'), { redacted }))],
  ['spreading', JSON.stringify({ ...redacted })],
  ['its own property names', Object.getOwnPropertyNames(redacted).join()],
])('does not show the value in %s', (_place, shown) => {
  expect(shown).not.toContain('the-secret');
});

test('gives the value on purpose only', () => {
  expect(redacted.reveal()).toBe('the-secret');
});

test.each([
  ['a template', `${redacted}`],
  ['JSON', (JSON.parse(JSON.stringify({ redacted })) as { redacted: unknown }).redacted],
  ['inspection', inspect(redacted)],
])('says in %s that something is hidden', (_place, shown) => {
  expect(shown).toBe('[redacted]');
});
