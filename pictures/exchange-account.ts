import { SeededIds } from '../faults/ids.ts';
import { ACCOUNT_ID, type ExchangeName, REGION } from '../faults/setting.ts';
import { formatManager } from '../lambda/aws/secret-value.ts';
import { functionName, managerSecretName, secretName } from '../lambda/contract.ts';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import { newMemory } from '../lambda/core/pass.ts';
import { Redacted } from '../lambda/core/redacted.ts';
import type { AccountDeclaration } from '../lambda/declaration.ts';
import { operate } from '../lambda/handlers/operate.ts';
import { reconcile } from '../lambda/handlers/reconcile.ts';
import { rotate } from '../lambda/handlers/rotate.ts';
import { watchReads } from '../lambda/handlers/watch-reads.ts';
import type { OperateRequest } from '../lambda/operate-protocol.ts';
import type { MovableClock } from '../local/clock.ts';
import type { Caller, EmittedEvent } from '../local/secrets-manager/options.ts';
import { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import { type OpenExchange, openExchange } from '../simulator/index.ts';
import { Processes } from './processes.ts';

const PERSON: Caller = {
  arn: `arn:aws:iam::${ACCOUNT_ID}:user/alice`,
  type: 'IAMUser',
  sourceAddress: '203.0.113.50',
};

export interface ExchangeAccountProps {
  readonly exchange: ExchangeName;
  readonly seed: number;
  readonly clock: MovableClock;
  /** What is declared, once the sub-accounts are known. */
  readonly declare: (subAccounts: readonly string[]) => AccountDeclaration;
}

/**
 * One exchange account with the deployed functions in this process: the real handlers, adapters and ports between the
 * strict Secrets Manager and the simulated exchange, with what sets them off, on a clock that only moves when it is moved.
 */
export class ExchangeAccount {
  readonly exchange: OpenExchange;
  readonly declaration: AccountDeclaration;
  /** What the audit bus has accepted. */
  readonly audit: AuditEvent[] = [];
  readonly #clock: MovableClock;
  readonly #secrets: SecretsManager;
  readonly #ids: SeededIds;
  readonly #processes: Processes;
  readonly #memory = newMemory();
  readonly #noted = new Map<string, number>();

  constructor({ exchange, seed, clock, declare }: ExchangeAccountProps) {
    this.#clock = clock;
    this.#ids = new SeededIds(seed);
    this.exchange = openExchange({ exchange, seed, hostility: false });
    this.exchange.clock.freeze();
    this.declaration = declare(this.exchange.subAccounts);
    this.#secrets = new SecretsManager({
      ...{ clock, region: REGION, accountId: ACCOUNT_ID, seed, newId: () => this.#ids.next() },
      choices: { pendingAfterSuccess: 'remove', positionInWindow: 0 },
      emit: (event) => this.#hear(event),
      invoke: async (_arn, payload) =>
        await rotate(payload, this.#processes.context('rotate')).then(
          () => ({}),
          () => ({ functionError: 'Unhandled' }),
        ),
    });
    this.#processes = new Processes({
      ...{ clock, exchange: this.exchange, declaration: this.declaration, secrets: this.#secrets },
      newId: () => this.#ids.next(),
      accept: (event) => this.#accept(event),
    });
  }

  /** The deployment: the manager key is accepted, the secrets are empty, their schedules run, passes begin. */
  async deploy(scheduleOf: (key: string) => string): Promise<void> {
    const { account, keys } = this.declaration;
    const { apiKey, secret, password } = this.exchange.manager;
    const passphrase = password === undefined ? {} : { passphrase: new Redacted(password) };
    const credentials = { keyId: apiKey, secret: new Redacted(secret), ...passphrase };
    const SecretString = formatManager({ credentials, salt: new Redacted(this.#ids.hex(64)) });
    const manager = managerSecretName(account);
    await this.byHand('CreateSecret', { Name: manager });
    const VersionStages = ['AWSCURRENT', 'rekey-accepted'];
    await this.byHand('PutSecretValue', { SecretId: manager, SecretString, VersionStages });
    for (const { name } of keys) {
      await this.byHand('CreateSecret', { Name: secretName(account, name) });
      await this.byHand('RotateSecret', {
        ...{ SecretId: secretName(account, name), RotateImmediately: false },
        RotationLambdaARN: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${functionName(account, 'rotate')}`,
        RotationRules: { ScheduleExpression: scheduleOf(name), Duration: '2h' },
      });
    }
    this.#clock.every(300_000, `reconcile of ${account}`, async () => await this.#reconcile({}));
  }

  /** A call to Secrets Manager that no function makes. */
  async byHand(operation: string, input: object): Promise<unknown> {
    const isNew = /^(Put|Rotate|Create)/.test(operation);
    const token = isNew ? { ClientRequestToken: this.#ids.next() } : {};
    return await this.#secrets.call(operation, { ...token, ...input }, PERSON);
  }

  /** A declared reader reads, or somebody else. */
  async read(key: string, role?: string): Promise<void> {
    const request = { SecretId: secretName(this.declaration.account, key) };
    const reader: Caller = role
      ? { arn: role, roleArn: role, type: 'AssumedRole', sourceAddress: '198.51.100.7' }
      : PERSON;
    await this.#secrets.call('GetSecretValue', request, reader);
  }

  async operate(request: OperateRequest): Promise<void> {
    await operate(request, this.#processes.context('operate'));
  }

  async #reconcile(event: unknown): Promise<void> {
    await reconcile(event, this.#processes.context('reconcile'), this.#memory);
  }

  /** The audit bus takes an event, and its rules do what they are deployed for. */
  #accept(event: AuditEvent): void {
    this.audit.push(event);
    const answers = event.answer === 'rotate' || event.answer === 'stop';
    if (event.event === 'KeyPromoted' && event.emergency) this.#later('emergency', () => this.#reconcile({}));
    if (event.event === 'UndeclaredRead' && answers)
      this.#later('answer', async () => {
        await operate({ 'detail-type': event.event, detail: event }, this.#processes.context('operate'));
      });
  }

  /** The default bus: what CloudTrail tells goes to watch-reads, a failed rotation to reconcile. */
  #hear({ detail, ...event }: EmittedEvent): void {
    if (detail.eventName === 'RotationFailed') this.#later('failed', () => this.#reconcile({ detail }));
    if (detail.eventName !== 'GetSecretValue') return;
    const { scene: _, store, audit } = this.#processes.context('reconcile');
    const fleet = { accounts: [this.declaration] };
    const record = { ...event, account: ACCOUNT_ID, region: REGION, detail };
    this.#later('watch-reads', () => watchReads(record, { fleet, audit, store, noted: this.#noted }));
  }

  #later(name: string, act: () => Promise<void>): void {
    this.#clock.at(this.#clock.nowMs(), name, act);
  }
}
