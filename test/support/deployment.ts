import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { AccountDeclaration, FleetDeclaration, KeyDeclaration } from '../../lambda/declaration.ts';
import type { OperateResponse } from '../../lambda/operate-protocol.ts';
import { aDeclaration, anAccount } from './builders.ts';
import { KEYS, LocalAws, REGION } from './local-aws.ts';
import { SimulatorHandle } from './simulator-handle.ts';

type Handler = (event: unknown) => Promise<unknown>;

export const SECRET = 'rekey/main/grid-bot';
export const MANAGER = 'rekey/main/manager';

/**
 * The deployed functions of one account in this process: the real handlers with real SDK clients, against the
 * strict Secrets Manager, an event bus and the simulated exchange, all over HTTP on this machine.
 */
export class Deployment {
  readonly aws: LocalAws;
  readonly exchange: SimulatorHandle;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rekey-test-'));
  arn = '';

  private constructor(aws: LocalAws, exchange: SimulatorHandle) {
    this.aws = aws;
    this.exchange = exchange;
  }

  static async start(
    keys: Partial<KeyDeclaration>[] = [{}],
    exchange: 'bitget' | 'binance' = 'bitget',
  ): Promise<Deployment> {
    const aws = await new LocalAws().start();
    const deployment = new Deployment(aws, await SimulatorHandle.start(exchange));
    deployment.declare(keys);
    await aws.createSecret(MANAGER);
    deployment.arn = await aws.createSecret(SECRET);
    return deployment;
  }

  async stop(): Promise<void> {
    vi.unstubAllEnvs();
    await Promise.all([this.aws.stop(), this.exchange.simulator.stop()]);
    rmSync(this.#folder, { recursive: true });
  }

  get subAccount(): string {
    return this.exchange.simulator.subAccounts[0] ?? '';
  }

  account(keys: Partial<KeyDeclaration>[] = [{}]): AccountDeclaration {
    const declared = keys.map((changes) =>
      aDeclaration({ subAccount: this.subAccount, allowList: ['127.0.0.1'], ...changes }),
    );
    const { url: baseUrl, exchange } = this.exchange.simulator;
    return { ...anAccount(declared), exchange, baseUrl };
  }

  /** What lies beside the functions of the account. */
  declare(keys: Partial<KeyDeclaration>[]): void {
    this.#write(this.account(keys));
  }

  /** What lies beside watch-reads. */
  declareFleet(keys: Partial<KeyDeclaration>[] = [{}]): void {
    this.#write({ accounts: [this.account(keys)] });
  }

  /** A function as a new process: its modules are loaded anew, with its own credentials. It never waits. */
  async newProcess(
    name: 'rotate' | 'reconcile' | 'operate' | 'watch-reads',
    identity = name === 'watch-reads' ? KEYS.reconcile : KEYS[name],
  ): Promise<Handler> {
    const environment = {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: identity,
      AWS_SECRET_ACCESS_KEY: 'not checked',
      AWS_ENDPOINT_URL: this.aws.url,
      AWS_MAX_ATTEMPTS: '1',
      LAMBDA_TASK_ROOT: this.#folder,
      REKEY_AUDIT_BUS: 'rekey-audit',
    };
    for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
    vi.resetModules();
    vi.doMock('node:timers/promises', () => ({ setTimeout: async () => undefined }));
    const module = (await import(`../../lambda/handlers/${name}.ts`)) as { handler: Handler };
    return module.handler;
  }

  /** Calls a function in a new process. */
  async call<T>(name: Parameters<Deployment['newProcess']>[0], event: unknown = {}): Promise<T> {
    const handler = await this.newProcess(name);
    return (await handler(event)) as T;
  }

  operate(request: object): Promise<OperateResponse> {
    return this.call('operate', { actor: 'arn:aws:iam::111122223333:user/alice', ...request });
  }

  /** A person puts the exchange's manager key, and the operate function accepts it. */
  async acceptManager(): Promise<OperateResponse> {
    const { manager } = this.exchange.simulator;
    const versionId = await this.aws.put(MANAGER, JSON.stringify(manager), ['AWSPENDING']);
    return await this.operate({ act: 'acceptManager', versionId });
  }

  /** Secrets Manager calls the real rotate function from now on. */
  async connectRotation(): Promise<void> {
    const rotate = await this.newProcess('rotate');
    this.aws.rotate = async (payload) => void (await rotate(payload));
    await this.aws.turnRotationOn(this.arn);
  }

  /** Everything up to a first key in use. @returns its version */
  async firstRotation(): Promise<string> {
    await this.acceptManager();
    await this.connectRotation();
    return await this.aws.runRotation(this.arn);
  }

  /** The key that readers get, as the exchange knows it. */
  async currentKey() {
    return await this.exchange.key((await this.aws.value(this.arn)).apiKey ?? '');
  }

  #write(declaration: AccountDeclaration | FleetDeclaration): void {
    writeFileSync(join(this.#folder, 'declaration.json'), JSON.stringify(declaration));
  }
}
