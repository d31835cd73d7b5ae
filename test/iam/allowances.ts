import { type Actor, functionOf, functionsOf, service } from './actors.ts';
import type { Ask } from './decide.ts';
import { ACCOUNTS, AWS_ACCOUNT, OTHER_AWS_ACCOUNT, REGION } from './fleet.ts';
import { arnOf } from './physical.ts';
import {
  AUDIT_BUS,
  AUDIT_LOG,
  asks,
  functionArnOf,
  secretOf,
  streamsOf,
  type Things,
  WRITE_LOG,
} from './things.ts';

/** Something that is allowed, in words for the page. */
export interface Allowance {
  readonly who: string;
  readonly may: string;
  /** Everybody of a pair may do everything of it. */
  readonly pairs: readonly (readonly [readonly Actor[], readonly Ask[]])[];
}

/** What services are let in for: each by the one sender that the stacks make. */
export function errandsOf(things: Things): Allowance[] {
  const invoke = (name: 'rotate' | 'reconcile' | 'operate') =>
    asks(['lambda:InvokeFunction'], functionArnOf('main', name));
  const rules = (start: string, stack = 'main') =>
    service('events', things.arn(stack, 'Events::Rule', start));
  const trail = service('cloudtrail', things.arn('shared', 'CloudTrail::Trail'));
  const toReconcile = ['Periodic', 'EmergencyPromotion', 'RotationFailed'].map((id) =>
    rules(`Triggers${id}`),
  );
  const ownRules = [...toReconcile, rules('TriggersUndeclaredRead')];
  const alarmTopics = things.all('SNS::Topic').filter((arn) => arn.endsWith('alerts'));
  const alarm = service('cloudwatch', things.all('CloudWatch::Alarm')[0] ?? '');
  const logGroup = {
    'kms:EncryptionContext:aws:logs:arn': arnOf('logs', 'log-group:/aws/events/rekey-audit'),
  };
  return [
    allowance('Secrets Manager, for this AWS account', 'invoke rotate', [
      [[service('secretsmanager', secretOf('main', 'grid-bot'))], invoke('rotate')],
    ]),
    allowance("EventBridge, by the account's three rules for it", 'invoke reconcile', [
      [toReconcile, invoke('reconcile')],
    ]),
    allowance('EventBridge, by the rule on undeclared reads', 'invoke operate', [
      [[rules('TriggersUndeclaredRead')], invoke('operate')],
    ]),
    allowance('EventBridge, by the rule on reads', 'invoke watch-reads', [
      [
        [rules('ReadWatchRule', 'shared')],
        asks(['lambda:InvokeFunction'], arnOf('lambda', 'function:rekey-watch-reads')),
      ],
    ]),
    allowance('EventBridge, by the rules on events and alarms', 'invoke notify', [
      [
        [rules('NotifyEvents', 'shared'), rules('NotifyAlarms', 'shared')],
        asks(['lambda:InvokeFunction'], arnOf('lambda', 'function:rekey-notify')),
      ],
    ]),
    allowance("EventBridge, by the account's rules", "send to the account's dead letter queue", [
      [ownRules, asks(['sqs:SendMessage'], things.arn('main', 'SQS::Queue'))],
    ]),
    allowance('EventBridge, by the rule of the audit log', 'write the audit log', [
      [[rules('AuditTrailLogEverything', 'shared')], asks(WRITE_LOG, `${AUDIT_LOG}today`)],
    ]),
    allowance('CloudWatch, for alarms of this AWS account', 'send to the topics of all alerts', [
      [
        [alarm],
        [
          ...asks(['sns:Publish'], ...alarmTopics),
          ...asks(['kms:Decrypt', 'kms:GenerateDataKey'], things.key),
        ],
      ],
    ]),
    allowance('CloudTrail, for the trail `rekey`', 'write files of this AWS account', [
      [
        [trail],
        [
          ...asks(['s3:PutObject'], `${things.bucket}/AWSLogs/${AWS_ACCOUNT}/CloudTrail/x`),
          ...asks(['s3:GetBucketAcl'], things.bucket),
          ...asks(['kms:GenerateDataKey', 'kms:DescribeKey'], things.key),
        ],
      ],
    ]),
    allowance('CloudWatch Logs, for log groups of Rekey', 'use the KMS key', [
      [
        [service(`logs.${REGION}`, arnOf('logs', 'log-group:x'))],
        asks(['kms:Decrypt', 'kms:GenerateDataKey'], things.key).map((ask) => ({
          ...ask,
          context: logGroup,
        })),
      ],
    ]),
    ...rolesOfServices(things),
  ];
}

function rolesOfServices(things: Things): Allowance[] {
  const forwarders = things.all('IAM::Role').filter((arn) => arn.includes('Forward'));
  const destinations = things.all('IAM::Role').filter((arn) => arn.includes('Destination'));
  const chat = things.arn('shared', 'IAM::Role', 'NotifyChatRole');
  const flowLog = things.arn('shared', 'IAM::Role', 'EgressVpcFlowLog');
  const roleActor = (principal: string) => ({
    ...functionOf('main', 'rotate'),
    name: principal,
    principal,
    context: {},
  });
  return [
    allowance('Lambda', "take on the functions' roles", [
      [
        [service('lambda', functionArnOf('main', 'rotate'))],
        asks(['sts:AssumeRole'], ...functionsOf(...ACCOUNTS).map(({ principal }) => principal)),
      ],
    ]),
    allowance('EventBridge, under the role of a forwarding rule', 'send events to the audit bus', [
      [
        [service('events', things.arn('shared', 'Events::Rule', 'AuditTrailForwardLabel'))],
        asks(['sts:AssumeRole'], ...forwarders),
      ],
      [forwarders.map(roleActor), asks(['events:PutEvents'], AUDIT_BUS)],
    ]),
    allowance('EventBridge, under the role of an endpoint', 'call that endpoint', [
      [
        [service('events', things.arn('shared', 'Events::Rule', 'NotifyHttpsHttps'))],
        asks(['sts:AssumeRole'], ...destinations),
      ],
      ...destinations.map(
        (arn) =>
          [[roleActor(arn)], asks(['events:InvokeApiDestination'], destinationOf(arn, things))] as const,
      ),
    ]),
    allowance('Amazon Q Developer in chat applications', 'take on its role, which may do nothing', [
      [[service('chatbot', arnOf('chatbot', 'chat-configuration/x'))], asks(['sts:AssumeRole'], chat)],
    ]),
    allowance('VPC flow logs, under their role', 'write their log group', [
      [[service('vpc-flow-logs', arnOf('ec2', 'vpc-flow-log/fl-1'))], asks(['sts:AssumeRole'], flowLog)],
      [[roleActor(flowLog)], asks(WRITE_LOG, `${streamsOf('/aws/vpc/rekey-egress')}eni`)],
    ]),
  ];
}

/** The endpoint that a role is for: their logical ids begin alike. */
function destinationOf(roleArn: string, things: Things): string {
  const name =
    roleArn
      .split('/')
      .at(-1)
      ?.replace(/EventsRole.*$/, '') ?? '';
  return things.all('Events::ApiDestination').find((arn) => arn.includes(name)) ?? '';
}

/**
 * What the policies allow and should not, or need not: on the page in so many words. Once
 * one of them is stopped, the test fails and the entry belongs among the attacks.
 */
export function gaps(): Allowance[] {
  const elsewhere = service('events', `arn:aws:events:${REGION}:${OTHER_AWS_ACCOUNT}:rule/theirs`);
  return [
    allowance('EventBridge, by any rule whose target is the audit log', 'make an empty log stream in it', [
      [[elsewhere], asks(['logs:CreateLogStream'], `${AUDIT_LOG}empty`)],
    ]),
  ];
}

function allowance(who: string, may: string, pairs: Allowance['pairs']): Allowance {
  return { who, may, pairs };
}
