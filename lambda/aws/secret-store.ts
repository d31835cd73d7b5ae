import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RotateSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../core/api-key.ts';
import { CheckFailedError } from '../core/errors.ts';
import type { PendingVersion, SecretState, SecretStore } from '../core/ports.ts';
import { CURRENT, PENDING } from '../core/staging.ts';
import { formatKey, parseKey } from './secret-value.ts';

/** As much of the SDK's client as is used. */
export type SecretsManager = Pick<SecretsManagerClient, 'send'>;

/** One move of one staging label. */
interface LabelMove {
  readonly label: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Secrets Manager as core sees it. The SDK tries failed calls again, which is safe for all of these: a put
 * carries its token, and a label move that fails because it has happened already counts as done.
 */
export class SecretsManagerStore implements SecretStore {
  readonly #client: SecretsManager;
  readonly #newId: () => string;

  /** @param newId names the rotations that are started here */
  constructor(client: SecretsManager, newId: () => string) {
    this.#client = client;
    this.#newId = newId;
  }

  async describe(secretId: string): Promise<SecretState> {
    const secret = await this.#client.send(new DescribeSecretCommand({ SecretId: secretId }));
    return {
      arn: secret.ARN ?? secretId,
      name: secret.Name ?? secretId,
      rotationEnabled: secret.RotationEnabled === true,
      versions: new Map(Object.entries(secret.VersionIdsToStages ?? {})),
      tags: new Map((secret.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      ...(secret.CreatedDate ? { createdAt: secret.CreatedDate } : {}),
      ...(secret.NextRotationDate ? { nextRotationAt: secret.NextRotationDate } : {}),
    };
  }

  async findValue(secretId: string, versionId: string): Promise<Credentials | undefined> {
    try {
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionId: versionId });
      const { SecretString } = await this.#client.send(command);
      return SecretString === undefined ? undefined : parseKey(SecretString);
    } catch (error) {
      // A version that Secrets Manager registered for a rotation has no value yet.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async versionTimes(secretId: string): Promise<ReadonlyMap<string, Date>> {
    const times = new Map<string, Date>();
    let NextToken: string | undefined;
    do {
      const page = await this.#client.send(
        new ListSecretVersionIdsCommand({ SecretId: secretId, IncludeDeprecated: true, NextToken }),
      );
      for (const { VersionId, CreatedDate } of page.Versions ?? []) {
        if (VersionId && CreatedDate) times.set(VersionId, CreatedDate);
      }
      NextToken = page.NextToken;
    } while (NextToken);
    return times;
  }

  async putPending(secretId: string, version: PendingVersion, value: Credentials): Promise<void> {
    try {
      await this.#client.send(
        new PutSecretValueCommand({
          SecretId: secretId,
          ClientRequestToken: version.versionId,
          SecretString: formatKey(value),
          VersionStages: [PENDING],
          ...(version.rotationToken ? { RotationToken: version.rotationToken.reveal() } : {}),
        }),
      );
    } catch (error) {
      if (!(error instanceof ResourceExistsException)) throw error;
      throw new CheckFailedError(
        'VersionHasOtherValue',
        'another attempt has stored its key in this version',
      );
    }
  }

  async attachLabel(secretId: string, label: string, versionId: string): Promise<void> {
    await this.#move(secretId, { label, to: versionId });
  }

  async removeLabel(secretId: string, label: string, versionId: string): Promise<void> {
    await this.#move(secretId, { label, from: versionId });
  }

  async promote(secretId: string, { from, to }: { from: string | undefined; to: string }): Promise<void> {
    await this.#move(secretId, { label: CURRENT, from, to });
  }

  async rotate(secretId: string): Promise<string> {
    const token = this.#newId();
    try {
      await this.#client.send(new RotateSecretCommand({ SecretId: secretId, ClientRequestToken: token }));
      return token;
    } catch (error) {
      if (!(error instanceof InvalidRequestException) || !/previous rotation/i.test(error.message))
        throw error;
      throw new CheckFailedError(
        'RotationInProgress',
        'a rotation is under way; Secrets Manager will try it again',
      );
    }
  }

  async cancelRotation(secretId: string): Promise<void> {
    try {
      await this.#client.send(new CancelRotateSecretCommand({ SecretId: secretId }));
    } catch (error) {
      // Of a secret whose rotation was never turned on.
      if (!(error instanceof InvalidRequestException) || (await this.describe(secretId)).rotationEnabled)
        throw error;
    }
  }

  async tag(secretId: string, name: string, value: string): Promise<void> {
    await this.#client.send(
      new TagResourceCommand({ SecretId: secretId, Tags: [{ Key: name, Value: value }] }),
    );
  }

  async #move(secretId: string, move: LabelMove): Promise<void> {
    try {
      await this.#client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: move.label,
          ...(move.from === undefined ? {} : { RemoveFromVersionId: move.from }),
          ...(move.to === undefined ? {} : { MoveToVersionId: move.to }),
        }),
      );
    } catch (error) {
      if (!(await this.#isDone(secretId, move))) throw error;
    }
  }

  async #isDone(secretId: string, { label, from, to }: LabelMove): Promise<boolean> {
    const { versions } = await this.describe(secretId);
    if (to !== undefined) return versions.get(to)?.includes(label) === true;
    return from !== undefined && versions.get(from)?.includes(label) !== true;
  }
}
