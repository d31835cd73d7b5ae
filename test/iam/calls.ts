import { type Actor, FUNCTIONS, functionOf, lambdaItself, NOTIFY, WATCH_READS } from './actors.ts';
import type { Ask } from './decide.ts';
import type { Account } from './fleet.ts';
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
  WRITE_LOG,
} from './things.ts';

/** A call that is really made. */
export interface Call {
  readonly actor: Actor;
  readonly ask: Ask;
}

type FunctionName = (typeof FUNCTIONS)[number];
type SecretKind = 'key' | 'manager';

const LOOKS_AND_STARTS = [
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
  reconcile: { key: LOOKS_AND_STARTS, manager: ['GetSecretValue'] },
  operate: {
    key: LOOKS_AND_STARTS,
    manager: ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
  },
};

/** Everything that the functions of an exchange account do, and that Lambda does for them. */
export function callsOf(account: Account, things: Things): Call[] {
  return FUNCTIONS.flatMap((name) => {
    const actor = functionOf(account, name);
    const { key, manager } = SECRET_CALLS[name];
    const starts = key.includes('RotateSecret') ? [functionArnOf(account, 'rotate')] : [];
    return [
      ...callsBy(actor, [
        ...asks(key.map(secretsManager), ...keySecretsOf(account)),
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
  return [...callsOfAny(WATCH_READS), ...failures(WATCH_READS, things.arn('shared', 'SQS::Queue'))];
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
