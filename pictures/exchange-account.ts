import { secretsClient } from '../faults/aws-calls.ts';
import { deliver } from '../faults/exchange-calls.ts';
import { SeededIds } from '../faults/ids.ts';
import { ACCOUNT_ID, type ExchangeName, REGION } from '../faults/setting.ts';
import { formatManager } from '../lambda/aws/secret-value.ts';
import { functionName, managerSecretName, ROLE_PATH, roleName, secretName } from '../lambda/contract.ts';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import { newMemory } from '../lambda/core/pass.ts';
import { Redacted } from '../lambda/core/redacted.ts';
import type { AccountDeclaration } from '../lambda/declaration.ts';
import { Http } from '../lambda/exchanges/http.ts';
import { type AccountContext, accountContext } from '../lambda/handlers/account-context.ts';
import { operate } from '../lambda/handlers/operate.ts';
import { reconcile } from '../lambda/handlers/reconcile.ts';
import { rotate } from '../lambda/handlers/rotate.ts';
import { watchReads } from '../lambda/handlers/watch-reads.ts';
import type { OperateRequest } from '../lambda/operate-protocol.ts';
import type { MovableClock } from '../local/clock.ts';
import type { Caller, EmittedEvent } from '../local/secrets-manager/options.ts';
import { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import { type OpenExchange, openExchange } from '../simulator/index.ts';

/** What one call takes, as seen from a function. */
const EXCHANGE_MS = 80;
const AWS_MS = 30;

type Role = 'rotate' | 'reconcile' | 'operate';

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
  readonly #https = new Map<Role, Http>();
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
        await rotate(payload, this.#context('rotate')).then(
          () => ({}),
          () => ({ functionError: 'Unhandled' }),
        ),
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
    await operate(request, this.#context('operate'));
  }

  async #reconcile(event: unknown): Promise<void> {
    await reconcile(event, this.#context('reconcile'), this.#memory);
  }

  #context(role: Role): AccountContext {
    const name = functionName(this.declaration.account, role);
    const roleArn = `arn:aws:iam::${ACCOUNT_ID}:role${ROLE_PATH}${roleName(name, REGION)}`;
    const arn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${roleName(name, REGION)}/${name}`;
    const caller = { arn, roleArn, type: 'AssumedRole', sourceAddress: '192.0.2.10' } as const;
    const client = secretsClient(this.#secrets, caller);
    const outside = {
      secretsManager: {
        send: async (command: never) => await this.#take(AWS_MS, () => client.send(command)),
      },
      eventBridge: { send: async (command: PutEvents) => this.#take(AWS_MS, () => this.#accept(command)) },
      http: this.#httpOf(role),
      ...{ time: this.#time, auditBus: 'rekey-audit', newId: () => this.#ids.next() },
    };
    return accountContext(role, outside as never, this.declaration);
  }

  /** As warm processes have it: the pace outlives an invocation. */
  #httpOf(role: Role): Http {
    const { exchange } = this;
    const clock = this.#clock;
    const known =
      this.#https.get(role) ??
      new Http(async (call) => this.#take(EXCHANGE_MS, () => deliver({ exchange, clock }, call)), this.#time);
    this.#https.set(role, known);
    return known;
  }

  get #time() {
    const clock = this.#clock;
    return { now: () => clock.now(), wait: async (ms: number) => clock.skip(ms) };
  }

  #take<T>(ms: number, call: () => T): T {
    this.#clock.skip(ms);
    return call();
  }

  #accept({ input: { Entries } }: PutEvents): object {
    for (const { Detail } of Entries) {
      const event = JSON.parse(Detail) as AuditEvent;
      this.audit.push(event);
      const answers = event.answer === 'rotate' || event.answer === 'stop';
      if (event.event === 'KeyPromoted' && event.emergency)
        this.#later('emergency', () => this.#reconcile({}));
      if (event.event === 'UndeclaredRead' && answers)
        this.#later('answer', async () => {
          await operate({ 'detail-type': event.event, detail: event }, this.#context('operate'));
        });
    }
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'id' })) };
  }

  /** The default bus: what CloudTrail tells goes to watch-reads, a failed rotation to reconcile. */
  #hear({ detail, ...event }: EmittedEvent): void {
    if (detail.eventName === 'RotationFailed') this.#later('failed', () => this.#reconcile({ detail }));
    if (detail.eventName !== 'GetSecretValue') return;
    const { scene: _, store, audit } = this.#context('reconcile');
    const fleet = { accounts: [this.declaration] };
    const record = { ...event, account: ACCOUNT_ID, region: REGION, detail };
    this.#later('watch-reads', () => watchReads(record, { fleet, audit, store, noted: this.#noted }));
  }

  #later(name: string, act: () => Promise<void>): void {
    this.#clock.at(this.#clock.nowMs(), name, act);
  }
}

interface PutEvents {
  readonly input: { readonly Entries: readonly { readonly Detail: string }[] };
}
