import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  Archive,
  EventBus,
  type EventPattern,
  type IEventBus,
  type IRuleTarget,
  Rule,
} from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AUDIT_BUS_NAME, AUDIT_LOG_GROUP } from '../lambda/contract.ts';
import { LABEL_EVENTS, SERVICE_EVENTS } from './event-patterns.ts';
import { fixLogicalId, KEEP } from './fixed.ts';

export interface AuditTrailProps {
  readonly encryptionKey: IKey;
  readonly deadLetters: IQueue;
  readonly logDays: number;
  readonly archiveDays: number;
}

/** Everything that this AWS account sends: what a rule on a bus of our own can match on, always there. */
const EVERYTHING: EventPattern = { account: [Aws.ACCOUNT_ID] };

/**
 * Every audit event on one bus: kept in a log group for reading and in an archive for replaying. Secrets
 * Manager's own word on rotations and labels is forwarded here, so that ours can be held against it.
 */
export class AuditTrail extends Construct {
  readonly bus: IEventBus;

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    this.bus = this.makeBus();
    this.archive(props);
    this.log(props);
    this.forward('ForwardServiceEvents', SERVICE_EVENTS, props.deadLetters);
    this.forward('ForwardLabelEvents', LABEL_EVENTS, props.deadLetters);
  }

  private makeBus(): IEventBus {
    const bus = new EventBus(this, 'Bus', {
      eventBusName: AUDIT_BUS_NAME,
      description: 'Audit events of Rekey and of the secrets that it keeps',
    });
    bus.applyRemovalPolicy(KEEP);
    fixLogicalId(bus, 'AuditBus');
    // The class says `string | undefined` where its interface says `string?`, which is strictly not the same.
    return bus as IEventBus;
  }

  private archive({ archiveDays }: AuditTrailProps): void {
    const archive = new Archive(this, 'Archive', {
      sourceEventBus: this.bus,
      archiveName: AUDIT_BUS_NAME,
      description: 'Audit events of Rekey, for replay',
      eventPattern: EVERYTHING,
      retention: Duration.days(archiveDays),
    });
    archive.applyRemovalPolicy(KEEP);
    fixLogicalId(archive, 'AuditArchive');
  }

  private log({ encryptionKey, deadLetters, logDays }: AuditTrailProps): void {
    const logGroup = new LogGroup(this, 'LogGroup', {
      logGroupName: AUDIT_LOG_GROUP,
      retention: logDays,
      encryptionKey,
      removalPolicy: KEEP,
    });
    fixLogicalId(logGroup, 'AuditLogGroup');
    const admission = this.admitEventBridge();
    const rule = new Rule(this, 'LogEverything', { eventBus: this.bus, eventPattern: EVERYTHING });
    rule.addTarget(new AuditLogTarget(deadLetters));
    rule.node.addDependency(logGroup, admission);
  }

  /**
   * CDK's own target would bring a function with wide rights for this one policy. Only rules of the audit bus
   * write; AWS documents their ARN as a condition for PutLogEvents and not for CreateLogStream.
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
   */
  private admitEventBridge(): CfnResourcePolicy {
    const admit = (action: string, conditions: Record<string, unknown> = {}) =>
      new PolicyStatement({
        principals: ['events', 'delivery.logs'].map(
          (service) => new ServicePrincipal(`${service}.amazonaws.com`),
        ),
        actions: [action],
        resources: [`${auditLogArn(this)}:*`],
        conditions,
      });
    const policy = new PolicyDocument({
      statements: [
        admit('logs:CreateLogStream'),
        admit('logs:PutLogEvents', { ArnLike: { 'aws:SourceArn': auditRulesArn(this) } }),
      ],
    });
    return new CfnResourcePolicy(this, 'LogPolicy', {
      policyName: AUDIT_BUS_NAME,
      policyDocument: Stack.of(this).toJsonString(policy),
    });
  }

  private forward(id: string, eventPattern: EventPattern, deadLetterQueue: IQueue): void {
    new Rule(this, id, { eventPattern, targets: [new BusTarget(this.bus, { deadLetterQueue })] });
  }
}

/** The audit log group as the target of a rule. */
class AuditLogTarget implements IRuleTarget {
  readonly #deadLetters: IQueue;

  constructor(deadLetters: IQueue) {
    this.#deadLetters = deadLetters;
  }

  bind(rule: Rule) {
    this.#deadLetters.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AuditLogRule',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.#deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    );
    return { arn: auditLogArn(rule), deadLetterConfig: { arn: this.#deadLetters.queueArn } };
  }
}

/** Every rule of the audit bus, by name: the rule itself waits for the policy that this goes into. */
function auditRulesArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'events',
    resource: 'rule',
    resourceName: `${AUDIT_BUS_NAME}/*`,
  });
}

function auditLogArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: AUDIT_LOG_GROUP,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
