import { describe, expect, test } from 'vitest';
import {
  CheckFailedError,
  ExchangeRefusedError,
  ExchangeUnavailableError,
  InvalidInputError,
  OutcomeUnknownError,
  RateLimitedError,
  RekeyError,
  wasRefused,
} from '../../lambda/core/errors.ts';

describe('every error', () => {
  test.each([
    [new InvalidInputError('UnknownKey', 'no such key'), 'InvalidInputError', 'UnknownKey'],
    [new CheckFailedError('KeyNotListed', 'not there'), 'CheckFailedError', 'KeyNotListed'],
    [new ExchangeRefusedError('UnknownKey', '40037', 'GET /x'), 'ExchangeRefusedError', 'UnknownKey'],
    [new ExchangeUnavailableError('GET /x', 'status 503'), 'ExchangeUnavailableError', 'ExchangeUnavailable'],
    [new RateLimitedError('GET /x'), 'RateLimitedError', 'RateLimited'],
    [new OutcomeUnknownError('POST /x', 'time-out'), 'OutcomeUnknownError', 'OutcomeUnknown'],
  ])('has its class as name and one word as reason: %s', (error, name, reason) => {
    expect(error).toBeInstanceOf(RekeyError);
    expect(error.name).toBe(name);
    expect(error.reason).toBe(reason);
  });
});

test('an error keeps its cause', () => {
  const cause = new Error('first');
  expect(new OutcomeUnknownError('POST /x', 'lost', { cause }).cause).toBe(cause);
});

describe('whether the exchange refused for a reason', () => {
  const error = new ExchangeRefusedError('BadSignature', '40009', 'GET /x');

  test('shows with one of several reasons', () => {
    expect(wasRefused(error, 'UnknownKey', 'BadSignature')).toBe(true);
    expect(wasRefused(error, 'UnknownKey')).toBe(false);
  });

  test('does not show in other errors with the same words', () => {
    expect(wasRefused(new CheckFailedError('BadSignature', 'x'), 'BadSignature')).toBe(false);
    expect(wasRefused(undefined, 'BadSignature')).toBe(false);
  });
});
