import { fileURLToPath } from 'node:url';
import { ACCOUNT, type Emulator, REGION } from './emulator.ts';
import { run } from './process.ts';

const CLI = fileURLToPath(new URL('../node_modules/aws-cdk/bin/cdk', import.meta.url));

/** The CDK CLI of this repository as an adopter runs it, against the emulator. */
export class Cdk {
  readonly #emulator: Emulator;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  async bootstrap(): Promise<void> {
    await this.#run(['bootstrap', `aws://${ACCOUNT}/${REGION}`]);
  }

  async deploy(assembly: string): Promise<void> {
    await this.#run(['deploy', '--all', '--require-approval', 'never', '--app', assembly]);
  }

  /** @throws Error with the differences if there are any */
  async diffIsEmpty(assembly: string): Promise<void> {
    await this.#run(['diff', '--all', '--fail', '--app', assembly]);
  }

  /** What the CLI says is different. @throws Error if nothing is */
  async diff(assembly: string): Promise<string> {
    const { stdout, stderr, code } = await this.#run(['diff', '--all', '--fail', '--app', assembly], [0, 1]);
    if (code === 0) throw new Error('cdk diff sees no difference where there is one');
    return `${stdout}${stderr}`;
  }

  /** Has CloudFormation plan a deployment and not carry it out. */
  async plan(assembly: string, changeSet: string): Promise<void> {
    await this.#run([
      'deploy',
      '--all',
      '--no-execute',
      '--require-approval',
      'never',
      '--change-set-name',
      changeSet,
      '--app',
      assembly,
    ]);
  }

  async destroy(assembly: string): Promise<void> {
    await this.#run(['destroy', '--all', '--force', '--app', assembly]);
  }

  async #run(words: readonly string[], accept: readonly number[] = [0]) {
    const command = [process.execPath, CLI, ...words, '--no-color'];
    return await run(command, { environment: this.#emulator.environment, accept });
  }
}
