import { describe, expect, test } from 'vitest';
import type { RekeyError } from '../../lambda/core/errors.ts';
import { binanceError, unclear } from '../../lambda/exchanges/binance/errors.ts';
import { bitgetError, SUB_KEY_NOT_FOUND } from '../../lambda/exchanges/bitget/errors.ts';
import { BINANCE_CODES, BITGET_CODES } from './codes.ts';

const READ = { name: 'GET /keys', changes: false };
const CHANGE = { name: 'POST /keys', changes: true };

/** An error of Binance by what came with the code; what came counts only where the code is not on file. */
const binance = (status: number) => (code: string, call: typeof READ) =>
  binanceError(code, { ...call, status });

describe.each([
  ['Bitget', bitgetError, BITGET_CODES],
  ['Binance with success', binance(200), BINANCE_CODES],
  ['Binance with the fault on our side', binance(400), BINANCE_CODES],
  ['Binance with the fault on its side', binance(500), BINANCE_CODES],
] as const)('a code of %s', (_exchange, errorOf, codes) => {
  test.each([...codes.refusals, ...codes.furtherRefusals])(
    '%s is a refusal, in answer to whatever call: %s',
    (code, refusal) => {
      const told = { name: 'ExchangeRefusedError', reason: refusal, refusal, code };
      const message = (call: string) => `the exchange refused ${call}: ${refusal} (code ${code})`;
      expect(errorOf(code, READ)).toMatchObject({ ...told, message: message('GET /keys') });
      expect(errorOf(code, CHANGE)).toMatchObject({ ...told, message: message('POST /keys') });
    },
  );

  test.each(codes.rateLimit)('%s asks for fewer calls, and the call had no effect', (code) => {
    for (const call of [READ, CHANGE]) {
      expect(errorOf(code, call)).toMatchObject({
        name: 'RateLimitedError',
        message: `the exchange limits the rate of ${call.name}`,
      });
    }
  });

  test.each(codes.notNow)('%s means "not now": a change may have been made', (code) => {
    expect(errorOf(code, READ)).toMatchObject({
      name: 'ExchangeUnavailableError',
      message: expect.stringMatching(`^the exchange did not answer GET /keys: .*code ${code}`),
    });
    expect(errorOf(code, CHANGE)).toMatchObject({
      name: 'OutcomeUnknownError',
      message: expect.stringMatching(`^the result of POST /keys is not known: .*code ${code}`),
    });
  });
});

describe('a code that is not on file', () => {
  const shown = ({ name, message }: RekeyError) => `${name}: ${message}`;

  test('is from Bitget the refusal of a read', () => {
    expect(bitgetError('99999', READ)).toMatchObject({ refusal: 'InvalidRequest', code: '99999' });
  });

  test('leaves the outcome of a change open at Bitget, whatever the status', () => {
    expect(shown(bitgetError('99999', CHANGE))).toBe(
      'OutcomeUnknownError: the result of POST /keys is not known: code 99999, which is not on file',
    );
  });

  test.each([READ, CHANGE])(
    'is from Binance the refusal of $name if the status says that it is ours',
    (call) => {
      for (const status of [400, 499]) {
        const told = { refusal: 'InvalidRequest', code: '-9999' };
        expect(binanceError('-9999', { ...call, status })).toMatchObject(told);
      }
    },
  );

  test('says nothing about the effect at Binance if the status does not say that the fault is ours', () => {
    expect(shown(binanceError('-9999', { ...READ, status: 399 }))).toBe(
      'ExchangeUnavailableError: the exchange did not answer GET /keys: code -9999, which is not on file',
    );
    expect(shown(binanceError('-9999', { ...CHANGE, status: 399 }))).toBe(
      'OutcomeUnknownError: the result of POST /keys is not known: code -9999, which is not on file',
    );
  });
});

test('the code with which Bitget answers that a key is gone already is one of those of an unknown key', () => {
  expect(bitgetError(SUB_KEY_NOT_FOUND, CHANGE)).toMatchObject({ refusal: 'UnknownKey', code: '40065' });
});

test('an answer of Bitget in its release window says so', () => {
  expect(bitgetError('45001', READ).message).toBe(
    'the exchange did not answer GET /keys: release window (code 45001)',
  );
});

test('an answer of Binance without a code leaves open what a change has done', () => {
  expect(unclear('status 403 without JSON', { ...CHANGE, status: 403 })).toMatchObject({
    reason: 'OutcomeUnknown',
    message: 'the result of POST /keys is not known: status 403 without JSON',
  });
});
