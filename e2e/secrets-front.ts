import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { MovableClock } from '../local/clock.ts';
import type { Caller } from '../local/secrets-manager/options.ts';
import { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import { secretsManagerHandler } from '../local/secrets-manager/server.ts';
import { ServiceError } from '../local/secrets-manager/service-error.ts';
import { ServiceEvents } from './bridges/service-events.ts';
import { ACCOUNT, type Emulator, REGION, ROOT_KEY } from './emulator.ts';

/** Soon, so that nobody waits for what AWS tells after minutes. */
const CLOUD_TRAIL_DELAY_MS = 500;
/** Longer than any function may run. */
const LONGEST_INVOCATION_MS = 300_000;

const OPERATOR: Caller = { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, sourceAddress: '127.0.0.1' };

/**
 * Our strict Secrets Manager in front of the emulator's. Rotations run through the emulator's Lambda, events go
 * to its EventBridge. It has the secrets that CloudFormation made, once each was adopted.
 */
export interface SecretsFront {
  readonly url: string;
  /** From now on functions are invoked there and events go there. */
  connect(emulator: Emulator): void;
  /** Takes over a secret that CloudFormation made. @returns its name; again does nothing more */
  adopt(secretArn: string): Promise<string>;
  /** Looks at the deployed functions again, to tell which one calls. */
  learnFunctions(): Promise<void>;
  call(operation: string, input: object): Promise<Record<string, unknown>>;
  settled(): Promise<void>;
  /** Deletes every secret, as the emulator's reset does with its own. */
  forget(): Promise<void>;
  /** Invokes a deployed function and waits. @throws Error if it fails */
  invoke(functionName: string, payload: object): Promise<void>;
  /** What went wrong in the background, without values. */
  faults(): string[];
  stop(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startSecretsFront(): Promise<SecretsFront> {
  const clock = new MovableClock({ onError: () => undefined });
  const links = new Links();
  const service = new SecretsManager({
    clock,
    region: REGION,
    accountId: ACCOUNT,
    cloudTrailDelayMs: CLOUD_TRAIL_DELAY_MS,
    invoke: (functionArn, payload) => links.invoke(functionArn, payload),
    emit: (event) => {
      const delivered = links.events?.deliver(event) ?? Promise.resolve();
      clock.hold(delivered.catch((error) => clock.report(error, event['detail-type'])));
    },
    mayInvoke: (functionArn) => links.roles.has(functionArn),
    roleOfFunction: (functionArn) => links.roles.get(functionArn),
  });
  const callerOf = (key: string | undefined, sourceAddress: string) => links.callerOf(key, sourceAddress);
  const server = createServer(secretsManagerHandler({ service, clock, callerOf }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const call = async (operation: string, input: object) =>
    (await service.call(operation, input, OPERATOR)) as Record<string, unknown>;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connect: (emulator) => links.connect(emulator),
    adopt: (secretArn) => adopt({ links, call }, secretArn),
    learnFunctions: () => links.learnFunctions(),
    call,
    settled: () => service.settled(),
    async forget() {
      const { SecretList } = (await call('ListSecrets', {})) as { SecretList: { ARN: string }[] };
      for (const { ARN: SecretId } of SecretList) {
        await call('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
      }
    },
    async invoke(functionName, payload) {
      const { functionError } = await links.invoke(functionName, payload);
      if (functionError !== undefined) throw new Error(`${functionName} failed: ${functionError}`);
    },
    faults: () => clock.errors().map(({ name, error }) => `${name}: ${String(error)}`),
    async stop() {
      clock.close();
      links.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Adopter {
  readonly links: Links;
  call(operation: string, input: object): Promise<Record<string, unknown>>;
}

/** Name, description, key and tags come over. The ARN gets another random suffix, as each service makes its own. */
async function adopt({ links, call }: Adopter, secretArn: string): Promise<string> {
  const { emulator } = links;
  const made = await emulator.json('secretsmanager', 'secretsmanager.DescribeSecret', {
    SecretId: secretArn,
  });
  const {
    Name,
    Description,
    KmsKeyId,
    Tags: tags = [],
  } = made as Record<'Name' | 'Description' | 'KmsKeyId', string> & {
    Tags?: { Key: string; Value: string }[];
  };
  // CloudFormation marks what it makes with tags that no one else may set.
  const Tags = tags.filter(({ Key }) => !Key.startsWith('aws:'));
  const known = await call('DescribeSecret', { SecretId: Name }).catch(() => undefined);
  if (known === undefined)
    await call('CreateSecret', { Name, Description, KmsKeyId, Tags, ClientRequestToken: randomUUID() });
  return Name;
}

/** What ties the front to the emulator. */
class Links {
  /** Execution role by function ARN. */
  readonly roles = new Map<string, string>();
  readonly #callers = new Map<string, Caller>();
  #emulator: Emulator | undefined;
  #lambda: LambdaClient | undefined;
  events: ServiceEvents | undefined;

  get emulator(): Emulator {
    if (!this.#emulator) throw new Error('Secrets Manager is not connected to an emulator yet');
    return this.#emulator;
  }

  connect(emulator: Emulator): void {
    this.#emulator = emulator;
    const requestHandler = { ...emulator.client.requestHandler, requestTimeout: LONGEST_INVOCATION_MS };
    this.#lambda = new LambdaClient({ ...emulator.client, requestHandler, maxAttempts: 1 });
    this.events = new ServiceEvents(emulator, (arn, payload) => this.#start(arn, payload));
  }

  close(): void {
    this.#lambda?.destroy();
  }

  async learnFunctions(): Promise<void> {
    const answer = await this.#lambda?.send(new ListFunctionsCommand({}));
    for (const { FunctionArn: arn, FunctionName: name, Role: roleArn } of answer?.Functions ?? []) {
      if (arn === undefined || name === undefined || roleArn === undefined) continue;
      this.roles.set(arn, roleArn);
      const session = `assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${name}`;
      const caller = { type: 'AssumedRole' as const, arn: `arn:aws:sts::${ACCOUNT}:${session}`, roleArn };
      this.#callers.set(accessKeyOf(arn, roleArn), { ...caller, sourceAddress: '127.0.0.1' });
    }
  }

  /** @throws ServiceError for a caller whom nobody knows */
  callerOf(accessKeyId: string | undefined, sourceAddress: string): Caller {
    if (accessKeyId === ROOT_KEY.accessKeyId) return { ...OPERATOR, accessKeyId, sourceAddress };
    const caller = this.#callers.get(accessKeyId ?? '');
    if (caller) return { ...caller, accessKeyId, sourceAddress };
    throw new ServiceError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }

  async #start(functionArn: string, payload: object): Promise<void> {
    const Payload = JSON.stringify(payload);
    await this.#lambda?.send(
      new InvokeCommand({ FunctionName: functionArn, InvocationType: 'Event', Payload }),
    );
  }

  async invoke(functionArn: string, payload: unknown): Promise<{ functionError?: string | undefined }> {
    const command = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(payload) });
    const { FunctionError: functionError } = (await this.#lambda?.send(command)) ?? {};
    return { functionError };
  }
}

/**
 * The access key that MiniStack gives to a function's process. Another version may do it otherwise; then no
 * function is recognised, and the first rotation of the run fails with UnrecognizedClientException.
 */
function accessKeyOf(functionArn: string, roleArn: string): string {
  const digest = createHash('sha256').update(`${functionArn}:${roleArn}`).digest('hex');
  return `ASIA${digest.slice(0, 16).toUpperCase()}`;
}
