import { ORDERS_TAG, POWER_TAG, READER_TAG } from '../../lambda/contract.ts';
import {
  type Actor,
  ADMINISTRATOR,
  BROAD,
  FOREIGNER,
  functionOf,
  functionsOf,
  GRID_BOT,
  HEDGE_BOT,
  NOTIFY,
  STRANGER,
  TAX_TOOL,
  WATCH_READS,
} from './actors.ts';
import { type Ask, type Decision, decide } from './decide.ts';
import type { Policies } from './policies.ts';
import {
  ADMINISTER,
  AUDIT_BUS,
  AUDIT_LOG,
  asks,
  CHANGE_ALARM,
  CHANGE_BUCKET,
  CHANGE_FUNCTION,
  CHANGE_KEY,
  CHANGE_ROLE,
  CHANGE_TOPIC,
  CHANGE_TRAIL,
  changeOfBus,
  DELETE_LOG,
  DELETE_OBJECTS,
  decryptVia,
  EMPTY_QUEUE,
  EVERYTHING_WITH_SECRETS,
  functionArnOf,
  MESSAGE_BUS,
  MOVE_LABELS,
  managerOf,
  NETWORK_INTERFACES,
  OTHER_SECRET,
  READ,
  ROTATE,
  secretOf,
  streamsOf,
  type Things,
  TURN_OFF,
  tagAsks,
  WRITE,
  WRITE_LOG,
} from './things.ts';

interface Column {
  readonly title: string;
  readonly actors: readonly Actor[];
}

/** One line: something that may be done to one thing of the account `main`, or to what all accounts share. */
interface Row {
  readonly thing: string;
  readonly act: string;
  readonly asks: readonly Ask[];
}

/** What everybody in a column may do, column by column; all actors and all asks of a cell must agree. */
export interface DecidedRow extends Row {
  readonly decisions: readonly Decision[];
}

export const COLUMNS: readonly Column[] = [
  { title: 'rotate', actors: [functionOf('main', 'rotate')] },
  { title: 'reconcile', actors: [functionOf('main', 'reconcile')] },
  { title: 'operate', actors: [functionOf('main', 'operate')] },
  { title: 'watch-reads', actors: [WATCH_READS] },
  { title: 'notify', actors: [NOTIFY] },
  { title: "other account's functions", actors: functionsOf('main-hedge') },
  { title: 'declared reader', actors: [GRID_BOT] },
  { title: "other key's reader", actors: [HEDGE_BOT, TAX_TOOL] },
  { title: 'role without policies', actors: [STRANGER] },
  { title: 'role with `secretsmanager:*`', actors: [BROAD] },
  { title: 'administrator', actors: [ADMINISTRATOR] },
  { title: 'other AWS account', actors: [FOREIGNER] },
];

/** @throws Error for a cell in which not everybody may do the same */
export async function decideTable(policies: Policies, things: Things): Promise<DecidedRow[]> {
  const decided: DecidedRow[] = [];
  for (const row of rowsOf(things)) {
    const decisions: Decision[] = [];
    for (const { actors } of COLUMNS) decisions.push(await decideCell(policies, actors, row));
    decided.push({ ...row, decisions });
  }
  return decided;
}

async function decideCell(policies: Policies, actors: readonly Actor[], row: Row): Promise<Decision> {
  const all: Decision[] = [];
  for (const actor of actors) for (const ask of row.asks) all.push(await decide(policies, actor, ask));
  const [first, ...others] = new Set(all);
  if (first === undefined) throw new Error(`${row.thing}, ${row.act}: nothing is asked`);
  if (others.length === 0) return first;
  if (!all.includes('yes')) return 'no';
  const who = actors.map(({ name }) => name).join(', ');
  throw new Error(`${row.thing}, ${row.act}: allowed in part only for ${who}`);
}

function rowsOf(things: Things): Row[] {
  return [
    ...secretRows("a key's secret", secretOf('main', 'grid-bot')),
    ...secretRows('the manager secret', managerOf('main')),
    row('a secret outside Rekey', 'anything', asks(EVERYTHING_WITH_SECRETS, OTHER_SECRET)),
    ...encryptionRows(things),
    ...functionRows(things),
    ...auditRows(things),
    ...surroundingRows(things),
  ];
}

function secretRows(thing: string, secret: string): Row[] {
  return [
    row(thing, 'read a value', asks(READ, secret)),
    row(thing, 'see names and labels of versions', asks(['secretsmanager:DescribeSecret'], secret)),
    row(thing, 'list old versions', asks(['secretsmanager:ListSecretVersionIds'], secret)),
    row(thing, 'write a value', asks(WRITE, secret)),
    row(thing, 'move labels', asks(MOVE_LABELS, secret)),
    row(thing, 'start a rotation', asks(ROTATE, secret)),
    row(thing, 'turn rotation off', asks(TURN_OFF, secret)),
    row(thing, 'note what a key may do, how many orders are usual', tagAsks([POWER_TAG, ORDERS_TAG], secret)),
    row(thing, 'note when a reader read', tagAsks([`${READER_TAG}1234abcd`], secret)),
    row(thing, 'set another tag', tagAsks(['team'], secret)),
    row(thing, 'delete, change, set its policy', asks(ADMINISTER, secret)),
  ];
}

function encryptionRows({ key }: Things): Row[] {
  const thing = 'the KMS key';
  return [
    row(thing, 'decrypt through Secrets Manager', [decryptVia(secretOf('main', 'grid-bot'), key)]),
    row(thing, 'decrypt directly', asks(['kms:Decrypt'], key)),
    row(thing, 'disable, delete, set its policy', asks(CHANGE_KEY, key)),
  ];
}

function functionRows(things: Things): Row[] {
  const invoke = ['lambda:InvokeFunction'];
  const own = (['reconcile', 'operate'] as const).map((name) => functionArnOf('main', name));
  const all = things.all('Lambda::Function');
  const roles = things.all('IAM::Role');
  return [
    row('rotate', 'invoke', asks(invoke, functionArnOf('main', 'rotate'))),
    row('reconcile, operate', 'invoke', asks(invoke, ...own)),
    row('the functions', 'change code, settings, policy', asks(CHANGE_FUNCTION, ...all)),
    row('the roles', 'take on', asks(['sts:AssumeRole'], ...roles)),
    row('the roles', 'give rights, pass on', asks(CHANGE_ROLE, ...roles)),
    row('the network', 'make or change interfaces', NETWORK_INTERFACES),
  ];
}

function auditRows(things: Things): Row[] {
  const log = 'the audit log';
  const trail = things.arn('shared', 'CloudTrail::Trail');
  const object = `${things.bucket}/AWSLogs/one.json.gz`;
  return [
    row('the audit bus', 'send events', asks(['events:PutEvents'], AUDIT_BUS)),
    row('the audit bus', 'delete; change rules, archive', changeOfBus(things)),
    row('the bus of messages', 'send messages', asks(['events:PutEvents'], MESSAGE_BUS)),
    row(log, 'read', asks(['logs:GetLogEvents'], `${AUDIT_LOG}today`)),
    row(log, 'write', asks(WRITE_LOG, `${AUDIT_LOG}today`)),
    row(log, 'delete, shorten', asks(DELETE_LOG, `${AUDIT_LOG}today`)),
    row('the log of rotate', 'write', asks(WRITE_LOG, `${streamsOf('/aws/lambda/rekey-main-rotate')}today`)),
    row('the trail', 'stop, change', asks(CHANGE_TRAIL, trail)),
    row("the trail's bucket", 'read, write files', asks(['s3:GetObject', 's3:PutObject'], object)),
    row("the trail's bucket", 'delete files', asks(DELETE_OBJECTS, object)),
    row("the trail's bucket", 'delete, set its policy', asks(CHANGE_BUCKET, things.bucket)),
  ];
}

function surroundingRows(things: Things): Row[] {
  const queue = things.arn('main', 'SQS::Queue');
  const topics = things.all('SNS::Topic');
  return [
    row('the alarms', 'delete, silence, set', asks(CHANGE_ALARM, ...things.alarms)),
    row('the alert topics', 'send', asks(['sns:Publish'], ...topics)),
    row('the alert topics', 'subscribe, change', asks(CHANGE_TOPIC, ...topics)),
    row('the dead letter queue', 'send', asks(['sqs:SendMessage'], queue)),
    row('the dead letter queue', 'read, empty, delete', asks(EMPTY_QUEUE, queue)),
  ];
}

function row(thing: string, act: string, all: readonly Ask[]): Row {
  return { thing, act, asks: all };
}
