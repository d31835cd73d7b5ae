import { Duration, Stack } from 'aws-cdk-lib';
import { type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { secretPrefix } from '../lambda/contract.ts';
import type { AccountFunctions } from './account-functions.ts';
import { secretArn } from './arns.ts';
import { auditEvents, failedRotations, ignoreReplays } from './event-patterns.ts';
import type { RekeyFunction } from './rekey-function.ts';

export interface AccountTriggersProps {
  readonly account: string;
  readonly functions: AccountFunctions;
  readonly auditBus: IEventBus;
  readonly deadLetters: IQueue;
}

/** What sets the functions of one exchange account to work beside Secrets Manager and the operator. */
export class AccountTriggers extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { account, functions, auditBus, deadLetters }: AccountTriggersProps,
  ) {
    super(scope, id);
    const invoke = (handler: RekeyFunction) => [
      new LambdaFunction(handler, { deadLetterQueue: deadLetters }),
    ];
    // A rule and not EventBridge Scheduler: it needs no further role, and works as the other two do.
    new Rule(this, 'Periodic', {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: invoke(functions.reconcile),
    });
    // An emergency has no grace period: the replaced key is revoked now, not at the next pass.
    new Rule(this, 'EmergencyPromotion', {
      eventBus: auditBus,
      eventPattern: auditEvents('KeyPromoted', { account: [account], emergency: [true] }),
      targets: invoke(functions.reconcile),
    });
    // A function that was cut off cannot tell that it failed; Secrets Manager does.
    const failed = new Rule(this, 'RotationFailed', {
      eventBus: auditBus,
      eventPattern: failedRotations(secretArn(Stack.of(this), secretPrefix(account))),
      targets: invoke(functions.reconcile),
    });
    ignoreReplays(failed);
    const answer = new Rule(this, 'UndeclaredRead', {
      eventBus: auditBus,
      eventPattern: auditEvents('UndeclaredRead', { account: [account], answer: ['rotate', 'stop'] }),
      targets: invoke(functions.operate),
    });
    ignoreReplays(answer);
  }
}
