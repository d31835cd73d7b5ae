import { ORDERS_TAG, POWER_TAG } from '../../lambda/contract.ts';
import { readerTag } from '../../lambda/core/readers.ts';
import { GRID_ROLE } from '../lib/fixture.ts';
import { type Actor, FUNCTIONS, functionOf, lambdaItself, NOTIFY, WATCH_READS } from './actors.ts';
import type { Ask } from './decide.ts';
import { ACCOUNTS, type Account } from './fleet.ts';
import {
  AUDIT_BUS,
  asks,
  encryptVia,
  functionArnOf,
  keySecretsOf,
  MESSAGE_BUS,
  managerOf,
  NETWORK_INTERFACES,
  streamsOf,
  type Things,
  tagAsks,
  WRITE_LOG,
} from './things.ts';

/** A call that is really made. */
export interface Call {
  readonly actor: Actor;
  readonly ask: Ask;
}

type FunctionName = (typeof FUNCTIONS)[number] | 'watch-reads';
type SecretKind = 'key' | 'manager';

const LOOKS_STARTS_AND_STOPS = [
  'CancelRotateSecret',
  'DescribeSecret',
  'GetSecretValue',
  'ListSecretVersionIds',
  'RotateSecret',
  'UpdateSecretVersionStage',
];

/** The calls of the functions' code to Secrets Manager: the very set that a run of the functions records. */
export const SECRET_CALLS: Readonly<Record<FunctionName, Readonly<Record<SecretKind, readonly string[]>>>> = {
  rotate: {
    key: ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
    manager: ['GetSecretValue'],
  },
  reconcile: { key: [...LOOKS_STARTS_AND_STOPS, 'TagResource'], manager: ['GetSecretValue'] },
  operate: {
    key: LOOKS_STARTS_AND_STOPS,
    manager: ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
  },
  'watch-reads': { key: ['DescribeSecret', 'TagResource'], manager: [] },
};

/** Which tags a function sets, each by itself. */
const TAGS: Partial<Readonly<Record<FunctionName, readonly string[]>>> = {
  reconcile: [POWER_TAG, ORDERS_TAG],
  'watch-reads': [readerTag({ role: GRID_ROLE })],
};

/** Everything that the functions of an exchange account do, and that Lambda does for them. */
export function callsOf(account: Account, things: Things): Call[] {
  return FUNCTIONS.flatMap((name) => {
    const actor = functionOf(account, name);
    const { key, manager } = SECRET_CALLS[name];
    const starts = key.includes('RotateSecret') ? [functionArnOf(account, 'rotate')] : [];
    return [
      ...callsBy(actor, [
        ...onKeys(name, account),
        ...asks(manager.map(secretsManager), managerOf(account)),
        ...asks(['lambda:InvokeFunction'], ...starts),
      ]),
      ...callsOfAny(actor),
      ...callsBy(lambdaItself(actor), NETWORK_INTERFACES),
      // Rotate is invoked by Secrets Manager and waited for, so nothing of it goes to the queue.
      ...(name === 'rotate' ? [] : failures(actor, things.arn(account, 'SQS::Queue'))),
    ];
  });
}

export function callsOfWatchReads(things: Things): Call[] {
  return [
    ...callsBy(
      WATCH_READS,
      ACCOUNTS.flatMap((account) => onKeys('watch-reads', account)),
    ),
    ...callsOfAny(WATCH_READS),
    ...failures(WATCH_READS, things.arn('shared', 'SQS::Queue')),
  ];
}

/** AWS looks at the names of tags only when tags are set. */
function onKeys(name: FunctionName, account: Account): Ask[] {
  const secrets = keySecretsOf(account);
  const { key } = SECRET_CALLS[name];
  const untagged = key.filter((operation) => operation !== 'TagResource');
  return [
    ...asks(untagged.map(secretsManager), ...secrets),
    ...(TAGS[name] ?? []).flatMap((tag) => tagAsks([tag], ...secrets)),
  ];
}

/** Messages to the topics of the fleet and of each exchange account, and to the bus of messages. */
export function callsOfNotify(things: Things): Call[] {
  return [
    ...callsBy(NOTIFY, [
      ...asks(['sns:Publish'], ...things.all('SNS::Topic')),
      ...encryptVia(things.key),
      ...asks(['events:PutEvents'], MESSAGE_BUS),
      ...logOf(NOTIFY),
    ]),
    ...failures(NOTIFY, things.arn('shared', 'SQS::Queue')),
  ];
}

function callsOfAny(actor: Actor): Call[] {
  return callsBy(actor, [...asks(['events:PutEvents'], AUDIT_BUS), ...logOf(actor)]);
}

function logOf({ name }: Actor): Ask[] {
  return asks(WRITE_LOG, `${streamsOf(`/aws/lambda/${name}`)}today`);
}

/** Lambda hands over events that could not be handled. */
function failures(actor: Actor, queue: string): Call[] {
  return callsBy(lambdaItself(actor), asks(['sqs:SendMessage'], queue));
}

function callsBy(actor: Actor, all: readonly Ask[]): Call[] {
  return all.map((ask) => ({ actor, ask }));
}

function secretsManager(operation: string): string {
  return `secretsmanager:${operation}`;
}
