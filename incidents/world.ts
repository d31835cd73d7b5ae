import { SeededIds } from '../faults/ids.ts';
import type { AuditEvent } from '../lambda/core/audit-event.ts';
import { newMemory } from '../lambda/core/pass.ts';
import type { AccountDeclaration } from '../lambda/declaration.ts';
import type { Http } from '../lambda/exchanges/http.ts';
import { type AccountContext, accountContext, type Outside } from '../lambda/handlers/account-context.ts';
import { operate } from '../lambda/handlers/operate.ts';
import { reconcile } from '../lambda/handlers/reconcile.ts';
import { rotate } from '../lambda/handlers/rotate.ts';
import { watchReads } from '../lambda/handlers/watch-reads.ts';
import { MovableClock } from '../local/clock.ts';
import type { Caller, EmittedEvent } from '../local/secrets-manager/options.ts';
import { SecretsManager } from '../local/secrets-manager/secrets-manager.ts';
import { type OpenExchange, openExchange } from '../simulator/index.ts';
import { type BaselineName, baselineOf } from './baselines.ts';
import { arrivalsOf } from './cloud-trail.ts';
import { type Changes, declare } from './declare.ts';
import { outsideOf, type Role } from './outside.ts';
import { Random } from './random.ts';
import { ACCOUNT_ID, type ExchangeName, MINUTE_MS, REGION } from './setting.ts';

/** From an event on a bus to the function that it sets off. */
const BUS_MS = 1_000;
const PASS_MS = 5 * MINUTE_MS;

/** What a world is made from; the same setting gives the same world. */
export interface WorldSetting {
  readonly exchange: ExchangeName;
  readonly baseline: BaselineName;
  readonly seed: number;
  readonly startMs: number;
  readonly changes?: Changes | undefined;
}

/** An audit event, and when the bus took it. */
export interface Heard {
  readonly atMs: number;
  readonly event: AuditEvent;
}

/**
 * One exchange account with one key: the real functions and adapters, every five minutes or when something sets them off,
 * between the strict Secrets Manager and the simulated exchange, on a clock that only moves when it is moved.
 */
export class World {
  readonly clock: MovableClock;
  readonly exchange: OpenExchange;
  readonly secrets: SecretsManager;
  readonly declaration: AccountDeclaration;
  readonly heard: Heard[] = [];
  /** Roles that IAM keeps from reading. */
  readonly keptOut = new Set<string>();
  /** Passes that failed as a whole, and those that ran. */
  passes = { run: 0, failed: 0 };
  #memory = newMemory();
  #noted = new Map<string, number>();
  readonly #https = new Map<Role, Http>();
  readonly #ids: SeededIds;
  readonly #delays: Random;

  constructor({ exchange, baseline, seed, startMs, changes }: WorldSetting) {
    this.clock = new MovableClock({ startAt: new Date(startMs), frozen: true });
    this.#ids = new SeededIds(seed);
    this.#delays = new Random(seed, `${exchange} ${baseline} CloudTrail`);
    this.exchange = openExchange({ exchange, seed, rateLimits: true, hostility: false });
    this.exchange.clock.freeze();
    this.exchange.clock.set(startMs);
    this.declaration = declare(this.exchange, baselineOf(baseline), changes);
    this.secrets = new SecretsManager({
      ...{ clock: this.clock, region: REGION, accountId: ACCOUNT_ID, seed, cloudTrailDelayMs: 0 },
      newId: () => this.#ids.next(),
      emit: (event) => this.#hear(event),
      invoke: async (_arn, payload) => {
        const done = await this.#run('rotate', (context) => rotate(payload, context));
        return done ? {} : { functionError: 'Unhandled' };
      },
      authorize: ({ caller }) => ![...this.keptOut].some((role) => caller.arn.includes(`/${role}/`)),
    });
    this.clock.every(PASS_MS, 'reconcile', () => this.#pass());
  }

  /** Lets time pass until then; everything that is due on the way happens. */
  async until(atMs: number): Promise<void> {
    const ms = atMs - this.clock.nowMs();
    if (ms > 0) await this.clock.advance(ms);
    this.exchange.clock.set(this.clock.nowMs());
  }

  /** Lambda starts new processes, which remember nothing. */
  coldStart(): void {
    this.#memory = newMemory();
    this.#noted = new Map();
  }

  /** A call that no function makes. */
  async call(operation: string, input: object, caller: Caller): Promise<unknown> {
    const token = /^(Put|Rotate|Create)/.test(operation) ? { ClientRequestToken: this.#ids.next() } : {};
    return await this.secrets.call(operation, { ...token, ...input }, caller);
  }

  newSalt(): string {
    return this.#ids.hex(64);
  }

  async #pass(): Promise<void> {
    const memory = this.#memory;
    const done = await this.#run('reconcile', (context) => reconcile({}, context, memory));
    this.passes.run += 1;
    if (!done) this.passes.failed += 1;
  }

  async #run(role: Role, work: (context: AccountContext) => Promise<unknown>): Promise<boolean> {
    try {
      await work(accountContext(role, this.#outside(role), this.declaration));
      return true;
    } catch {
      return false; // the function has logged it, and what it means shows in events and in what comes next
    }
  }

  #outside(role: Role): Outside {
    return outsideOf(role, {
      ...{ clock: this.clock, exchange: this.exchange, secrets: this.secrets, https: this.#https },
      accept: (event) => this.#accept(event),
      newId: () => this.#ids.next(),
    });
  }

  /** The audit bus takes an event, and its rules do what they are deployed for. */
  #accept(event: AuditEvent): void {
    this.heard.push({ atMs: this.clock.nowMs(), event });
    if (event.event === 'KeyPromoted' && event.emergency === true)
      this.#soon('reconcile', () => this.#pass());
    const isAnswered = event.event === 'UndeclaredRead' && ['rotate', 'stop'].includes(event.answer ?? '');
    if (isAnswered)
      this.#soon('operate', async () => {
        await this.#run('operate', (context) =>
          operate({ 'detail-type': event.event, detail: event }, context),
        );
      });
  }

  /** The default bus: records of reads come late, and Secrets Manager tells of a rotation that failed. */
  #hear({ detail, 'detail-type': kind }: EmittedEvent): void {
    if (detail.eventName === 'RotationFailed') this.#soon('reconcile', () => this.#pass());
    if (kind !== 'AWS API Call via CloudTrail' || detail.eventName !== 'GetSecretValue') return;
    const record = { account: ACCOUNT_ID, region: REGION, detail };
    for (const delayMs of arrivalsOf(this.#delays))
      this.clock.at(this.clock.nowMs() + delayMs, 'watch-reads', () => this.#watch(record));
  }

  async #watch(record: object): Promise<void> {
    const { audit, store } = accountContext('watch-reads', this.#outside('operate'), this.declaration);
    await watchReads(record, { fleet: { accounts: [this.declaration] }, audit, store, noted: this.#noted });
  }

  #soon(what: string, task: () => Promise<void>): void {
    this.clock.at(this.clock.nowMs() + BUS_MS, what, task);
  }
}
