import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { synthesise } from '../local/synthesise.ts';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { type AdaptedAssembly, adaptAssembly } from './adapt-assembly.ts';
import { type BridgeServer, deployBridgeFunction, startBridge } from './bridge.ts';
import type { BridgeContext } from './bridges/bridge.ts';
import { Cdk } from './cdk.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { endAll, run } from './process.ts';
import { type Python, preparePython } from './python.ts';
import { type SecretsFront, startSecretsFront } from './secrets-front.ts';

const WORK = resolve('.rekey/e2e');
const CONFIG = resolve('e2e/rekey.config.ts');
const CLI = resolve('bin/rekey.ts');
const PATIENCE_MS = 90_000;

/** Which part of e2e/rekey.config.ts is meant. */
export type Variant = 'first' | 'changed' | 'network';

/** A key as the exchange's own table shows it. */
export interface TableKey {
  readonly apiKey: string;
  readonly subAccount: string | null;
  readonly deletedAt: string | null;
}

/** Everything that runs: exchange, emulator, Secrets Manager, bridge. */
export class World implements BridgeContext {
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly #closing: (() => Promise<void>)[] = [];
  #syntheses = 0;
  #python: Python | undefined;
  #simulator: Simulator | undefined;
  #emulator: Emulator | undefined;
  #secrets: SecretsFront | undefined;
  #bridge: BridgeServer | undefined;

  constructor(say: (line: string) => void) {
    mkdirSync(WORK, { recursive: true });
    // Outside the repository: its package.json would make modules of the emulator's scripts.
    this.folder = mkdtempSync(join(tmpdir(), 'rekey-e2e-'));
    this.say = say;
  }

  get python(): Python {
    return given(this.#python);
  }

  get simulator(): Simulator {
    return given(this.#simulator);
  }

  get emulator(): Emulator {
    return given(this.#emulator);
  }

  get secrets(): SecretsFront {
    return given(this.#secrets);
  }

  get cdk(): Cdk {
    return new Cdk(this.emulator);
  }

  /** Starts everything; `stop` also ends what was started before a failure. */
  async start(): Promise<void> {
    this.#python = await preparePython(WORK, this.say);
    this.#simulator = await startSimulator({ exchange: 'bitget', seed: 7, rateLimits: false });
    this.closeLater(() => this.simulator.stop());
    this.#secrets = await startSecretsFront();
    this.closeLater(() => this.secrets.stop());
    this.#bridge = await startBridge(() => this);
    this.closeLater(() => given(this.#bridge).stop());
    const { python, folder, secrets } = this;
    this.#emulator = await startEmulator({ python, folder, secretsManagerUrl: secrets.url });
    this.closeLater(() => this.emulator.stop());
    secrets.connect(this.emulator);
  }

  /** What is needed in an account before the app: the CDK's own stack, and the function of the bridge. */
  async prepareAccount(): Promise<void> {
    await this.cdk.bootstrap();
    await deployBridgeFunction(this, given(this.#bridge).url, { python: this.python, folder: this.folder });
  }

  /** Has `task` run when everything is taken down, last come first. */
  closeLater(task: () => Promise<void>): void {
    this.#closing.unshift(task);
  }

  /** Synthesises the app as the CDK CLI would. */
  async synthesise(variant: Variant, config = CONFIG): Promise<string> {
    const environment = { REKEY_E2E_VARIANT: variant, ...this.#exchangeVariables() };
    this.#syntheses += 1;
    const outdir = join(this.folder, `synthesised-${this.#syntheses}`);
    return await synthesise({ config, outdir, environment });
  }

  async adapt(variant: Variant): Promise<AdaptedAssembly> {
    const assembly = await this.synthesise(variant);
    return await adaptAssembly(this.emulator, assembly, join(this.folder, `adapted-${variant}`));
  }

  /** Runs the operator's tool with the endpoints of the emulator. @throws Error if it does not exit with 0 */
  async rekey(words: readonly string[], input = ''): Promise<string> {
    const environment = {
      ...this.emulator.environment,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.secrets.url,
      ...this.#exchangeVariables(),
    };
    const command = [process.execPath, '--import', 'tsx', CLI, ...words, '--config', CONFIG];
    return (await run(command, { environment, input })).stdout.trim();
  }

  /** The keys of sub-accounts that the exchange would let in now. */
  async liveKeys(): Promise<TableKey[]> {
    const answer = await fetch(`${this.simulator.managementUrl}/keys`);
    const { keys } = (await answer.json()) as { keys: TableKey[] };
    return keys.filter(({ subAccount, deletedAt }) => subAccount !== null && deletedAt === null);
  }

  /** Waits in real time. @throws Error that names what was not seen */
  async until(what: string, seen: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
    const end = Date.now() + patienceMs;
    while (Date.now() < end) {
      if (await seen()) return;
      await sleep(200);
    }
    throw new Error(`not seen: ${what}`);
  }

  /** What went wrong in the background, for a failure; no part of it holds a secret. */
  faults(): string[] {
    const log = this.#emulator?.log().split('\n') ?? [];
    const said = log.filter((line) => / (WARNING|ERROR) /.test(line)).slice(-20);
    return [...(this.#bridge?.faults ?? []), ...(this.#secrets?.faults() ?? []), ...said];
  }

  /** Ends everything and removes what was written, the virtual environment excepted. Again does nothing. */
  async stop(): Promise<void> {
    for (const task of this.#closing.splice(0)) await task().catch(() => undefined);
    endAll();
    this.removeFiles();
  }

  /** Removes what was written, also when the process is told to end. */
  removeFiles(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #exchangeVariables(): Record<string, string> {
    const { url, subAccounts } = this.simulator;
    return { REKEY_SIMULATOR_URL: url, REKEY_SIMULATOR_SUB_ACCOUNT: subAccounts[0] ?? '' };
  }
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the end-to-end run has not been started');
  return value;
}
