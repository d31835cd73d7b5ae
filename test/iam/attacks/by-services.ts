import { service } from '../actors.ts';
import { AWS_ACCOUNT, OTHER_AWS_ACCOUNT, REGION } from '../fleet.ts';
import { arnOf } from '../physical.ts';
import { AUDIT_LOG, asks, DELETE_OBJECTS, secretOf, streamsOf, type Things, WRITE_LOG } from '../things.ts';
import { type Attack, attack } from './attack.ts';

/** Services that were talked into acting for somebody else, and services on errands that nobody gave them. */
export function byServices(things: Things): Attack[] {
  const elsewhere = `arn:aws:x:${REGION}:${OTHER_AWS_ACCOUNT}:it`;
  const { key, bucket } = things;
  const functions = things.all('Lambda::Function');
  const secret = secretOf('main', 'grid-bot');
  const rulesVia = (name: string) =>
    [AWS_ACCOUNT, OTHER_AWS_ACCOUNT].map((owner) =>
      service(name, `arn:aws:events:${REGION}:${owner}:rule/somebody-elses`),
    );
  const otherRules = rulesVia('events');
  const cloudTrail = service('cloudtrail', arnOf('cloudtrail', 'trail/somebody-elses'));
  return [
    attack(
      'Secrets Manager invokes a function for another AWS account',
      [service('secretsmanager', `arn:aws:secretsmanager:${REGION}:${OTHER_AWS_ACCOUNT}:secret:theirs`)],
      asks(['lambda:InvokeFunction'], ...functions),
    ),
    attack(
      'Secrets Manager invokes another function than rotate',
      [service('secretsmanager', secret)],
      asks(['lambda:InvokeFunction'], ...functions.filter((arn) => !arn.endsWith('-rotate'))),
    ),
    attack("EventBridge follows somebody else's rule", otherRules, [
      ...asks(['lambda:InvokeFunction'], ...functions),
      ...asks(['sqs:SendMessage'], ...things.all('SQS::Queue')),
    ]),
    attack(
      "CloudWatch sends somebody else's alarm",
      [service('cloudwatch', elsewhere)],
      [
        ...asks(['sns:Publish'], ...things.all('SNS::Topic')),
        ...asks(['kms:Decrypt', 'kms:GenerateDataKey'], key),
      ],
    ),
    attack(
      "CloudTrail writes somebody else's trail",
      [cloudTrail],
      [
        ...asks(['s3:PutObject'], `${bucket}/AWSLogs/${AWS_ACCOUNT}/x`),
        ...asks(['s3:GetBucketAcl'], bucket),
        ...asks(['kms:GenerateDataKey', 'kms:DescribeKey'], key),
      ],
    ),
    attack(
      'CloudTrail deletes files, or writes them elsewhere than it should',
      [service('cloudtrail', things.arn('shared', 'CloudTrail::Trail'))],
      [
        ...asks(DELETE_OBJECTS, `${bucket}/AWSLogs/${AWS_ACCOUNT}/x`),
        ...asks(['s3:PutObject'], `${bucket}/AWSLogs/${OTHER_AWS_ACCOUNT}/x`),
      ],
    ),
    attack(
      "CloudWatch Logs uses the KMS key for another's log group",
      [service(`logs.${REGION}`, elsewhere)],
      ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'].map((action) => ({
        action,
        resource: key,
        context: { 'kms:EncryptionContext:aws:logs:arn': arnOf('logs', 'log-group:/aws/lambda/payroll') },
      })),
    ),
    attack(
      'an EventBridge rule of another AWS account, or of another bus, writes the audit log',
      [...otherRules, ...rulesVia('delivery.logs')],
      asks(['logs:PutLogEvents'], `${AUDIT_LOG}forged`),
    ),
    attack(
      'EventBridge deletes what it has logged, or writes the log of a function',
      [service('events', things.arn('shared', 'Events::Rule', 'AuditTrailLogEverything'))],
      [
        ...asks(['logs:DeleteLogStream'], `${AUDIT_LOG}today`),
        ...asks(WRITE_LOG, `${streamsOf('/aws/lambda/rekey-main-rotate')}forged`),
      ],
    ),
  ];
}
