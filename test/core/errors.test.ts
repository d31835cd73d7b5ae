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

describe('what people read of an error', () => {
  test.each([
    [
      () => new ExchangeRefusedError('UnknownKey', '40037', 'GET /x'),
      'the exchange refused GET /x: UnknownKey (code 40037)',
    ],
    [
      () => new ExchangeUnavailableError('GET /x', 'status 503'),
      'the exchange did not answer GET /x: status 503',
    ],
    [() => new RateLimitedError('GET /x'), 'the exchange limits the rate of GET /x'],
    [() => new OutcomeUnknownError('POST /x', 'time-out'), 'the result of POST /x is not known: time-out'],
  ])('says which call it was and what is known: %#', (make, message) => {
    expect(make().message).toBe(message);
  });

  test('leaves the exchange in peace for as long as it asked for, if it did', () => {
    expect(new RateLimitedError('GET /x', 60_000).retryAfterMs).toBe(60_000);
    expect(new RateLimitedError('GET /x').retryAfterMs).toBeUndefined();
  });
});
