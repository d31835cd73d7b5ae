import type { Credentials } from '../../lambda/core/api-key.ts';
import type { Scene } from '../../lambda/core/facts.ts';
import { newMemory, type PassResult, reconcilePass } from '../../lambda/core/pass.ts';
import { createStep, finishStep, setStep, testStep } from '../../lambda/core/rotation.ts';
import type { Rotation, RotationPorts } from '../../lambda/core/rotation-job.ts';
import type { AccountDeclaration, KeyDeclaration } from '../../lambda/declaration.ts';
import { aDeclaration, aManager, anAccount, SECRET_NAME } from './builders.ts';
import { Effects } from './effects.ts';
import { FixedTime, HOUR_MS, MINUTE_MS } from './fixed-time.ts';
import { InMemoryAudit } from './in-memory-audit.ts';
import { InMemoryExchange, type KeptKey, signsFor } from './in-memory-exchange.ts';
import { InMemoryStore } from './in-memory-store.ts';

export const SCENE: Scene = { account: 'main', exchange: 'bitget', who: 'test' };

/** The steps of a rotation in the order in which Secrets Manager calls them. */
export const STEPS = [createStep, setStep, testStep, finishStep] as const;

/** One declared key, its secret and its exchange, all in memory and on one clock. */
export class World {
  readonly time = new FixedTime();
  readonly effects = new Effects();
  readonly exchange = new InMemoryExchange(this.time, this.effects);
  readonly store = new InMemoryStore(this.time, this.effects);
  readonly audit = new InMemoryAudit(this.effects);
  readonly arn = this.store.addSecret(SECRET_NAME);
  declared: KeyDeclaration;
  /** What funds may do on the account. */
  watch: AccountDeclaration['watch'] = { withdrawals: 'none', transfers: 'none', onSuspicion: 'tell' };

  constructor(declared: Partial<KeyDeclaration> = {}) {
    this.declared = aDeclaration(declared);
  }

  get account(): AccountDeclaration {
    return { ...anAccount([this.declared]), watch: this.watch };
  }

  get ports(): RotationPorts {
    const { store, exchange, audit, time } = this;
    return { store, exchange, audit, time, manager: async () => aManager() };
  }

  rotation(versionId: string): Rotation {
    const version = { versionId, rotationToken: undefined };
    return { scene: SCENE, secretArn: this.arn, key: this.declared, version };
  }

  /** Secrets Manager runs the four steps on a registered version. */
  async runSteps(versionId: string): Promise<void> {
    for (const step of STEPS) await step(this.rotation(versionId), this.ports);
    this.store.endRotation(this.arn);
  }

  /** A whole rotation that goes well. @returns the new version's id */
  async rotate(): Promise<string> {
    const versionId = this.store.register(this.arn);
    await this.runSteps(versionId);
    return versionId;
  }

  /** One reconcile pass in a new process. */
  async reconcile(): Promise<PassResult> {
    const pass = { declaration: this.account, scene: SCENE, memory: newMemory() };
    return await reconcilePass(pass, this.ports);
  }

  /** Reconciles now and then for so long, as time goes by. */
  async reconcileFor(ms: number): Promise<void> {
    const interval = ms > 3 * HOUR_MS ? HOUR_MS : 20 * MINUTE_MS;
    for (let passed = 0; passed <= ms; passed += interval) {
      await this.reconcile();
      this.time.advance(interval);
    }
  }

  /** The key that readers get. */
  get currentValue(): Credentials | undefined {
    return this.store.valueOf(this.arn, this.store.holder(this.arn, 'AWSCURRENT'));
  }

  /** The key that readers get, if it works. */
  get workingKey(): KeptKey | undefined {
    const value = this.currentValue;
    const key = value && this.exchange.keys.get(value.keyId);
    return key && signsFor(value.secret, key) ? key : undefined;
  }

  /** The key that a version holds. */
  keyIdOf(versionId: string): string {
    return this.store.valueOf(this.arn, versionId)?.keyId ?? 'none';
  }
}
