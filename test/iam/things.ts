import {
  AUDIT_BUS_NAME,
  AUDIT_LOG_GROUP,
  functionName,
  MESSAGE_BUS_NAME,
  secretName,
} from '../../lambda/contract.ts';
import { type Ask, throughSecretsManager } from './decide.ts';
import { type Account, AWS_ACCOUNT, KEYS, REGION } from './fleet.ts';
import { arnOf } from './physical.ts';
import type { Policies } from './policies.ts';

/** Everything in the templates by what it is, for whoever asks about it. */
export class Things {
  readonly #policies: Policies;

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  /** The only resource of a type whose logical id begins so. @throws Error if there is not exactly one */
  arn(stack: string, type: string, start = ''): string {
    const found = this.#policies.resources.filter(
      (one) =>
        one.stack === `rekey-${stack}` && one.type === `AWS::${type}` && one.logicalId.startsWith(start),
    );
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${start} in ${stack}`);
    return found[0].arn;
  }

  all(type: string): string[] {
    return this.#policies.resources.filter((one) => one.type === `AWS::${type}`).map(({ arn }) => arn);
  }

  /** Every alarm, composite ones too. */
  get alarms(): string[] {
    return [...this.all('CloudWatch::Alarm'), ...this.all('CloudWatch::CompositeAlarm')];
  }

  get key(): string {
    return this.arn('shared', 'KMS::Key');
  }

  get bucket(): string {
    return this.arn('shared', 'S3::Bucket');
  }
}

export const AUDIT_BUS = arnOf('events', `event-bus/${AUDIT_BUS_NAME}`);
export const MESSAGE_BUS = arnOf('events', `event-bus/${MESSAGE_BUS_NAME}`);
export const AUDIT_LOG = streamsOf(AUDIT_LOG_GROUP);
/** A secret that has nothing to do with Rekey. */
export const OTHER_SECRET = secretArn('payroll/database');
/** A key of the same AWS account that has nothing to do with Rekey. */
export const OTHER_KEY = arnOf('kms', 'key/22222222-2222-4222-8222-222222222222');

export function secretOf(account: Account, key: string): string {
  return secretArn(secretName(account, key));
}

export function managerOf(account: Account): string {
  return secretOf(account, 'manager');
}

export function keySecretsOf(account: Account): string[] {
  return KEYS[account].map((key) => secretOf(account, key));
}

export function functionArnOf(account: Account, name: 'rotate' | 'reconcile' | 'operate'): string {
  return arnOf('lambda', `function:${functionName(account, name)}`);
}

/** How AWS names the streams of a log group, and a group in what is done to all of it. */
export function streamsOf(logGroup: string): string {
  return arnOf('logs', `log-group:${logGroup}:log-stream:`);
}

export function role(name: string): string {
  return `arn:aws:iam::${AWS_ACCOUNT}:role/${name}`;
}

/** Each action on each resource. */
export function asks(actions: readonly string[], ...resources: readonly string[]): Ask[] {
  return resources.flatMap((resource) => actions.map((action) => ({ action, resource })));
}

/** Sets these tags at once. */
export function tagAsks(tagKeys: string[], ...secrets: readonly string[]): Ask[] {
  const context = { 'aws:TagKeys': tagKeys };
  return asks(['secretsmanager:TagResource'], ...secrets).map((ask) => ({ ...ask, context }));
}

/** Use of a KMS key in the way that Secrets Manager does it for a caller. */
export function decryptVia(secret: string, key: string): Ask {
  return throughSecretsManager('kms:Decrypt', secret, key);
}

/** Use of a KMS key in the way that SNS does it for whoever publishes. */
export function encryptVia(key: string): Ask[] {
  const context = { 'kms:ViaService': `sns.${REGION}.amazonaws.com` };
  return asks(['kms:Decrypt', 'kms:GenerateDataKey'], key).map((ask) => ({ ...ask, context }));
}

export const READ = ['secretsmanager:GetSecretValue'];
export const WRITE = ['secretsmanager:PutSecretValue'];
export const MOVE_LABELS = ['secretsmanager:UpdateSecretVersionStage'];
export const ROTATE = ['secretsmanager:RotateSecret'];
export const LOOK = ['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds'];
export const TURN_OFF = ['secretsmanager:CancelRotateSecret'];
export const ADMINISTER = [
  'DeleteResourcePolicy',
  'DeleteSecret',
  'PutResourcePolicy',
  'ReplicateSecretToRegions',
  'UntagResource',
  'UpdateSecret',
].map((action) => `secretsmanager:${action}`);
export const EVERYTHING_WITH_SECRETS = [
  ...[...READ, ...WRITE, ...MOVE_LABELS, ...ROTATE, ...TURN_OFF, ...LOOK, ...ADMINISTER],
  'secretsmanager:TagResource',
];
export const WRITE_LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];
export const DELETE_LOG = [
  'DeleteLogGroup',
  'DeleteLogStream',
  'DeleteRetentionPolicy',
  'PutRetentionPolicy',
].map((action) => `logs:${action}`);
export const CHANGE_FUNCTION = [
  'AddPermission',
  'DeleteFunction',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
].map((action) => `lambda:${action}`);
export const CHANGE_KEY = ['CreateGrant', 'DisableKey', 'PutKeyPolicy', 'ScheduleKeyDeletion'].map(
  (action) => `kms:${action}`,
);
export const CHANGE_ROLE = [
  'AttachRolePolicy',
  'DeleteRolePolicy',
  'PassRole',
  'PutRolePolicy',
  'UpdateAssumeRolePolicy',
].map((action) => `iam:${action}`);
export const DELETE_OBJECTS = ['s3:DeleteObject', 's3:DeleteObjectVersion'];
export const CHANGE_BUCKET = [
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:PutBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
];
export const CHANGE_TRAIL = ['DeleteTrail', 'PutEventSelectors', 'StopLogging', 'UpdateTrail'].map(
  (action) => `cloudtrail:${action}`,
);
export const CHANGE_ALARM = [
  'DeleteAlarms',
  'DisableAlarmActions',
  'PutCompositeAlarm',
  'PutMetricAlarm',
  'SetAlarmState',
].map((action) => `cloudwatch:${action}`);
export const CHANGE_TOPIC = ['sns:DeleteTopic', 'sns:SetTopicAttributes', 'sns:Subscribe'];
export const EMPTY_QUEUE = [
  'sqs:DeleteMessage',
  'sqs:DeleteQueue',
  'sqs:PurgeQueue',
  'sqs:ReceiveMessage',
  'sqs:SetQueueAttributes',
];

/** What changes the audit trail as it is on its way: bus, rules and archive. */
export function changeOfBus(things: Things): Ask[] {
  const rules = things.all('Events::Rule');
  const onRules = ['DeleteRule', 'DisableRule', 'PutRule', 'PutTargets', 'RemoveTargets'];
  return [
    ...asks(['events:DeleteEventBus'], AUDIT_BUS),
    ...asks(['events:DeleteArchive', 'events:UpdateArchive'], things.arn('shared', 'Events::Archive')),
    ...asks(
      onRules.map((action) => `events:${action}`),
      ...rules,
    ),
  ];
}

export const NETWORK_INTERFACES: readonly Ask[] = [
  ...asks(
    [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:UnassignPrivateIpAddresses',
    ],
    arnOf('ec2', 'network-interface/eni-0123456789abcdef0'),
  ),
  ...asks(['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], '*'),
];

function secretArn(name: string): string {
  return arnOf('secretsmanager', `secret:${name}-AbCdEf`);
}
