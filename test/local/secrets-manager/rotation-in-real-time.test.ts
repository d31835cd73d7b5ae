import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MovableClock } from '../../../local/clock.ts';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { ACCOUNT, ADMIN, DAY_MS, FUNCTION_ARN, HOUR_MS, REGION, START } from './local-service.ts';

let clock: MovableClock;
let service: SecretsManager;
let invocations: number;
/** Ends the step that the function is busy with. */
let endStep: () => void;

beforeEach(async () => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  clock = new MovableClock({ onError: () => {} });
  invocations = 0;
  service = new SecretsManager({
    clock,
    region: REGION,
    accountId: ACCOUNT,
    choices: { positionInWindow: 0 },
    retry: { tries: 1 },
    emit: () => {},
    invoke: () => {
      invocations += 1;
      return new Promise((resolve) => {
        endStep = () => resolve({ functionError: 'Unhandled' });
      });
    },
  });
  await service.call('CreateSecret', { Name: 'key', ClientRequestToken: randomUUID() }, ADMIN);
  await rotate();
});
afterEach(() => {
  clock.close();
  vi.useRealTimers();
});

async function rotate(): Promise<void> {
  const request = {
    SecretId: 'key',
    ClientRequestToken: randomUUID(),
    RotationLambdaARN: FUNCTION_ARN,
    RotationRules: { ScheduleExpression: 'rate(4 hours)' },
  };
  await service.call('RotateSecret', request, ADMIN);
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a rotation that takes longer than the time to the next window', () => {
  it('is not started a second time beside the running one', async () => {
    await vi.advanceTimersByTimeAsync(5 * HOUR_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(invocations).toBe(1);
  });

  it('is taken up in a later window once it has failed', async () => {
    await vi.advanceTimersByTimeAsync(5 * HOUR_MS);
    endStep();
    await service.settled();
    await vi.advanceTimersByTimeAsync(DAY_MS / 4);
    await new Promise((resolve) => setImmediate(resolve));
    expect(invocations).toBe(2);
  });
});
