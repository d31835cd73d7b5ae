import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeError, log } from '../../lambda/aws/log.ts';
import { CheckFailedError } from '../../lambda/core/errors.ts';
import { captureOutput } from '../support/output.ts';

afterEach(() => vi.restoreAllMocks());

describe('what is told of an error', () => {
  test('is reason and message, if it is one of ours', () => {
    expect(describeError(new CheckFailedError('KeyNotListed', 'it is not there'))).toEqual({
      reason: 'KeyNotListed',
      message: 'it is not there',
    });
  });

  test.each([
    ['a foreign error', new TypeError('canary-secret'), 'TypeError'],
    ['a text', 'canary-secret', 'UnknownError'],
    ['an object', { message: 'canary-secret', name: 'canary-secret' }, 'UnknownError'],
    ['nothing', undefined, 'UnknownError'],
  ])('is its name and nothing else, if it is %s', (_what, error, reason) => {
    expect(describeError(error)).toEqual({ reason, message: `an unexpected fault: ${reason}` });
  });
});

test('a line of the log is JSON with a constant message and its values as fields', () => {
  const written = captureOutput();
  log.error('rotation step failed', { step: 'createSecret', fault: { reason: 'RateLimited' } });
  expect(JSON.parse(written()[0] ?? '')).toMatchObject({
    level: 'ERROR',
    message: 'rotation step failed',
    step: 'createSecret',
    fault: { reason: 'RateLimited' },
  });
});
