import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { formatKey } from '../../lambda/aws/secret-value.ts';
import { managerSecretName } from '../../lambda/contract.ts';
import type { Credentials } from '../../lambda/core/api-key.ts';
import { PENDING } from '../../lambda/core/staging.ts';
import type { ManagerSecrets } from '../cloud.ts';
import { explainFailure } from './call-failure.ts';
import type { Target } from './target.ts';

/** The manager secrets in Secrets Manager. Repeats of one call by the client carry one token, so they store once. */
export class SecretsManagerManagerSecrets implements ManagerSecrets {
  readonly #client: SecretsManagerClient;
  readonly #target: Target;

  constructor(client: SecretsManagerClient, target: Target) {
    this.#client = client;
    this.#target = target;
  }

  async put(account: string, candidate: Credentials): Promise<string> {
    const versionId = randomUUID();
    const secretId = managerSecretName(account);
    try {
      await this.#client.send(
        new PutSecretValueCommand({
          SecretId: secretId,
          ClientRequestToken: versionId,
          SecretString: formatKey(candidate),
          VersionStages: [PENDING],
        }),
      );
    } catch (error) {
      const call = { action: 'secretsmanager:PutSecretValue', resource: `secret ${secretId}` };
      throw explainFailure(error, { target: this.#target, ...call });
    }
    return versionId;
  }
}
