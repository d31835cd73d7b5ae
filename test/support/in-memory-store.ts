import type { Credentials } from '../../lambda/core/api-key.ts';
import { CheckFailedError } from '../../lambda/core/errors.ts';
import type { PendingVersion, SecretState, SecretStore, Time } from '../../lambda/core/ports.ts';
import { Effects } from './effects.ts';

const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';
const PREVIOUS = 'AWSPREVIOUS';
const MOST_LABELS = 20;

interface KeptVersion {
  readonly createdAt: Date;
  value: Credentials | undefined;
  /** Reads meet "not found" before. */
  readableFrom: number;
}

interface KeptSecret {
  readonly name: string;
  readonly arn: string;
  rotationEnabled: boolean;
  nextRotationAt: Date | undefined;
  readonly versions: Map<string, KeptVersion>;
  readonly labels: Map<string, string>;
  readonly tags: Map<string, string>;
}

/**
 * Secrets Manager's rules, as far as core meets them: a version may be registered without a value, a value is
 * never changed, a label sits on one version, AWSPREVIOUS follows AWSCURRENT, the first value is current at
 * once, 20 labels at most.
 */
export class InMemoryStore implements SecretStore {
  readonly #secrets = new Map<string, KeptSecret>();
  readonly #time: Time;
  readonly #effects: Effects;
  #registered = 0;
  /** How long a new value is not readable. */
  settlingMs = 0;
  /** Whether the first value of a secret becomes current when a rotation stores it. */
  firstValueIsCurrent = true;
  readonly #failures: { call: keyof SecretStore; error: Error }[] = [];
  readonly #hooks: { call: keyof SecretStore; act: () => Promise<void> | void }[] = [];

  constructor(time: Time, effects = new Effects()) {
    this.#time = time;
    this.#effects = effects;
  }

  addSecret(name: string): string {
    const arn = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;
    const secret = { name, arn, rotationEnabled: true, nextRotationAt: undefined };
    this.#secrets.set(name, {
      ...secret,
      versions: new Map(),
      labels: new Map(),
      tags: new Map(),
    });
    return arn;
  }

  /** Secrets Manager starts a rotation: a version without a value, labelled pending. */
  register(secretId: string): string {
    const secret = this.secret(secretId);
    this.#registered += 1;
    const versionId = `${String(this.#registered).padStart(8, '0')}-0000-4000-8000-000000000000`;
    secret.versions.set(versionId, { createdAt: this.#time.now(), value: undefined, readableFrom: 0 });
    secret.labels.set(PENDING, versionId);
    return versionId;
  }

  /** Secrets Manager ends a rotation that went well. */
  endRotation(secretId: string): void {
    this.secret(secretId).labels.delete(PENDING);
  }

  /** Somebody puts a value by hand: it becomes current, and what was pending is not any more. */
  putByHand(secretId: string, value: Credentials): string {
    const secret = this.secret(secretId);
    secret.labels.delete(PENDING);
    const versionId = this.register(secretId);
    secret.labels.delete(PENDING);
    const version = secret.versions.get(versionId);
    if (version) version.value = value;
    this.#moveCurrent(secret, versionId);
    return versionId;
  }

  /** Somebody moves AWSCURRENT by hand. */
  moveCurrentByHand(secretId: string, versionId: string): void {
    this.#moveCurrent(this.secret(secretId), versionId);
  }

  /** Labels a version in whatever way a test wants to find it. */
  label(secretId: string, label: string, versionId: string): void {
    this.secret(secretId).labels.set(label, versionId);
  }

  unlabel(secretId: string, label: string): void {
    this.secret(secretId).labels.delete(label);
  }

  /** Stores a value in a version as if it had been there before. */
  setValue(secretId: string, versionId: string, value: Credentials): void {
    const version = this.secret(secretId).versions.get(versionId);
    if (version) version.value = value;
  }

  /** The version with a label. */
  holder(secretId: string, label: string): string | undefined {
    return this.secret(secretId).labels.get(label);
  }

  labelsOf(secretId: string, versionId: string): string[] {
    return [...this.secret(secretId).labels].flatMap(([label, id]) => (id === versionId ? [label] : []));
  }

  /** Every label that is not Secrets Manager's own. */
  ownLabels(secretId: string): string[] {
    return [...this.secret(secretId).labels.keys()].filter((label) => !label.startsWith('AWS'));
  }

  valueOf(secretId: string, versionId: string | undefined): Credentials | undefined {
    return versionId === undefined ? undefined : this.secret(secretId).versions.get(versionId)?.value;
  }

  /** The next call of this name fails and has no effect. */
  fail(call: keyof SecretStore, error = new Error('ThrottlingException')): void {
    this.#failures.push({ call, error });
  }

  /** Does something in the world right before the next call of this name. */
  beforeNext(call: keyof SecretStore, act: () => Promise<void> | void): void {
    this.#hooks.push({ call, act });
  }

  async describe(secretId: string): Promise<SecretState> {
    await this.#enter('describe');
    const { arn, name, rotationEnabled, nextRotationAt, labels, tags } = this.secret(secretId);
    const versions = new Map<string, string[]>();
    for (const [label, id] of labels) versions.set(id, [...(versions.get(id) ?? []), label]);
    const state = { arn, name, rotationEnabled, versions, tags: new Map(tags) };
    return { ...state, ...(nextRotationAt ? { nextRotationAt } : {}) };
  }

  async findValue(secretId: string, versionId: string): Promise<Credentials | undefined> {
    await this.#enter('findValue');
    const version = this.secret(secretId).versions.get(versionId);
    return version && version.readableFrom <= this.#time.now().getTime() ? version.value : undefined;
  }

  async versionTimes(secretId: string): Promise<ReadonlyMap<string, Date>> {
    await this.#enter('versionTimes');
    return new Map([...this.secret(secretId).versions].map(([id, { createdAt }]) => [id, createdAt]));
  }

  async putPending(secretId: string, { versionId }: PendingVersion, value: Credentials): Promise<void> {
    await this.#enter('putPending');
    const secret = this.secret(secretId);
    const version = secret.versions.get(versionId);
    if (!version) throw new Error(`no version ${versionId}`);
    if (version.value && textOf(version.value) !== textOf(value)) {
      throw new CheckFailedError('VersionHasOtherValue', 'another attempt has stored its key');
    }
    this.#change('putPending', () => {
      const isFirst = ![...secret.versions.values()].some((other) => other.value);
      version.value = value;
      version.readableFrom = this.#time.now().getTime() + this.settlingMs;
      secret.labels.set(PENDING, versionId);
      if (isFirst && this.firstValueIsCurrent) this.#moveCurrent(secret, versionId);
    });
  }

  async attachLabel(secretId: string, label: string, versionId: string): Promise<void> {
    await this.#enter('attachLabel');
    const { labels } = this.secret(secretId);
    const holder = labels.get(label);
    if (holder !== undefined && holder !== versionId) throw new Error(`${label} is on version ${holder}`);
    if (holder === undefined && labels.size >= MOST_LABELS) throw new Error('LimitExceededException');
    this.#change(`attach ${nameOf(label)}`, () => void labels.set(label, versionId));
  }

  async removeLabel(secretId: string, label: string, versionId: string): Promise<void> {
    await this.#enter('removeLabel');
    const { labels } = this.secret(secretId);
    if (label === CURRENT) throw new Error('AWSCURRENT can only be moved');
    this.#change(`remove ${nameOf(label)}`, () => {
      if (labels.get(label) === versionId) labels.delete(label);
    });
  }

  async promote(secretId: string, { from, to }: { from: string | undefined; to: string }): Promise<void> {
    await this.#enter('promote');
    const secret = this.secret(secretId);
    const holder = secret.labels.get(CURRENT);
    if (holder !== to && holder !== from) throw new Error(`AWSCURRENT is on ${holder}, not on ${from}`);
    this.#change('promote', () => this.#moveCurrent(secret, to));
  }

  async rotate(secretId: string): Promise<string> {
    await this.#enter('rotate');
    const secret = this.secret(secretId);
    const pending = secret.labels.get(PENDING);
    if (pending !== undefined && pending !== secret.labels.get(CURRENT)) {
      throw new CheckFailedError('RotationInProgress', 'a rotation is under way');
    }
    return this.#change('rotate', () => {
      secret.rotationEnabled = true;
      return this.register(secretId);
    });
  }

  async cancelRotation(secretId: string): Promise<void> {
    await this.#enter('cancelRotation');
    this.#change('cancelRotation', () => {
      this.secret(secretId).rotationEnabled = false;
    });
  }

  async tag(secretId: string, name: string, value: string): Promise<void> {
    await this.#enter('tag');
    this.#change(`tag ${name}`, () => void this.secret(secretId).tags.set(name, value));
  }

  secret(secretId: string): KeptSecret {
    const found = [...this.#secrets.values()].find(({ name, arn }) => name === secretId || arn === secretId);
    if (!found) throw new Error(`ResourceNotFoundException: ${secretId}`);
    return found;
  }

  #moveCurrent(secret: KeptSecret, to: string): void {
    const from = secret.labels.get(CURRENT);
    if (from === to) return;
    secret.labels.set(CURRENT, to);
    if (from !== undefined) secret.labels.set(PREVIOUS, from);
  }

  async #enter(call: keyof SecretStore): Promise<void> {
    this.#effects.requireAlive();
    const hook = this.#hooks.findIndex((planned) => planned.call === call);
    if (hook !== -1) await this.#hooks.splice(hook, 1)[0]?.act();
    const failure = this.#failures.findIndex((planned) => planned.call === call);
    if (failure !== -1) throw this.#failures.splice(failure, 1)[0]?.error;
  }

  #change<T>(name: string, act: () => T): T {
    return this.#effects.do(name, act, () => new Error('the answer of Secrets Manager was lost'));
  }
}

function textOf({ keyId, secret, passphrase }: Credentials): string {
  return JSON.stringify([keyId, secret.reveal(), passphrase?.reveal()]);
}

/** A label without what differs from test to test. */
function nameOf(label: string): string {
  return label.replace(/-\d.*$/, '');
}
