import type { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';

/** A secret in memory that counts how often it is read. */
export class MemorySecret {
  /** The value with AWSCURRENT. */
  value: string | undefined;
  /** Secrets Manager fails with this for as long as it is set. */
  outage: Error | undefined;
  reads = 0;
  readonly asked: GetSecretValueCommand['input'][] = [];
  #gate: Promise<void> | undefined;

  constructor(value: object | string) {
    this.store(value);
  }

  store(value: object | string): void {
    this.value = typeof value === 'string' ? value : JSON.stringify(value);
  }

  /** The answer to the next read waits; it has the value of when it was asked for. @returns what lets it go */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  readonly client = {
    send: async (command: GetSecretValueCommand): Promise<{ SecretString?: string | undefined }> => {
      this.reads += 1;
      this.asked.push(command.input);
      const answer = { SecretString: this.value };
      const gate = this.#gate;
      this.#gate = undefined;
      await gate;
      if (this.outage) throw this.outage;
      return answer;
    },
  };
}
