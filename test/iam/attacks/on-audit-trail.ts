import { type Actor, EVERY_FUNCTION, lambdaItself, NOTIFY } from '../actors.ts';
import type { Ask } from '../decide.ts';
import { AWS_ACCOUNT } from '../fleet.ts';
import { arnOf } from '../physical.ts';
import {
  AUDIT_BUS,
  AUDIT_LOG,
  asks,
  CHANGE_ALARM,
  CHANGE_BUCKET,
  CHANGE_TRAIL,
  changeOfBus,
  DELETE_LOG,
  DELETE_OBJECTS,
  MESSAGE_BUS,
  streamsOf,
  type Things,
  WRITE_LOG,
} from '../things.ts';
import { type Attack, attack, EVERYBODY, OTHERS } from './attack.ts';

export function onAuditTrail(things: Things): Attack[] {
  const trail = things.arn('shared', 'CloudTrail::Trail');
  const objects = `${things.bucket}/AWSLogs/${AWS_ACCOUNT}/CloudTrail/one.json.gz`;
  return [
    attack('somebody changes the audit bus, its rules or the archive', EVERYBODY, changeOfBus(things)),
    attack(
      'a stranger or notify puts an event on the audit bus',
      [...OTHERS, NOTIFY],
      asks(['events:PutEvents'], AUDIT_BUS),
    ),
    attack(
      'anybody but notify puts a message on the bus of messages',
      EVERYBODY.filter((actor) => actor !== NOTIFY),
      asks(['events:PutEvents'], MESSAGE_BUS),
    ),
    attack(
      'a function puts events on another bus',
      EVERY_FUNCTION,
      asks(['events:PutEvents'], arnOf('events', 'event-bus/default')),
    ),
    attack(
      'somebody writes or deletes the audit log',
      [...EVERYBODY, ...lambdas()],
      [
        ...asks(WRITE_LOG, `${AUDIT_LOG}forged`),
        ...asks(DELETE_LOG.slice(0, 1), AUDIT_LOG),
        ...asks(DELETE_LOG, `${AUDIT_LOG}today`),
      ],
    ),
    attack('somebody deletes a log group of the functions', EVERYBODY, functionLogDeletion()),
    attack("somebody reads or deletes the trail's files", EVERYBODY, [
      ...asks([...DELETE_OBJECTS, 's3:GetObject', 's3:PutObject'], objects),
      ...asks(CHANGE_BUCKET, things.bucket),
    ]),
    attack('somebody stops the trail', EVERYBODY, asks(CHANGE_TRAIL, trail)),
    attack('somebody changes the alarms', EVERYBODY, asks(CHANGE_ALARM, ...things.alarms)),
  ];
}

function functionLogDeletion(): Ask[] {
  const groups = EVERY_FUNCTION.map(({ name }) => streamsOf(`/aws/lambda/${name}`));
  return [
    ...asks(DELETE_LOG.slice(0, 1), ...groups),
    ...asks(DELETE_LOG, ...groups.map((group) => `${group}x`)),
  ];
}

function lambdas(): Actor[] {
  return EVERY_FUNCTION.map(lambdaItself);
}
