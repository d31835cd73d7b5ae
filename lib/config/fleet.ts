import type { AccountDeclaration, AllowedMovements, KeyDeclaration } from '../../lambda/declaration.ts';
import { EXCHANGES } from '../../lambda/exchanges/catalog.ts';
import type { ExchangeTraits } from '../../lambda/exchanges/traits.ts';
import { checkAccounts } from './check-accounts.ts';
import { checkChannels } from './check-channels.ts';
import { checkRetention, daysOf } from './check-retention.ts';
import { ConfigError, problemsOf } from './problem.ts';
import { type RotationSchedule, readRotation } from './rotation-schedule.ts';
import {
  type AccountConfig,
  configSchema,
  type EgressConfig,
  type FullConfig,
  type KeyConfig,
} from './schema.ts';
import type { Channel } from './schema-channels.ts';
import { minutesOf } from './time-span.ts';

/** One exchange account: what its functions are told, and what only the infrastructure needs. */
export interface AccountPlan {
  readonly declaration: AccountDeclaration;
  /** By key name. */
  readonly schedules: ReadonlyMap<string, RotationSchedule>;
  /** Who is told beside the people that are told of everything; sorted. */
  readonly extraEmails: readonly string[];
}

/** A channel that is not mail. */
export type OtherChannel = Exclude<Channel, { type: 'email' }>;

/** The checked configuration in the form that stacks are made from. Order does not depend on the file's. */
export interface Fleet {
  readonly accounts: readonly AccountPlan[];
  /** Who is told by mail of alarms, and of events from `warning` on; sorted. */
  readonly emails: readonly string[];
  /** Who is told by mail of what is `critical` only; sorted. */
  readonly criticalEmails: readonly string[];
  /** Every way to tell people beside mail. */
  readonly channels: readonly OtherChannel[];
  readonly egress: EgressConfig;
  readonly createTrail: boolean;
  readonly retentionDays: {
    readonly auditLog: number;
    readonly archive: number;
    readonly functionLogs: number;
  };
  readonly runbookUrl: string;
}

/**
 * Checks a configuration and reduces it.
 * @throws ConfigError with one line for each wrong value: the field, what was got, what is allowed
 */
export function readFleet(config: unknown): Fleet {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, config));
  const problems = [
    ...checkAccounts(parsed.data),
    ...checkChannels(parsed.data),
    ...checkRetention(parsed.data),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return toFleet(parsed.data);
}

function toFleet(config: FullConfig): Fleet {
  return {
    accounts: byName(config.accounts).map(toPlan),
    ...toldOf(config.alerts),
    egress: config.egress,
    createTrail: config.trail === 'create',
    retentionDays: {
      auditLog: daysOf(config.retention.auditLog),
      archive: daysOf(config.retention.archive),
      functionLogs: daysOf(config.retention.functionLogs),
    },
    runbookUrl: config.runbookUrl,
  };
}

function toldOf({
  emails,
  channels,
}: FullConfig['alerts']): Pick<Fleet, 'emails' | 'criticalEmails' | 'channels'> {
  const mailed = (least: Channel['from']) =>
    channels.flatMap((channel) => (channel.type === 'email' && channel.from === least ? channel.to : []));
  return {
    emails: unique([...emails, ...mailed('warning')]),
    criticalEmails: unique(mailed('critical')),
    channels: channels.filter((channel) => channel.type !== 'email'),
  };
}

function toPlan(account: AccountConfig): AccountPlan {
  const exchange = exchangeOf(account);
  const keys = byName(account.keys);
  return {
    declaration: {
      account: account.name,
      exchange: account.exchange,
      environment: account.environment,
      ...(account.baseUrl && account.baseUrl !== exchange.baseUrl && { baseUrl: account.baseUrl }),
      watch: {
        withdrawals: sortedMovements(account.watch.withdrawals),
        transfers: sortedMovements(account.watch.transfers),
        onSuspicion: account.watch.onSuspicion,
      },
      keys: keys.map((key) => toDeclaration(key, exchange)),
    },
    schedules: new Map(keys.map((key) => [key.name, scheduleOf(key)])),
    extraEmails: unique(account.alerts?.emails ?? []),
  };
}

function toDeclaration(key: KeyConfig, exchange: ExchangeTraits): KeyDeclaration {
  return {
    name: key.name,
    subAccount: key.subAccount,
    permission: key.permission,
    products: [...(key.products ?? exchange.products[key.permission].defaults)].sort(),
    allowList: key.allowList === 'any-address' ? [] : key.allowList.toSorted(),
    gracePeriodMinutes: minutesOf(key.gracePeriod),
    readers: key.readers
      .map(({ role, cache, runs, addresses = [] }) => ({
        role,
        cacheMinutes: minutesOf(cache),
        runs,
        addresses: addresses.toSorted(),
      }))
      .sort((a, b) => compare(a.role, b.role)),
    ...(key.replaces && { replaces: key.replaces }),
    intervalMinutes: scheduleOf(key).leastIntervalMinutes,
    onUndeclaredRead: key.onUndeclaredRead,
    onSuspicion: key.onSuspicion,
    ...(key.symbols && { symbols: key.symbols === 'any' ? 'any' : key.symbols.toSorted() }),
    waitForReadersMinutes: key.laggingReaders === 'tell' ? 0 : minutesOf(key.laggingReaders.waitAtMost),
    freezeOnStop: key.freezeOnStop,
    drill: key.drill,
  };
}

function sortedMovements(allowed: AllowedMovements): AllowedMovements {
  return typeof allowed === 'string' ? allowed : { to: allowed.to.toSorted() };
}

function exchangeOf({ exchange }: AccountConfig): ExchangeTraits {
  const traits = EXCHANGES[exchange];
  if (!traits) throw new Error(`exchange ${exchange} went through the checks unknown`);
  return traits;
}

function scheduleOf({ name, rotate }: KeyConfig): RotationSchedule {
  const read = readRotation(rotate);
  if ('allowed' in read) throw new Error(`the rotation of ${name} went through the checks wrong`);
  return read;
}

function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => compare(a.name, b.name));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** By code unit, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
