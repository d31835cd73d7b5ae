import { Aws, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { accountTopicName, functionName } from '../lambda/contract.ts';
import { AccountFunctions } from './account-functions.ts';
import { AccountTriggers } from './account-triggers.ts';
import { AccountAlarms } from './alarms/account-alarms.ts';
import { AlertTopic } from './alert-topic.ts';
import { functionRoleArn } from './arns.ts';
import type { AccountPlan, Fleet } from './config/fleet.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { fixLogicalId } from './fixed.ts';
import { ManagerSecret } from './manager-secret.ts';
import type { RekeyFunction } from './rekey-function.ts';
import { RotatedKey } from './rotated-key.ts';
import type { SharedStack } from './shared-stack.ts';

export interface AccountStackProps {
  readonly plan: AccountPlan;
  readonly shared: SharedStack;
  readonly fleet: Pick<Fleet, 'retentionDays' | 'runbookUrl'>;
}

/** One exchange account: manager secret, key secrets with schedules, functions, what triggers them, alarms. */
export class AccountStack extends Stack {
  constructor(scope: Construct, props: AccountStackProps) {
    const { account, exchange } = props.plan.declaration;
    super(scope, `rekey-${account}`, { description: `Rekey: account ${account} at ${exchange}` });
    const deadLetters = new DeadLetterQueue(this, 'DeadLetterQueue');
    const functions = this.addFunctions(props, deadLetters);
    this.addKeys(props, functions.rotate);
    new AccountTriggers(this, 'Triggers', {
      account,
      functions,
      auditBus: props.shared.auditBus,
      deadLetters,
    });
    new AccountAlarms(this, 'Alarms', {
      account,
      deadLetters,
      runbookUrl: props.fleet.runbookUrl,
      topics: this.topicsOf(props),
    });
  }

  private addFunctions(
    { plan, shared, fleet }: AccountStackProps,
    deadLetters: DeadLetterQueue,
  ): AccountFunctions {
    const { encryptionKey, auditBus, network } = shared;
    const { account } = plan.declaration;
    const readers = (['rotate', 'reconcile', 'operate'] as const).map((name) =>
      functionRoleArn(this, functionName(account, name)),
    );
    const manager = new ManagerSecret(this, 'Manager', { account, encryptionKey, readers });
    return new AccountFunctions(this, 'Functions', {
      declaration: plan.declaration,
      managerSecretArn: manager.arn,
      auditBus,
      encryptionKey,
      logRetentionDays: fleet.retentionDays.functionLogs,
      deadLetters,
      network,
    });
  }

  private addKeys({ plan, shared }: AccountStackProps, rotate: RekeyFunction): void {
    const permission = this.admitSecretsManager(rotate);
    for (const key of plan.declaration.keys) {
      const schedule = plan.schedules.get(key.name);
      if (!schedule) throw new Error(`key ${key.name} has no schedule`);
      new RotatedKey(this, `Key-${key.name}`, {
        account: plan.declaration.account,
        key,
        schedule,
        encryptionKey: shared.encryptionKey,
        rotateArn: rotate.functionArn,
        beforeSchedule: [permission, rotate.functionRole],
      });
    }
  }

  /** One permission for all keys: naming each secret would outgrow the function's policy. */
  private admitSecretsManager(rotate: RekeyFunction): CfnPermission {
    const permission = new CfnPermission(this, 'SecretsManagerInvokesRotate', {
      action: 'lambda:InvokeFunction',
      functionName: rotate.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
    });
    fixLogicalId(permission, 'SecretsManagerInvokesRotate');
    return permission;
  }

  private topicsOf({ plan, shared }: AccountStackProps): ITopic[] {
    if (plan.extraEmails.length === 0) return [shared.alertTopic];
    const own = new AlertTopic(this, 'AlertTopic', {
      topicName: accountTopicName(plan.declaration.account),
      emails: plan.extraEmails,
      encryptionKey: shared.encryptionKey,
    });
    return [shared.alertTopic, own];
  }
}
