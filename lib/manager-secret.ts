import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { managerSecretName } from '../lambda/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { fixLogicalId, KEEP } from './fixed.ts';

export interface ManagerSecretProps {
  readonly account: string;
  readonly encryptionKey: IKey;
  /** ARNs of the roles that may read the manager key: those of the account's functions. */
  readonly readers: readonly string[];
}

/**
 * Holds the key that makes and revokes the account's keys. Starts empty: a person gives it a value with
 * `rekey manager`. Nobody but the account's functions can read it, whatever their own policies say.
 */
export class ManagerSecret extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: ManagerSecretProps) {
    super(scope, id);
    const secret = new CfnSecret(this, 'Secret', {
      name: managerSecretName(props.account),
      description: `Rekey: manager key of the exchange account ${props.account}`,
      kmsKeyId: props.encryptionKey.keyArn,
    });
    secret.applyRemovalPolicy(KEEP);
    fixLogicalId(secret, 'ManagerSecret');
    acknowledge(secret, {
      'AwsSolutions-SMG4':
        'A person makes the manager key at the exchange; no exchange lets one be made by API.',
    });
    this.arn = secret.ref;
    this.denyOthers(props.readers);
  }

  /** A read in a batch is checked as GetSecretValue of each secret, so this covers it too. */
  private denyOthers(readers: readonly string[]): void {
    const statement = new PolicyStatement({
      sid: 'OnlyTheFunctionsRead',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': readers } },
    });
    const policy = new CfnResourcePolicy(this, 'Policy', {
      secretId: this.arn,
      resourcePolicy: new PolicyDocument({ statements: [statement] }),
      blockPublicPolicy: true,
    });
    fixLogicalId(policy, 'ManagerSecretPolicy');
  }
}
