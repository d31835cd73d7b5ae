import { Duration, Stack } from 'aws-cdk-lib';
import { type CfnRule, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { managerSecretName, secretPrefix, WATCH_READS_FUNCTION } from '../lambda/contract.ts';
import type { FleetDeclaration } from '../lambda/declaration.ts';
import { watchReadsPermissions } from './account-permissions.ts';
import { acknowledge } from './acknowledge.ts';
import { secretArn } from './arns.ts';
import { SECRET_READS } from './event-patterns.ts';
import { handlerCode } from './function-code.ts';
import { NAG_SECRETS } from './nag-secrets.ts';
import { type FunctionSurroundings, RekeyFunction } from './rekey-function.ts';

export interface ReadWatchProps extends FunctionSurroundings {
  readonly declaration: FleetDeclaration;
  readonly deadLetters: IQueue;
}

/**
 * Compares every read of a secret with the declared readers. One function for all accounts: CloudTrail speaks
 * on the default bus only, minutes late and best effort, and the function sees no secret and needs no network.
 */
export class ReadWatch extends Construct {
  constructor(scope: Construct, id: string, { declaration, deadLetters, ...surroundings }: ReadWatchProps) {
    super(scope, id);
    const watch = new RekeyFunction(this, 'Function', {
      ...surroundings,
      functionName: WATCH_READS_FUNCTION,
      description: 'Rekey: compares reads of secrets with the declared readers',
      code: handlerCode('watch-reads', declaration),
      timeout: Duration.minutes(1),
      memoryMegabytes: 256,
      failures: { queue: deadLetters, retries: 2, maxAge: Duration.hours(6) },
    });
    this.permit(watch);
    const rule = new Rule(this, 'Rule', {
      eventPattern: SECRET_READS,
      targets: [new LambdaFunction(watch, { deadLetterQueue: deadLetters })],
    });
    // Without this state EventBridge leaves out read-only calls, and every read is one.
    (rule.node.defaultChild as CfnRule).state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  }

  /** By pattern and not by account: a list would outgrow the role's policy. */
  private permit({ functionRole }: RekeyFunction): void {
    const ofAll = (name: (account: string) => string) => secretArn(Stack.of(this), name('*'));
    const statements = watchReadsPermissions({
      keySecretsArn: ofAll((account) => `${secretPrefix(account)}*`),
      // Secrets Manager ends each ARN with a hyphen and six characters of its own choice.
      managerSecretsArn: ofAll((account) => `${managerSecretName(account)}-??????`),
    });
    for (const statement of statements) functionRole.addToPolicy(statement);
    acknowledge(functionRole, {
      [`AwsSolutions-IAM5[Resource::${NAG_SECRETS}${secretPrefix('*')}*]`]:
        'All secrets of Rekey, and no others, have this prefix; of them it sees names and labels of versions.',
    });
  }
}
