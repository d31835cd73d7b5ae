import { Duration, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AccountFunction, functionName, secretPrefix } from '../lambda/contract.ts';
import type { AccountDeclaration } from '../lambda/declaration.ts';
import {
  type AccountResources,
  operatePermissions,
  reconcilePermissions,
  rotatePermissions,
} from './account-permissions.ts';
import { acknowledge } from './acknowledge.ts';
import { functionArn, secretArn } from './arns.ts';
import type { NetworkPlace } from './egress.ts';
import { handlerCode } from './function-code.ts';
import { NAG_SECRETS } from './nag-secrets.ts';
import { type FunctionSurroundings, RekeyFunction, type RekeyFunctionProps } from './rekey-function.ts';

export interface AccountFunctionsProps extends FunctionSurroundings {
  readonly declaration: AccountDeclaration;
  readonly managerSecretArn: string;
  readonly deadLetters: IQueue;
  readonly network: NetworkPlace | undefined;
}

/** How long a reconcile pass may take: it is over before the next one begins. */
export const RECONCILE_TIMEOUT = Duration.minutes(4);

/** In what the three differ. */
interface Particulars
  extends Pick<RekeyFunctionProps, 'description' | 'timeout' | 'memoryMegabytes' | 'failures'> {
  readonly permissions: readonly PolicyStatement[];
}

/**
 * The three functions of one exchange account, each with a role that ends at the account's name prefix: a
 * leak in one account does not reach another.
 */
export class AccountFunctions extends Construct {
  readonly rotate: RekeyFunction;
  readonly reconcile: RekeyFunction;
  readonly operate: RekeyFunction;

  constructor(scope: Construct, id: string, props: AccountFunctionsProps) {
    super(scope, id);
    const resources = this.resourcesOf(props);
    const queue = props.deadLetters;
    this.rotate = this.make('rotate', props, {
      permissions: rotatePermissions(resources),
      description: 'Rekey: issues, verifies and promotes keys',
      timeout: Duration.minutes(10),
      memoryMegabytes: 512,
    });
    this.reconcile = this.make('reconcile', props, {
      permissions: reconcilePermissions(resources),
      description: 'Rekey: revokes keys, finds orphans, drift and foreign keys',
      timeout: RECONCILE_TIMEOUT,
      memoryMegabytes: 512,
      // Tried three times, then the next pass is due and this one is of no more use.
      failures: { queue, retries: 2, maxAge: Duration.minutes(5) },
    });
    this.operate = this.make('operate', props, {
      permissions: operatePermissions(resources),
      description: 'Rekey: does what operators and undeclared reads ask for',
      timeout: Duration.minutes(2),
      memoryMegabytes: 256,
      failures: { queue, retries: 2, maxAge: Duration.hours(1) },
    });
  }

  private resourcesOf({
    declaration,
    managerSecretArn,
    encryptionKey,
  }: AccountFunctionsProps): AccountResources {
    const stack = Stack.of(this);
    return {
      allSecretsArn: secretArn(stack, `${secretPrefix(declaration.account)}*`),
      managerSecretArn,
      encryptionKeyArn: encryptionKey.keyArn,
      rotateArn: functionArn(stack, functionName(declaration.account, 'rotate')),
    };
  }

  private make(name: AccountFunction, props: AccountFunctionsProps, particulars: Particulars): RekeyFunction {
    const { permissions, ...rest } = particulars;
    const made = new RekeyFunction(this, name, {
      ...rest,
      auditBus: props.auditBus,
      encryptionKey: props.encryptionKey,
      logRetentionDays: props.logRetentionDays,
      network: props.network,
      functionName: functionName(props.declaration.account, name),
      code: handlerCode(name, props.declaration),
    });
    for (const statement of permissions) made.functionRole.addToPolicy(statement);
    acknowledge(made.functionRole, {
      [`AwsSolutions-IAM5[Resource::${NAG_SECRETS}${secretPrefix(props.declaration.account)}*]`]:
        'All secrets of one exchange account, and of no other, have this prefix.',
    });
    return made;
  }
}
