/**
 * What the deployed functions and the infrastructure around them must agree on: names, nothing else.
 * Both sides import this file, so a name is written once.
 */

/** CloudWatch namespace of every metric. Each metric has one dimension, `Account`. */
export const METRIC_NAMESPACE = 'Rekey';

/** The only metric dimension: the cost of metrics must not grow with the number of keys. */
export const ACCOUNT_DIMENSION = 'Account';

/** Every metric, with the function that writes it. Gauges are written by each reconcile, zero included. */
export const METRICS = {
  /** rotate: 1 for each step that failed; reconcile: 1 for each failed attempt that Secrets Manager reports. */
  rotationFailures: 'RotationFailures',
  /** reconcile: 1 for each pass that could read everything it is to watch, 0 for any other. */
  reconcilePasses: 'ReconcilePasses',
  /** reconcile, gauge: keys whose next rotation date has passed. */
  rotationsOverdue: 'RotationsOverdue',
  /** reconcile, gauge: keys that should be dead for longer than the tolerated delay. */
  revocationsOverdue: 'RevocationsOverdue',
  /** reconcile, gauge: keys in their grace period or waiting for proof that they are dead. */
  retiringKeys: 'RetiringKeys',
  /** reconcile, gauge: keys that carry our label and belong to no version. */
  orphanKeys: 'OrphanKeys',
  /** reconcile, gauge: keys on watched sub-accounts that Rekey did not make. */
  foreignKeys: 'ForeignKeys',
  /** reconcile, gauge: keys whose permissions or allow-list differ from the declaration. */
  driftedKeys: 'DriftedKeys',
  /** reconcile, gauge: keys that the exchange will end within the warning time. */
  keysExpiring: 'KeysExpiring',
  /** reconcile, gauge: current keys that the exchange does not list. */
  keysMissing: 'KeysMissing',
  /** reconcile, gauge in days: age of the oldest current key. */
  oldestKeyDays: 'OldestKeyDays',
  /** reconcile, gauge in percent: the greatest age of a current key against the time between its rotations. */
  keyAgeOfPolicy: 'KeyAgeOfPolicy',
  /** reconcile, gauge: keys of which a current version is in use. */
  currentKeys: 'CurrentKeys',
  /** reconcile, gauge: keys of which a version waits for promotion. */
  rotatingKeys: 'RotatingKeys',
  /** reconcile, gauge: keys that never had a value. */
  emptyKeys: 'EmptyKeys',
  /** reconcile, gauge: keys that were stopped and not resumed. */
  stoppedKeys: 'StoppedKeys',
  /** reconcile, gauge: current keys with more permissions, products or addresses than declared. */
  widenedKeys: 'WidenedKeys',
  /** reconcile, gauge: withdrawals and transfers that no declaration allows, seen by this pass. */
  unexpectedMovements: 'UnexpectedMovements',
  /** reconcile, gauge: orders in undeclared symbols, or not entered through the API, seen by this pass. */
  undeclaredOrders: 'UndeclaredOrders',
  /** reconcile, gauge: coins on a sub-account that belong to no declared symbol. */
  undeclaredCoins: 'UndeclaredCoins',
  /** reconcile, gauge: sub-accounts with far more orders than they ever had. */
  orderBursts: 'OrderBursts',
  /** reconcile, gauge: declared sub-accounts that are frozen at the exchange. */
  frozenSubAccounts: 'FrozenSubAccounts',
  /** reconcile, gauge; watch-reads, 1 for each: readers that still hold a replaced key. */
  laggingReaders: 'LaggingReaders',
  /** reconcile, gauge: sub-accounts and lists that should be watched and could not be read. */
  blindWatches: 'BlindWatches',
  /** rotate: 1 for each promotion. */
  rotations: 'Rotations',
  /** rotate, reconcile, operate: calls to the exchange in this invocation. */
  exchangeCalls: 'ExchangeCalls',
  /** rotate, reconcile, operate, gauge in percent: the most that this invocation used of any limit of the exchange. */
  limitUse: 'LimitUse',
  /** watch-reads: 1 for each read of a key secret or manager secret, the functions' own reads left out. */
  reads: 'Reads',
  /** watch-reads: 1 for each successful read by somebody who is not declared. */
  undeclaredReads: 'UndeclaredReads',
  /** watch-reads: 1 for each read that IAM refused. */
  deniedReads: 'DeniedReads',
} as const;

/** `source` of every audit event on the audit bus. */
export const AUDIT_SOURCE = 'rekey';
/** Name of the audit bus; one per AWS account and Region. */
export const AUDIT_BUS_NAME = 'rekey-audit';
/** Log group that holds every audit event as one JSON line. */
export const AUDIT_LOG_GROUP = '/aws/events/rekey-audit';

/** Environment variables that the infrastructure gives to the functions. */
export const ENVIRONMENT = {
  /** Name or ARN of the audit bus. */
  auditBus: 'REKEY_AUDIT_BUS',
  /** Name or ARN of the bus of messages. */
  messageBus: 'REKEY_MESSAGE_BUS',
} as const;

/** File beside the bundled handler that tells a function what is declared; see `declaration.ts`. */
export const DECLARATION_FILE = 'declaration.json';

/** The functions of one exchange account. */
export type AccountFunction = 'rotate' | 'reconcile' | 'operate';

/** Name of an account's function; fixed, so that the CLI and alarm links find it without a lookup. */
export function functionName(account: string, name: AccountFunction): string {
  return `rekey-${account}-${name}`;
}

/** Name of the one function that reads CloudTrail records. */
export const WATCH_READS_FUNCTION = 'rekey-watch-reads';

/** Name of the one function that writes what people are told. */
export const NOTIFY_FUNCTION = 'rekey-notify';

/**
 * Name of the bus of messages: what people are told, for channels that are called over HTTPS. A bus of its own, so
 * that a message is neither an audit event nor told again.
 */
export const MESSAGE_BUS_NAME = 'rekey-messages';
/** `detail-type` of every message. */
export const MESSAGE_DETAIL_TYPE = 'Message';

/** Names of the topics of the whole fleet. The first mails alarms of CloudWatch as well. */
export const TOPICS = {
  /** Mails from `warning` on. */
  mail: 'rekey-alerts',
  /** Mails of `critical` only. */
  mailCritical: 'rekey-alerts-critical',
  /** Chat channels from `warning` on. */
  chat: 'rekey-chat',
  /** Chat channels of `critical` only. */
  chatCritical: 'rekey-chat-critical',
} as const;

/** Name of the topic of those who are told of one exchange account only. */
export function accountTopicName(account: string): string {
  return `rekey-${account}-alerts`;
}

/** Path of every role that Rekey's functions run under. */
export const ROLE_PATH = '/rekey/';

/**
 * Name of a function's role. Fixed, so that watch-reads can tell the functions' own reads from others'
 * without a reference from the shared stack to the account stacks. Holds the Region, as IAM is global.
 */
export function roleName(functionName: string, region: string): string {
  return `${functionName}-${region}`;
}

/** Tag of a key's secret: when a reader read it last. Written by watch-reads, read by reconcile. */
export const READER_TAG = 'rekey:reader:';
/** Tag of a key's secret: what its current key may do, noted while that was as declared. Written and read by reconcile. */
export const POWER_TAG = 'rekey:power';
/** Tag of a key's secret: how many orders its sub-account usually has. Written and read by reconcile. */
export const ORDERS_TAG = 'rekey:orders';

/** All secrets of one exchange account share this prefix; roles are limited by it. */
export function secretPrefix(account: string): string {
  return `rekey/${account}/`;
}

/** Name of the secret that holds one rotated key. */
export function secretName(account: string, key: string): string {
  return `${secretPrefix(account)}${key}`;
}

/** Key name that is taken by the manager secret. */
export const MANAGER_KEY_NAME = 'manager';

/** Name of the secret that holds the manager key of one exchange account. */
export function managerSecretName(account: string): string {
  return secretName(account, MANAGER_KEY_NAME);
}
