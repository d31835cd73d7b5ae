import { secretsClient } from '../faults/aws-calls.ts';
import { deliver, FUNCTION_ADDRESS } from '../faults/exchange-calls.ts';
import { ACCOUNT_ID, type ExchangeName, REGION } from '../faults/setting.ts';
import { formatKey, formatManager } from '../lambda/aws/secret-value.ts';
import { chooseKey } from '../lambda/core/choice.ts';
import { Redacted } from '../lambda/core/redacted.ts';
import type { AccountDeclaration, KeyDeclaration } from '../lambda/declaration.ts';
import { EXCHANGES } from '../lambda/exchanges/catalog.ts';
import { Http } from '../lambda/exchanges/http.ts';
import { type AccountContext, accountContext } from '../lambda/handlers/account-context.ts';
import { MovableClock } from '../local/clock.ts';
import type { Caller } from '../local/secrets-manager/options.ts';
import { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import { type OpenExchange, openExchange } from '../simulator/index.ts';
import { VirtualTime } from './virtual-time.ts';

/** What a call takes: the answer of an exchange and of AWS, as seen from a function. */
const EXCHANGE_MS = 50;
const AWS_MS = 20;

const START = new Date('2027-01-04T00:00:00Z');
const CALLER: Caller = {
  arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/rekey/rekey`,
  type: 'AssumedRole',
  sourceAddress: '192.0.2.10',
};

export interface AccountPlan {
  readonly name: string;
  readonly exchange: ExchangeName;
  readonly keys: number;
  readonly keysPerSubAccount: number;
}

/** One exchange account with keys in use, on a simulated exchange of its own with its real limits. */
export class BenchAccount {
  readonly time = new VirtualTime(START);
  readonly exchange: OpenExchange;
  readonly declaration: AccountDeclaration;
  /** Calls to the exchange and to AWS since it was made. */
  calls = { exchange: 0, aws: 0 };
  readonly #clock = new MovableClock({ startAt: START, frozen: true });
  readonly #secrets: SecretsManager;
  readonly #http: Http;
  #ids = 0;

  constructor({ name, exchange, keys, keysPerSubAccount }: AccountPlan) {
    this.exchange = openExchange({
      ...{ exchange, seed: 1, rateLimits: true, hostility: false },
      subAccounts: Math.ceil(keys / keysPerSubAccount),
    });
    this.exchange.clock.freeze();
    this.#secrets = new SecretsManager({
      ...{ clock: this.#clock, region: REGION, accountId: ACCOUNT_ID, seed: 1, cloudTrailDelayMs: 0 },
      ...{ recordsCalls: false, choices: { positionInWindow: 0 }, newId: () => this.#newId() },
      emit: () => undefined,
      invoke: async () => ({}),
    });
    this.#http = new Http(async (call) => {
      this.calls.exchange += 1;
      await this.time.wait(EXCHANGE_MS / 2);
      this.#clock.skip(this.time.now().getTime() - this.#clock.nowMs());
      const answer = deliver({ exchange: this.exchange, clock: this.#clock }, call);
      await this.time.wait(EXCHANGE_MS / 2);
      return answer;
    }, this.time);
    this.declaration = this.#declare({ name, exchange, keys, keysPerSubAccount });
  }

  /** Keys are issued, and everything is as after some quiet minutes. */
  async setUp(): Promise<void> {
    const { apiKey, secret, password } = this.exchange.manager;
    const salt = new Redacted('5'.repeat(64));
    const passphrase = password === undefined ? {} : { passphrase: new Redacted(password) };
    const credentials = { keyId: apiKey, secret: new Redacted(secret), ...passphrase };
    await this.#store('manager', formatManager({ credentials, salt }), ['AWSCURRENT', 'rekey-accepted']);
    await this.time.until(
      (async () => {
        const context = this.context('rotate');
        for (const key of this.declaration.keys) await this.#issue(key, { salt, context });
        await this.time.wait(10 * 60_000);
      })(),
    );
    this.calls = { exchange: 0, aws: 0 };
  }

  context(role: string): AccountContext {
    const client = secretsClient(this.#secrets, CALLER);
    const outside = {
      secretsManager: { send: (command: never) => this.#aws(() => client.send(command)) },
      eventBridge: { send: () => this.#aws(async () => ({ FailedEntryCount: 0 })) },
      ...{ http: this.#http, time: this.time, auditBus: 'rekey-audit', newId: () => this.#newId() },
    };
    return accountContext(role, outside as never, this.declaration);
  }

  /** Keys of ours that still work. */
  get living(): number {
    return this.exchange.keys.filter(({ deletedAt, subAccount }) => deletedAt === null && subAccount !== null)
      .length;
  }

  async #aws<T>(call: () => Promise<T>): Promise<T> {
    this.calls.aws += 1;
    await this.time.wait(AWS_MS);
    this.#clock.skip(Math.max(0, this.time.now().getTime() - this.#clock.nowMs()));
    return await call();
  }

  async #issue(
    key: KeyDeclaration,
    { salt, context }: { salt: Redacted; context: AccountContext },
  ): Promise<void> {
    const name = `rekey/${this.declaration.account}/${key.name}`;
    const { ARN: secretArn = '' } = (await this.#call('CreateSecret', { Name: name })) as { ARN?: string };
    const versionId = this.#newId();
    const { label, passphrase, pair } = chooseKey(salt, { secretArn, versionId }, context.exchange);
    const more = { ...(passphrase ? { passphrase } : {}), ...(pair ? { publicKey: pair.publicKey } : {}) };
    const { keyId, secret = pair?.privateKey } = await context.exchange.issueKey({ ...key, label, ...more });
    if (!secret) throw new Error('the exchange showed no secret');
    const value = formatKey({ keyId, secret, ...(passphrase ? { passphrase } : {}) });
    const put = { SecretId: name, SecretString: value, ClientRequestToken: versionId };
    await this.#call('PutSecretValue', put);
    await this.#call('RotateSecret', {
      ...{ SecretId: name, RotateImmediately: false },
      RotationLambdaARN: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:rekey-rotate`,
      RotationRules: { ScheduleExpression: 'rate(90 days)', Duration: '1h' },
    });
    await this.#secrets.settled();
  }

  async #store(key: string, SecretString: string, VersionStages: string[]): Promise<void> {
    const Name = `rekey/${this.declaration.account}/${key}`;
    await this.#call('CreateSecret', { Name });
    await this.#call('PutSecretValue', { SecretId: Name, SecretString, VersionStages });
  }

  async #call(operation: string, input: object): Promise<unknown> {
    return await this.#secrets.call(operation, { ClientRequestToken: this.#newId(), ...input }, CALLER);
  }

  #newId(): string {
    this.#ids += 1;
    return `${String(this.#ids).padStart(8, '0')}-0000-4000-8000-000000000000`;
  }

  #declare({ name, exchange, keys, keysPerSubAccount }: AccountPlan): AccountDeclaration {
    const products = [...(EXCHANGES[exchange]?.products.trade.defaults ?? [])];
    const declared = Array.from(
      { length: keys },
      (_, index): KeyDeclaration => ({
        name: `bot-${index}`,
        subAccount: this.exchange.subAccounts[Math.floor(index / keysPerSubAccount)] ?? '',
        ...{ permission: 'trade', products, allowList: [FUNCTION_ADDRESS] },
        ...{ gracePeriodMinutes: 1_440, readers: [], intervalMinutes: 90 * 1_440, waitForReadersMinutes: 0 },
        ...{ onUndeclaredRead: 'tell', onSuspicion: 'tell', freezeOnStop: false, drill: false },
      }),
    );
    return {
      ...{ account: name, exchange, environment: 'live', baseUrl: 'http://exchange', keys: declared },
      watch: { withdrawals: 'none', transfers: 'none', onSuspicion: 'tell' },
    };
  }
}
