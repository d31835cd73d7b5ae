import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { operations } from '../../../local/secrets-manager/operations/table.ts';
import { SecretValue } from '../../../local/secrets-manager/secret-value.ts';
import { ADMIN, FUNCTION_ARN, LocalService, token } from './local-service.ts';

const MARK = 'MARKED-VALUE';
const MARK_BASE64 = Buffer.from(MARK).toString('base64');

let local: LocalService;
let written: string[];

beforeEach(async () => {
  local = await new LocalService().start();
  written = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  await local.stop();
});

/** Calls every operation with values in every member that may hold one, rightly and wrongly. */
async function callEverything(): Promise<string[]> {
  const errors: string[] = [];
  const values = [
    { SecretString: MARK },
    { SecretBinary: MARK_BASE64 },
    { SecretString: MARK, SecretBinary: MARK_BASE64 },
    { SecretString: MARK.repeat(6000) },
    { SecretString: { nested: MARK } },
    { SecretBinary: `${MARK}!not base64!` },
    { secretString: MARK },
  ];
  for (const operation of operations.keys()) {
    for (const value of values) {
      for (const ClientRequestToken of [token(), '0'.repeat(32), 'short']) {
        const request = { SecretId: 'key', Name: 'key', ClientRequestToken, RotationToken: MARK, ...value };
        await local.service
          .call(operation, request, ADMIN)
          .catch((error: unknown) => errors.push(inspect(error, { depth: 9 })));
      }
    }
  }
  return errors;
}

it('keeps values and rotation tokens out of errors, events, logs and the clock', async () => {
  local.rotationFunction = async (payload) => {
    await local.rotateWell(payload);
    if (payload.Step === 'setSecret') throw new Error(MARK);
  };
  const create = { Name: 'rotated', SecretString: MARK, ClientRequestToken: token() };
  await local.service.call('CreateSecret', create, ADMIN);
  const rotate = {
    SecretId: 'rotated',
    ClientRequestToken: token(),
    RotationLambdaARN: FUNCTION_ARN,
    RotationRules: { AutomaticallyAfterDays: 1 },
  };
  await local.service.call('RotateSecret', rotate, ADMIN);
  await local.service.settled();
  const errors = await callEverything();
  expect(errors.length).toBeGreaterThan(100);
  const rotationTokens = local.invocations.map(({ RotationToken }) => RotationToken);
  const told = [...errors, ...written, JSON.stringify(local.events), inspect(local.clock.pending())].join(
    '\n',
  );
  for (const secret of [MARK, MARK_BASE64, ...rotationTokens]) expect(told).not.toContain(secret);
});

it('prints a value as redacted wherever it is not asked for', () => {
  const value = SecretValue.ofText(MARK);
  expect([`${value}`, JSON.stringify({ value }), inspect(value), inspect({ deep: { value } })]).toEqual([
    '[redacted]',
    '{"value":"[redacted]"}',
    '[redacted]',
    '{ deep: { value: [redacted] } }',
  ]);
  expect(value.expose()).toEqual({ SecretString: MARK });
});
