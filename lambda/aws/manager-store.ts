import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { managerSecretName } from '../contract.ts';
import type { Credentials, ManagerKey } from '../core/api-key.ts';
import { InvalidInputError } from '../core/errors.ts';
import { Redacted } from '../core/redacted.ts';
import { CURRENT, findVersion, PENDING } from '../core/staging.ts';
import type { SecretsManager } from './secret-store.ts';
import { findManager, formatManager, parseKey } from './secret-value.ts';

/** Staging label of the manager key that the operate function has accepted. */
const ACCEPTED = 'rekey-accepted';

/** The manager secret of one account. */
export class ManagerStore {
  readonly #client: SecretsManager;
  readonly #account: string;

  constructor(client: SecretsManager, account: string) {
    this.#client = client;
    this.#account = account;
  }

  /** The accepted manager key. @throws InvalidInputError `ManagerMissing` */
  async get(): Promise<ManagerKey> {
    const manager = await this.find();
    if (manager) return manager;
    const command = `npm run rekey -- manager put ${this.#account}`;
    throw new InvalidInputError(
      'ManagerMissing',
      `account ${this.#account} has no manager key yet: ${command}`,
    );
  }

  /**
   * The accepted manager key, or undefined if there is none. It is found by a staging label of its own: a value
   * that somebody puts by hand takes AWSCURRENT from it, but is not accepted and holds no salt.
   */
  async find(): Promise<ManagerKey | undefined> {
    const text = await this.#read({ VersionStage: ACCEPTED });
    return text === undefined ? undefined : findManager(text);
  }

  /** Whether a manager key waits to be accepted. */
  async isPending(): Promise<boolean> {
    return (await this.#holder(PENDING)) !== undefined;
  }

  /** A manager key that somebody has put, or undefined if there is no such version. */
  async findCandidate(versionId: string): Promise<Credentials | undefined> {
    const text = await this.#read({ VersionId: versionId });
    return text === undefined ? undefined : parseKey(text);
  }

  /**
   * Makes a candidate the manager key. The salt is made once and kept for ever after. The token is made from
   * the candidate's version, so accepting twice changes nothing.
   */
  async accept(versionId: string, credentials: Credentials): Promise<void> {
    const salt = (await this.find())?.salt ?? new Redacted(randomBytes(32).toString('hex'));
    const accepted = `accepted-${versionId}`;
    await this.#client.send(
      new PutSecretValueCommand({
        SecretId: this.#secretId,
        ClientRequestToken: accepted,
        SecretString: formatManager({ credentials, salt }),
        VersionStages: [CURRENT, ACCEPTED],
      }),
    );
    // A candidate that was accepted before is stored already, and the put has changed nothing.
    for (const label of [CURRENT, ACCEPTED]) await this.#giveLabel(label, accepted);
    await this.discard(versionId);
  }

  /** Takes the pending label off a candidate; Secrets Manager deletes versions without labels in time. */
  async discard(versionId: string): Promise<void> {
    if ((await this.#holder(PENDING)) === versionId) await this.#move(PENDING, versionId, undefined);
  }

  async #giveLabel(label: string, versionId: string): Promise<void> {
    const holder = await this.#holder(label);
    if (holder !== versionId) await this.#move(label, holder, versionId);
  }

  async #move(label: string, from: string | undefined, to: string | undefined): Promise<void> {
    await this.#client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.#secretId,
        VersionStage: label,
        ...(from === undefined ? {} : { RemoveFromVersionId: from }),
        ...(to === undefined ? {} : { MoveToVersionId: to }),
      }),
    );
  }

  /** The version that carries a staging label now. */
  async #holder(label: string): Promise<string | undefined> {
    const secret = await this.#client.send(new DescribeSecretCommand({ SecretId: this.#secretId }));
    return findVersion({ versions: new Map(Object.entries(secret.VersionIdsToStages ?? {})) }, label);
  }

  get #secretId(): string {
    return managerSecretName(this.#account);
  }

  async #read(version: { VersionId: string } | { VersionStage: string }): Promise<string | undefined> {
    try {
      const answer = await this.#client.send(
        new GetSecretValueCommand({ SecretId: this.#secretId, ...version }),
      );
      return answer.SecretString;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }
}
