import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { MovableClock } from '../../../local/clock.ts';
import type { Caller, EmittedEvent, SecretsManagerOptions } from '../../../local/secrets-manager/options.ts';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { secretsManagerHandler } from '../../../local/secrets-manager/server.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:rotate-main`;
export const FUNCTION_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/rotate-main-role`;
/** A Saturday. */
export const START = new Date('2026-11-21T10:00:00Z');

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export interface RotationPayload {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

/** What stands in for the rotation function; throws to fail a step. */
type RotationFunction = (payload: RotationPayload) => Promise<void>;

export const ADMIN: Caller = {
  arn: `arn:aws:iam::${ACCOUNT}:user/admin`,
  type: 'IAMUser',
  accessKeyId: 'AKIAADMIN',
  sourceAddress: '203.0.113.9',
};
const FUNCTION: Caller = {
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/rotate-main-role/rotate-main`,
  type: 'AssumedRole',
  accessKeyId: 'ASIAFUNCTION',
  sourceAddress: '198.51.100.7',
};
export const OPERATOR: Caller = {
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/operate-role/operate`,
  type: 'AssumedRole',
  accessKeyId: 'ASIAOPERATOR',
  sourceAddress: '198.51.100.8',
};

/** The service under test, reached over HTTP by real clients, on a frozen clock. */
export class LocalService {
  readonly clock = new MovableClock({ startAt: START, frozen: true, onError: () => {} });
  readonly events: EmittedEvent[] = [];
  /** Payloads that the rotation function got. */
  readonly invocations: RotationPayload[] = [];
  readonly service: SecretsManager;
  rotationFunction: RotationFunction = (payload) => this.rotateWell(payload);
  readonly #server;
  readonly #clients: SecretsManagerClient[] = [];

  constructor(options: Partial<SecretsManagerOptions> = {}) {
    this.service = new SecretsManager({
      clock: this.clock,
      region: REGION,
      accountId: ACCOUNT,
      cloudTrailDelayMs: 0,
      choices: { pendingAfterSuccess: 'remove', positionInWindow: 0 },
      roleOfFunction: () => FUNCTION_ROLE_ARN,
      emit: (event) => void this.events.push(event),
      invoke: (functionArn, payload) => this.#invoke(functionArn, payload as RotationPayload),
      ...options,
    });
    this.#server = createServer(
      secretsManagerHandler({
        service: this.service,
        clock: this.clock,
        callerOf: (accessKeyId) => callers.get(accessKeyId ?? '') ?? ADMIN,
      }),
    );
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.clock.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  client(caller: Caller = ADMIN, maxAttempts = 1): SecretsManagerClient {
    const credentials = { accessKeyId: caller.accessKeyId ?? '', secretAccessKey: 'not checked' };
    const client = new SecretsManagerClient({ region: REGION, endpoint: this.url, credentials, maxAttempts });
    this.#clients.push(client);
    return client;
  }

  async describe(SecretId: string): Promise<DescribeSecretCommandOutput> {
    return this.client().send(new DescribeSecretCommand({ SecretId }));
  }

  async labels(SecretId: string): Promise<Record<string, string[]>> {
    return (await this.describe(SecretId)).VersionIdsToStages ?? {};
  }

  /** Steps that the rotation function was called with, in order. */
  steps(): string[] {
    return this.invocations.map(({ Step }) => Step);
  }

  /** Names of the service events about rotation, in order. */
  rotationEvents(): string[] {
    return this.details('AWS Service Event via CloudTrail').map(({ eventName }) => String(eventName));
  }

  details(detailType: string): Record<string, unknown>[] {
    return this.events.filter((event) => event['detail-type'] === detailType).map(({ detail }) => detail);
  }

  /** Records of calls of one operation. */
  calls(eventName: string): Record<string, unknown>[] {
    return this.details('AWS API Call via CloudTrail').filter((detail) => detail.eventName === eventName);
  }

  /** A rotation function as it should be. */
  async rotateWell(payload: RotationPayload): Promise<void> {
    if (payload.Step === 'createSecret') await this.writePending(payload, FUNCTION);
    if (payload.Step === 'finishSecret') await this.promote(payload);
  }

  async writePending(payload: RotationPayload, caller: Caller, RotationToken?: string): Promise<void> {
    const { SecretId, ClientRequestToken } = payload;
    await this.client(caller).send(
      new PutSecretValueCommand({
        SecretId,
        ClientRequestToken,
        SecretString: `value of ${ClientRequestToken}`,
        VersionStages: ['AWSPENDING'],
        RotationToken,
      }),
    );
  }

  async promote({ SecretId, ClientRequestToken }: RotationPayload): Promise<void> {
    const labels = await this.labels(SecretId);
    const current = Object.keys(labels).find((id) => labels[id]?.includes('AWSCURRENT'));
    if (current === ClientRequestToken) return;
    await this.client(FUNCTION).send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: ClientRequestToken,
        RemoveFromVersionId: current,
      }),
    );
  }

  async #invoke(_functionArn: string, payload: RotationPayload): Promise<{ functionError?: string }> {
    this.invocations.push(payload);
    try {
      await this.rotationFunction(payload);
      return {};
    } catch {
      return { functionError: 'Unhandled' };
    }
  }
}

export function token(): string {
  return randomUUID();
}

export async function expectRefusal(
  call: Promise<unknown>,
  name: string,
  message?: string | RegExp,
): Promise<void> {
  const error = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error, `expected ${name}, but the call succeeded`).toBeInstanceOf(Error);
  expect((error as Error).name).toBe(name);
  if (message !== undefined) expect((error as Error).message).toMatch(message);
}

const callers = new Map([ADMIN, FUNCTION, OPERATOR].map((caller) => [caller.accessKeyId ?? '', caller]));
