import { inspect } from 'node:util';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import { newMemory } from '../lambda/core/pass.ts';
import type { AccountDeclaration, KeyDeclaration } from '../lambda/declaration.ts';
import { binanceTraits } from '../lambda/exchanges/binance/traits.ts';
import { bitgetTraits } from '../lambda/exchanges/bitget/traits.ts';
import { Http } from '../lambda/exchanges/http.ts';
import { type AccountContext, accountContext } from '../lambda/handlers/account-context.ts';
import { operate } from '../lambda/handlers/operate.ts';
import { reconcile } from '../lambda/handlers/reconcile.ts';
import { rotate } from '../lambda/handlers/rotate.ts';
import type { OperateRequest, OperateResponse } from '../lambda/operate-protocol.ts';
import { MovableClock } from '../local/clock.ts';
import type { Caller, EmittedEvent } from '../local/secrets-manager/options.ts';
import { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import { type OpenExchange, openExchange } from '../simulator/index.ts';
import { busLine, secretsLine } from './aws-calls.ts';
import { exchangeLine, FUNCTION_ADDRESS } from './exchange-calls.ts';
import { SeededIds } from './ids.ts';
import { Leaks } from './leaks.ts';
import { Monitor } from './monitor.ts';
import {
  ACCOUNT_ID,
  BOT_ADDRESS,
  CACHE_MINUTES,
  GRACE_MINUTES,
  MANAGER,
  MINUTE_MS,
  PERSON,
  REGION,
  type Scene,
  SECRET,
  START,
  type WorldSetting,
} from './setting.ts';
import { Story } from './story.ts';
import { type Process, Wire } from './wire.ts';

const LIMITS_MS = { rotate: 10 * MINUTE_MS, reconcile: 4 * MINUTE_MS, operate: 2 * MINUTE_MS } as const;
type Role = keyof typeof LIMITS_MS;

/** How an invocation ended. */
export type Ending<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'killed' };

/**
 * One exchange account with one declared key: the real functions, adapters and ports in this process, between the
 * strict Secrets Manager and the simulated exchange, on a clock that only moves when it is moved.
 */
export class World implements Scene {
  readonly setting: WorldSetting;
  readonly clock = new MovableClock({ startAt: START, frozen: true });
  readonly story = new Story(this.clock);
  readonly wire = new Wire(this.clock, this.story);
  readonly exchange: OpenExchange;
  readonly secrets: SecretsManager;
  readonly leaks = new Leaks();
  readonly audit: AuditEvent[] = [];
  readonly monitor: Monitor;
  declaration: AccountDeclaration;
  /** What the warm process of reconcile remembers. */
  #memory = newMemory();
  /** Whether events set off what they are deployed to set off: an extra reconcile pass. */
  heedsEvents = true;
  /** Reconcile passes that an event has asked for. */
  #asked = 0;
  readonly #ids: SeededIds;

  constructor(setting: WorldSetting) {
    this.setting = setting;
    this.#ids = new SeededIds(setting.seed);
    this.exchange = openExchange({ exchange: setting.exchange, seed: setting.seed, rateLimits: false });
    this.exchange.clock.freeze();
    this.exchange.clock.set(this.clock.nowMs());
    this.secrets = new SecretsManager({
      clock: this.clock,
      region: REGION,
      accountId: ACCOUNT_ID,
      seed: setting.seed,
      newId: () => this.#ids.next(),
      cloudTrailDelayMs: 0,
      recordsCalls: false,
      choices: setting.choices,
      retry: { tries: setting.tries, spacingMs: 10 * MINUTE_MS },
      emit: (event) => this.#hear(event),
      invoke: async (_arn, payload) => await this.#invokeRotate(payload),
    });
    this.declaration = this.#declare();
    this.monitor = new Monitor(this);
    this.wire.onEffect = () => this.monitor.look();
  }

  get key(): KeyDeclaration {
    return this.declaration.keys[0] as KeyDeclaration;
  }

  /** The deployment: empty key secret, accepted manager key, rotation turned on, a key that somebody made by hand. */
  async setUp(): Promise<void> {
    const { apiKey, secret, password } = this.exchange.manager;
    const salt = this.#ids.hex(64);
    const value = { apiKey, secret, ...(password ? { password } : {}), salt };
    this.leaks.noteValue(JSON.stringify(value));
    await this.byHand('CreateSecret', { Name: MANAGER });
    await this.byHand('PutSecretValue', {
      SecretId: MANAGER,
      SecretString: JSON.stringify(value),
      VersionStages: ['AWSCURRENT', 'rekey-accepted'],
    });
    await this.byHand('CreateSecret', { Name: SECRET });
    await this.byHand('RotateSecret', {
      SecretId: SECRET,
      RotateImmediately: false,
      RotationLambdaARN: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:rekey-main-rotate`,
      RotationRules: { ScheduleExpression: this.setting.every, Duration: '1h' },
    });
    await this.settle();
    this.monitor.begin();
  }

  /** A call that no function makes. */
  async byHand(operation: string, input: object): Promise<unknown> {
    const ClientRequestToken = /^(Put|Rotate|Create)/.test(operation)
      ? { ClientRequestToken: this.#ids.next() }
      : {};
    const answer = await this.secrets.call(operation, { ...ClientRequestToken, ...input }, PERSON);
    this.monitor.look();
    return answer;
  }

  /** Secrets Manager is asked for a rotation, as its schedule or a person would; returns when it has been tried. */
  async startRotation(): Promise<void> {
    this.story.tell('Secrets Manager starts a rotation');
    await this.byHand('RotateSecret', { SecretId: SECRET });
    await this.settle();
  }

  /** One reconcile pass, in the process that is warm from the pass before, if that is alive. */
  async reconcile(): Promise<Ending<{ done: number; failures: string[] }>> {
    const memory = this.#memory;
    const ending = await this.run('reconcile', (context) => reconcile({}, context, memory));
    if (ending.kind !== 'done') this.#memory = newMemory(); // the next pass has a process that remembers nothing
    return ending;
  }

  /** A person asks the operate function. */
  async operate(request: OperateRequest): Promise<Ending<OperateResponse | undefined>> {
    return await this.run('operate', (context) => operate(request, context));
  }

  /** Runs one invocation of a function in a new process. */
  async run<T>(role: Role, work: (context: AccountContext) => Promise<T>): Promise<Ending<T>> {
    const process = this.#newProcess(role);
    const killed = process.killed.then((): Ending<T> => ({ kind: 'killed' }));
    const ended = work(this.contextOf(process)).then(
      (value): Ending<T> => ({ kind: 'done', value }),
      (error: unknown): Ending<T> => ({ kind: 'failed', error }),
    );
    const ending = await Promise.race([killed, ended]);
    process.kill(); // what it may still have in flight dies with it
    if (ending.kind === 'killed') this.story.tell(`${role} is dead`);
    if (ending.kind === 'failed') this.story.tell(`${role} fails: ${String(ending.error)}`);
    // Lambda logs an error with all its fields, and answers with what the function returns.
    if (ending.kind === 'failed')
      this.monitor.output(inspect(ending.error, { depth: null, showHidden: true }));
    if (ending.kind === 'done') this.monitor.output(JSON.stringify(ending.value) ?? '');
    return ending;
  }

  /** Everything that one process calls outside itself, with the product's own wiring behind it. */
  contextOf(process: Process): AccountContext {
    const { clock, wire, leaks, secrets, exchange } = this;
    const caller = callerOf(process.role);
    const time = { now: () => clock.now(), wait: (ms: number) => wire.wait(process, ms) };
    const outside = {
      secretsManager: secretsLine({ secrets, wire, leaks }, process, caller),
      eventBridge: busLine({ wire, accept: (event) => this.#accept(event) }, process),
      http: new Http(exchangeLine({ exchange, clock, wire, leaks }, process), time),
      time,
      auditBus: 'rekey-audit',
      newId: () => this.#ids.next(),
    };
    return accountContext(process.role, outside, this.declaration);
  }

  /** Lets everything come to an end that is under way at this moment, and what events have asked for. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
    await this.secrets.settled();
    while (this.#asked > 0) {
      this.#asked = 0;
      this.story.tell('an event asks for a reconcile pass');
      await this.reconcile();
      await this.secrets.settled();
    }
  }

  /** Time passes; rotations that are due are tried. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.exchange.clock.set(this.clock.nowMs());
    this.monitor.look();
    await this.settle();
  }

  /** A person does something in the world. */
  async act(what: string, act: () => Promise<unknown> | unknown): Promise<void> {
    this.story.tell(`a person ${what}`);
    this.exchange.clock.set(this.clock.nowMs());
    await act();
    this.monitor.look();
  }

  async #invokeRotate(payload: unknown): Promise<{ functionError?: string }> {
    const step = this.setting.rotate ?? rotate;
    this.story.tell(`Secrets Manager calls ${(payload as { Step: string }).Step}`);
    const ending = await this.run('rotate', (context) => step(payload, context));
    return ending.kind === 'done' ? {} : { functionError: 'Unhandled' };
  }

  #newProcess(role: Role): Process {
    let kill: () => void = () => undefined;
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const process: Process = {
      role,
      limitMs: LIMITS_MS[role],
      startedAtMs: this.clock.nowMs(),
      dead: false,
      silent: new Set(),
      killed,
      kill: () => {
        process.dead = true;
        kill();
      },
    };
    return process;
  }

  /** A baseline has no reconcile. */
  #ask(): void {
    if (this.heedsEvents && !this.setting.rotate) this.#asked += 1;
  }

  /** The audit bus takes an event, and its rules do what they are deployed for. */
  #accept(event: AuditEvent): void {
    this.audit.push(event);
    this.monitor.output(JSON.stringify(event));
    if (event.event === 'KeyPromoted' && event.emergency === true) this.#ask();
  }

  /** The default bus; a rotation that failed is one more reason for a reconcile pass. */
  #hear({ detail }: EmittedEvent): void {
    if (detail.eventName === 'RotationFailed') this.#ask();
  }

  #declare(): AccountDeclaration {
    const { exchange, setting } = this;
    const traits = setting.exchange === 'bitget' ? bitgetTraits : binanceTraits;
    const watched = setting.answer !== undefined;
    return {
      account: 'main',
      exchange: setting.exchange,
      environment: 'live',
      baseUrl: 'http://exchange',
      watch: watched
        ? { withdrawals: 'none', transfers: 'none', onSuspicion: 'tell' }
        : { withdrawals: 'any', transfers: 'any', onSuspicion: 'tell' },
      keys: [
        {
          name: 'grid-bot',
          subAccount: exchange.subAccounts[0] ?? '',
          permission: 'trade',
          products: [...traits.products.trade.defaults],
          allowList: [FUNCTION_ADDRESS, BOT_ADDRESS],
          gracePeriodMinutes: GRACE_MINUTES,
          readers: [
            {
              role: `arn:aws:iam::${ACCOUNT_ID}:role/grid-bot`,
              cacheMinutes: CACHE_MINUTES,
              runs: 'sometimes',
              addresses: [],
            },
          ],
          intervalMinutes: 30 * 24 * 60,
          onUndeclaredRead: 'rotate',
          onSuspicion: setting.answer ?? 'tell',
          ...(watched ? { symbols: ['BTCUSDT'] } : {}),
          waitForReadersMinutes: 0,
          freezeOnStop: true,
          drill: false,
        },
      ],
    };
  }
}

function callerOf(role: string): Caller {
  const name = `rekey-main-${role}`;
  return {
    arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${name}-${REGION}/${name}`,
    type: 'AssumedRole',
    sourceAddress: '192.0.2.10',
  };
}
