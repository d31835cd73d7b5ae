import { AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, CfnRotationSchedule, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import { secretName } from '../lambda/contract.ts';
import type { KeyDeclaration } from '../lambda/declaration.ts';
import type { RotationSchedule } from './config/rotation-schedule.ts';
import { fixLogicalId, idPart, KEEP } from './fixed.ts';

export interface RotatedKeyProps {
  readonly account: string;
  readonly key: KeyDeclaration;
  readonly schedule: RotationSchedule;
  readonly encryptionKey: IKey;
  readonly rotateArn: string;
  /** What must exist before Secrets Manager calls the rotate function, which it does at once. */
  readonly beforeSchedule: readonly IDependable[];
}

/**
 * The secret of one key, its schedule and its readers. The secret starts empty; the first rotation fills it.
 *
 * All of it is L1: the L2 secret would start with a random string, and the L2 schedule would rotate with
 * every change of the schedule, in the middle of a deployment.
 */
export class RotatedKey extends Construct {
  constructor(scope: Construct, id: string, props: RotatedKeyProps) {
    super(scope, id);
    const secret = this.makeSecret(props);
    this.schedule(secret, props);
    if (props.key.readers.length > 0) this.admitReaders(secret, props.key);
  }

  private makeSecret({ account, key, encryptionKey }: RotatedKeyProps): CfnSecret {
    const secret = new CfnSecret(this, 'Secret', {
      name: secretName(account, key.name),
      description: `Rekey: key ${key.name} of the exchange account ${account}, permission ${key.permission}`,
      kmsKeyId: encryptionKey.keyArn,
    });
    secret.applyRemovalPolicy(KEEP);
    fixLogicalId(secret, `Secret${idPart(key.name)}`);
    return secret;
  }

  private schedule(secret: CfnSecret, { key, schedule, rotateArn, beforeSchedule }: RotatedKeyProps): void {
    const rotation = new CfnRotationSchedule(this, 'Schedule', {
      secretId: secret.ref,
      rotationLambdaArn: rotateArn,
      rotateImmediatelyOnUpdate: false,
      rotationRules: {
        scheduleExpression: schedule.expression,
        ...(schedule.windowHours && { duration: `${schedule.windowHours}h` }),
      },
    });
    rotation.node.addDependency(...beforeSchedule);
    fixLogicalId(rotation, `Schedule${idPart(key.name)}`);
  }

  /**
   * Lets the declared readers read, with no policy of their own if they are in this AWS account. They are
   * named by condition: as principals, a role that does not exist yet would fail the deployment, and one
   * that is made anew would be locked out without a word.
   */
  private admitReaders(secret: CfnSecret, key: KeyDeclaration): void {
    const statement = new PolicyStatement({
      sid: 'DeclaredReaders',
      principals: [new AnyPrincipal()],
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: { ArnEquals: { 'aws:PrincipalArn': key.readers.map(({ role }) => role) } },
    });
    const policy = new CfnResourcePolicy(this, 'Readers', {
      secretId: secret.ref,
      resourcePolicy: new PolicyDocument({ statements: [statement] }),
      // No BlockPublicPolicy: AWS says it refuses a wildcard principal and does not say that it heeds conditions.
    });
    fixLogicalId(policy, `Readers${idPart(key.name)}`);
  }
}
