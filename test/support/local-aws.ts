import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { AuditEvent } from '../../lambda/core/audit-event.ts';
import { MovableClock } from '../../local/clock.ts';
import type { Caller, EmittedEvent, SecretsManagerOptions } from '../../local/secrets-manager/options.ts';
import { SecretsManager } from '../../local/secrets-manager/secrets-manager.ts';
import { secretsManagerHandler } from '../../local/secrets-manager/server.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT_ID = '111122223333';
const ROTATE_FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:rekey-main-rotate`;

/** Access keys of the identities that tests use; signatures are not checked, so these are all that counts. */
export const KEYS = {
  person: 'AKIAPERSON',
  rotate: 'ASIAROTATE',
  reconcile: 'ASIARECONCILE',
  operate: 'ASIAOPERATE',
};

const PERSON: Caller = {
  arn: `arn:aws:iam::${ACCOUNT_ID}:user/alice`,
  type: 'IAMUser',
  sourceAddress: '203.0.113.9',
};

/** Entry of a PutEvents request, as far as it is looked at. */
interface PutEvent {
  readonly DetailType: string;
  readonly Source: string;
  readonly EventBusName: string;
  readonly Detail: string;
}

/**
 * Secrets Manager with its strict rules and an event bus, on one port of this machine, for real SDK clients.
 * Time is the machine's own, or the one that a test fakes.
 */
export class LocalAws {
  readonly secretsManager: SecretsManager;
  /** CloudTrail records and other events of Secrets Manager. */
  readonly emitted: EmittedEvent[] = [];
  /** What the audit bus has accepted. */
  readonly accepted: PutEvent[] = [];
  /** How many of the entries of each call the bus refuses. */
  refusedEntries = 0;
  /** Sizes of the calls that the bus has got. */
  readonly batches: number[] = [];
  /** What runs a rotation step. */
  rotate: (payload: unknown) => Promise<void> = async () => undefined;
  /** What a role may do; everything unless a test says otherwise. */
  allows: NonNullable<SecretsManagerOptions['authorize']> = () => true;
  readonly #clock = new MovableClock({ onError: () => undefined });
  readonly #server;
  readonly #clients: SecretsManagerClient[] = [];

  constructor(options: Partial<SecretsManagerOptions> = {}) {
    this.secretsManager = new SecretsManager({
      clock: this.#clock,
      region: REGION,
      accountId: ACCOUNT_ID,
      cloudTrailDelayMs: 0,
      choices: { pendingAfterSuccess: 'remove', positionInWindow: 0 },
      emit: (event) => void this.emitted.push(event),
      authorize: (request) => this.allows(request),
      invoke: async (_arn, payload) => {
        const failed = await this.rotate(payload).then(
          () => false,
          () => true,
        );
        return failed ? { functionError: 'Unhandled' } : {};
      },
      ...options,
    });
    const secrets = secretsManagerHandler({
      service: this.secretsManager,
      clock: this.#clock,
      callerOf: (accessKeyId) => callerOf(accessKeyId),
    });
    this.#server = createServer((request, response) => {
      const isEvents = String(request.headers['x-amz-target']).startsWith('AWSEvents.');
      if (isEvents) void this.#putEvents(request, response);
      else secrets(request, response);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#clock.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  client(accessKeyId = KEYS.person): SecretsManagerClient {
    const credentials = { accessKeyId, secretAccessKey: 'not checked' };
    const made = new SecretsManagerClient({
      region: REGION,
      endpoint: this.url,
      credentials,
      maxAttempts: 1,
    });
    this.#clients.push(made);
    return made;
  }

  /** An empty secret. @returns its ARN */
  async createSecret(Name: string): Promise<string> {
    const { ARN } = await this.client().send(new CreateSecretCommand({ Name }));
    return ARN ?? '';
  }

  /** Turns rotation on; the deploy-time test runs, nothing else. */
  async turnRotationOn(SecretId: string): Promise<void> {
    await this.client().send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: ROTATE_FUNCTION,
        RotationRules: { ScheduleExpression: 'cron(0 3 1 * ? *)' },
        RotateImmediately: false,
      }),
    );
    await this.secretsManager.settled();
  }

  /** Starts a rotation and waits for its steps. @returns the new version's id */
  async runRotation(SecretId: string): Promise<string> {
    const { VersionId } = await this.client().send(new RotateSecretCommand({ SecretId }));
    await this.secretsManager.settled();
    return VersionId ?? '';
  }

  /** The tags of a secret. */
  async tags(SecretId: string): Promise<Record<string, string>> {
    const { Tags = [] } = await this.client().send(new DescribeSecretCommand({ SecretId }));
    return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  }

  async put(SecretId: string, SecretString: string, VersionStages = ['AWSCURRENT']): Promise<string> {
    const command = new PutSecretValueCommand({ SecretId, SecretString, VersionStages });
    return (await this.client().send(command)).VersionId ?? '';
  }

  async moveLabel(
    SecretId: string,
    VersionStage: string,
    move: { from?: string; to?: string },
  ): Promise<void> {
    const { from: RemoveFromVersionId, to: MoveToVersionId } = move;
    await this.client().send(
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }),
    );
  }

  /** Staging labels by version. */
  async labels(SecretId: string): Promise<Record<string, string[]>> {
    const { VersionIdsToStages } = await this.client().send(new DescribeSecretCommand({ SecretId }));
    return VersionIdsToStages ?? {};
  }

  async holder(SecretId: string, label: string): Promise<string | undefined> {
    const versions = Object.entries(await this.labels(SecretId));
    return versions.find(([, labels]) => labels.includes(label))?.[0];
  }

  /** The value of a version, read as a person with all rights would. */
  async value(SecretId: string, VersionStage = 'AWSCURRENT'): Promise<Record<string, string>> {
    const command = new GetSecretValueCommand({ SecretId, VersionStage });
    return JSON.parse((await this.client().send(command)).SecretString ?? '{}');
  }

  /** Audit events that the bus has accepted. */
  get audit(): AuditEvent[] {
    return this.accepted.map(({ Detail }) => JSON.parse(Detail) as AuditEvent);
  }

  /** Event and reason of everything told. */
  get told(): string[] {
    return this.audit.map(({ event, reason }) => `${event} ${reason}`);
  }

  async #putEvents(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: PutEvent[] };
    this.batches.push(Entries.length);
    const refused = Math.min(this.refusedEntries, Entries.length);
    this.accepted.push(...Entries.slice(refused));
    const failure = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
    const body = {
      FailedEntryCount: refused,
      Entries: Entries.map((_, index) => (index < refused ? failure : { EventId: String(index) })),
    };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  }
}

function callerOf(accessKeyId: string | undefined): Caller {
  const name = Object.entries(KEYS).find(([, key]) => key === accessKeyId)?.[0];
  if (name === undefined || name === 'person') return PERSON;
  return {
    arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/rekey-main-${name}-${REGION}/rekey-main-${name}`,
    type: 'AssumedRole',
    accessKeyId,
    sourceAddress: '198.51.100.7',
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/rekey/rekey-main-${name}-${REGION}`,
  };
}
