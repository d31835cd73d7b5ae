import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

/** A rule of Secrets Manager as a small scenario that any implementation can be put through. */
export interface Rule {
  /** What AWS does, as a sentence. */
  readonly name: string;
  /** The page that says so, relative to the API reference. */
  readonly page: string;
  /** Plays the scenario on a fresh secret. @returns what was seen, in a few words */
  readonly play: (secret: Subject) => Promise<string>;
  /** What moto answers instead, if it does not keep the rule. */
  readonly motoSays?: string;
}

/** A secret that one scenario has to itself. */
export class Subject {
  readonly client: SecretsManagerClient;
  readonly name = `check/${randomUUID()}`;
  readonly #letters = new Map<string, string>();

  constructor(client: SecretsManagerClient) {
    this.client = client;
  }

  /** Makes the secret with the value `one`. @returns the id of its first version */
  async create(value: string | undefined = 'one'): Promise<string> {
    const token = randomUUID();
    const given = value === undefined ? {} : { SecretString: value, ClientRequestToken: token };
    await this.client.send(new CreateSecretCommand({ Name: this.name, ...given }));
    this.#letters.set(token, 'A');
    return token;
  }

  async put(value: string, labels?: readonly string[], token: string = randomUUID()): Promise<string> {
    const VersionStages = labels && { VersionStages: [...labels] };
    const { VersionId = '' } = await this.client.send(
      new PutSecretValueCommand({
        SecretId: this.name,
        SecretString: value,
        ClientRequestToken: token,
        ...VersionStages,
      }),
    );
    if (!this.#letters.has(VersionId))
      this.#letters.set(VersionId, String.fromCharCode(65 + this.#letters.size));
    return VersionId;
  }

  async get(which: { VersionId?: string; VersionStage?: string } = {}): Promise<string> {
    const answer = await this.client.send(new GetSecretValueCommand({ SecretId: this.name, ...which }));
    return answer.SecretString ?? 'no value';
  }

  async move(VersionStage: string, to: { from?: string; to?: string }): Promise<void> {
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.name,
        VersionStage,
        ...(to.from && { RemoveFromVersionId: to.from }),
        ...(to.to && { MoveToVersionId: to.to }),
      }),
    );
  }

  /** Which version has which labels; versions are lettered in the order in which they were made. */
  async labels(): Promise<string> {
    const { VersionIdsToStages = {} } = await this.client.send(
      new DescribeSecretCommand({ SecretId: this.name }),
    );
    return Object.entries(VersionIdsToStages)
      .filter(([, labels]) => labels.length > 0)
      .map(([id, labels]) => `${this.#letters.get(id) ?? '?'} ${[...labels].sort().join('+')}`)
      .sort()
      .join(', ');
  }
}

/** What an act answers: its own words, `done`, or the name of the error. */
export async function outcome(act: () => Promise<unknown>): Promise<string> {
  try {
    const answer = await act();
    return typeof answer === 'string' ? answer : 'done';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
