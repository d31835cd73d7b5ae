import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { credentials } from '../../consumer/index.ts';
import type { AuditEvent } from '../../lambda/core/audit-event.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import type { Simulator } from '../../simulator/index.ts';
import { Bot } from './bot.ts';
import type { Screen } from './screen.ts';
import type { Tally } from './tally.ts';

const AUDIT_BUS = 'rekey-audit';
/** Shorter than the 30 seconds by which the exchange lets a signature be late. */
const STEP_MS = 20_000;
const MINUTE_MS = 60_000;
/** How often the bot trades in real time, beside its one order per simulated minute. */
const BOT_PACE_MS = 150;
const REAL_PATIENCE_MS = 20_000;

/** What the demo is given. */
export interface Props {
  readonly simulator: Simulator;
  readonly cloud: LocalCloud;
  readonly screen: Screen;
  readonly tally: Tally;
  readonly configFile: string;
}

/** A key as the exchange's own table shows it. */
interface TableKey {
  readonly apiKey: string;
  readonly subAccount: string | null;
  readonly deletedAt: string | null;
}

/** The demo's stage: the exchange, the cloud, the bot, and the time that moves them. */
export class Stage {
  readonly simulator: Simulator;
  readonly cloud: LocalCloud;
  readonly screen: Screen;
  readonly tally: Tally;
  readonly configFile: string;
  #bot: Bot | undefined;
  #trading: NodeJS.Timeout | undefined;
  #sinceTradeMs = 0;

  constructor({ simulator, cloud, screen, tally, configFile }: Props) {
    this.simulator = simulator;
    this.cloud = cloud;
    this.screen = screen;
    this.tally = tally;
    this.configFile = configFile;
    cloud.events.onEvent((event, bus) => {
      if (bus !== AUDIT_BUS || event.source !== 'rekey') return;
      const detail = event.detail as unknown as AuditEvent;
      if (tally.add(detail)) screen.event(this.now(), detail);
    });
  }

  /** From now on, alarms that go off are shown and counted. */
  watchAlarms(): void {
    this.cloud.alarms.onChange(({ name, to }) => {
      if (to !== 'ALARM' || this.tally.alarms.has(name)) return;
      this.tally.alarms.add(name);
      this.screen.alarm(this.now(), name);
    });
  }

  alarmsNow(): string[] {
    return this.cloud.alarms
      .list()
      .filter(({ state }) => state === 'ALARM')
      .map(({ name }) => name);
  }

  /** What the bot has done so far. */
  get bot(): Pick<Bot, 'requests' | 'failures' | 'refreshes'> {
    return this.#bot ?? { requests: 0, failures: 0, refreshes: 0 };
  }

  now(): Date {
    return this.cloud.clock.now();
  }

  /** The bot reads the secret as the role that is declared for it, and trades from now on until the end. */
  startBot(secretId: string): void {
    const { cloud, simulator } = this;
    const client = new SecretsManagerClient({
      endpoint: cloud.url,
      region: cloud.region,
      credentials: cloud.credentialsFor(`arn:aws:iam::${cloud.accountId}:role/grid-bot`),
    });
    const now = () => cloud.clock.now();
    this.#bot = new Bot({ url: simulator.url, now, keys: credentials(secretId, { client, now }) });
    this.#trading = setInterval(() => void this.#bot?.trade(), BOT_PACE_MS);
  }

  stop(): void {
    clearInterval(this.#trading);
  }

  /** Moves time forward; the bot places an order in every minute of it. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) await this.#step(Math.min(left, STEP_MS));
  }

  /** Moves time forward until something is seen. @throws if it is not seen within `mostMs` */
  async passUntil(what: string, mostMs: number, seen: () => boolean): Promise<void> {
    for (let left = mostMs; left > 0 && !seen(); left -= STEP_MS) await this.#step(STEP_MS);
    await this.expect(what, seen);
  }

  /** Waits in real time for what is under way. @throws if it is not seen */
  async expect(what: string, seen: () => boolean): Promise<void> {
    await this.when(async () => seen()).catch(() => {
      throw new Error(`not seen: ${what}`);
    });
  }

  /** Asks again and again, in real time. */
  async when(seen: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; !(await seen()); waited += 20) {
      if (waited > REAL_PATIENCE_MS) throw new Error('waited too long');
      await sleep(20);
    }
  }

  async orderFault(fault: object): Promise<void> {
    await fetch(`${this.simulator.managementUrl}/faults`, { method: 'POST', body: JSON.stringify(fault) });
  }

  /** The sub-account keys that the exchange accepts now. */
  async liveKeys(): Promise<TableKey[]> {
    const answer = await fetch(`${this.simulator.managementUrl}/keys`);
    const { keys } = (await answer.json()) as { keys: TableKey[] };
    return keys.filter((key) => key.subAccount !== null && key.deletedAt === null);
  }

  async #step(ms: number): Promise<void> {
    await this.#bot?.idle(); // an order under way must not become late by a leap of the clock
    await this.cloud.advance(ms);
    this.#sinceTradeMs += ms;
    if (this.#sinceTradeMs < MINUTE_MS || !this.#bot) return;
    this.#sinceTradeMs = 0;
    await this.#bot.trade();
  }
}
