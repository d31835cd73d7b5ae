import { functionsOf, NOTIFY, PLAIN_HTTP, SHARED_FUNCTIONS, STRANGER, service } from '../actors.ts';
import { ACCOUNTS } from '../fleet.ts';
import { arnOf } from '../physical.ts';
import {
  AUDIT_LOG,
  asks,
  CHANGE_FUNCTION,
  CHANGE_ROLE,
  CHANGE_TOPIC,
  EMPTY_QUEUE,
  functionArnOf,
  NETWORK_INTERFACES,
  READ,
  role,
  secretOf,
  type Things,
  WRITE_LOG,
} from '../things.ts';
import { type Attack, attack, EVERYBODY, OTHERS } from './attack.ts';

export function onFunctions(things: Things): Attack[] {
  const all = things.all('Lambda::Function');
  const rotates = ACCOUNTS.map((account) => functionArnOf(account, 'rotate'));
  const invoke = ['lambda:InvokeFunction'];
  return [
    attack('a stranger invokes a function', [...OTHERS, ...SHARED_FUNCTIONS], asks(invoke, ...all)),
    attack(
      'a function invokes another than its own rotate',
      functionsOf(...ACCOUNTS),
      asks(invoke, ...all.filter((arn) => !rotates.includes(arn))),
    ),
    ...ACCOUNTS.map((account) =>
      attack(
        `functions of another exchange account invoke rotate of ${account}`,
        functionsOf(...ACCOUNTS.filter((other) => other !== account)),
        asks(invoke, functionArnOf(account, 'rotate')),
      ),
    ),
    attack("somebody changes a function's code or policy", EVERYBODY, asks(CHANGE_FUNCTION, ...all)),
    attack('somebody gives a role more rights', EVERYBODY, asks(CHANGE_ROLE, ...things.all('IAM::Role'))),
    attack(
      "somebody takes on a function's role",
      [...EVERYBODY, ...['events', 'ec2'].map((name) => service(name, role('x')))],
      asks(['sts:AssumeRole'], ...things.all('IAM::Role').filter((arn) => arn.includes(':role/rekey/'))),
    ),
    attack(
      'somebody takes on a role of the audit trail or the network',
      EVERYBODY,
      asks(['sts:AssumeRole'], ...things.all('IAM::Role')),
    ),
    attack("a function's code changes the network", functionsOf(...ACCOUNTS), NETWORK_INTERFACES),
  ];
}

export function onSurroundings(things: Things): Attack[] {
  const topics = things.all('SNS::Topic');
  const queues = things.all('SQS::Queue');
  const forwarders = things
    .all('IAM::Role')
    .filter((arn) => /Forward|FlowLog|Chat|Destination/.test(arn))
    .map((arn) => ({ ...STRANGER, name: arn, principal: arn }));
  return [
    attack(
      'anybody but notify sends alerts',
      EVERYBODY.filter((actor) => actor !== NOTIFY),
      asks(['sns:Publish'], ...topics),
    ),
    attack(
      'notify sends to a topic that is not of Rekey',
      [NOTIFY],
      asks(['sns:Publish'], arnOf('sns', 'payroll')),
    ),
    attack('somebody redirects alerts', EVERYBODY, asks(CHANGE_TOPIC, ...topics)),
    attack(
      'somebody calls an endpoint with its secret',
      EVERYBODY,
      asks(['events:InvokeApiDestination'], ...things.all('Events::ApiDestination')),
    ),
    attack('somebody empties a dead letter queue', EVERYBODY, asks(EMPTY_QUEUE, ...queues)),
    attack('a stranger fills a dead letter queue', OTHERS, asks(['sqs:SendMessage'], ...queues)),
    ...ACCOUNTS.map((account) =>
      attack(
        `functions of ${account} fill another's dead letter queue`,
        functionsOf(account),
        asks(['sqs:SendMessage'], ...queues.filter((arn) => arn !== things.arn(account, 'SQS::Queue'))),
      ),
    ),
    attack(
      "watch-reads or notify fills an account's dead letter queue",
      SHARED_FUNCTIONS,
      asks(['sqs:SendMessage'], ...ACCOUNTS.map((account) => things.arn(account, 'SQS::Queue'))),
    ),
    attack("the audit trail's, the network's and the channels' roles do anything else", forwarders, [
      ...asks(['events:PutEvents'], arnOf('events', 'event-bus/default')),
      ...asks(['events:InvokeApiDestination'], arnOf('events', 'api-destination/somebody-elses')),
      ...asks([...WRITE_LOG, 'logs:DeleteLogStream'], `${AUDIT_LOG}forged`),
      ...asks(READ, secretOf('main', 'grid-bot')),
    ]),
    attack(
      'somebody speaks without TLS',
      [PLAIN_HTTP],
      [
        ...asks(['sns:Publish'], ...topics),
        ...asks(['sqs:SendMessage', 'sqs:ReceiveMessage'], ...queues),
        ...asks(['s3:GetObject'], `${things.bucket}/x`),
        ...asks(['s3:ListBucket'], things.bucket),
      ],
    ),
  ];
}
