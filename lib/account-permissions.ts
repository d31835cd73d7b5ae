import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SECRETS_MANAGER } from './arns.ts';

/** The things that the functions of one exchange account may touch. */
export interface AccountResources {
  /** Every secret of the account, by prefix: a list would outgrow the role's policy. */
  readonly allSecretsArn: string;
  readonly managerSecretArn: string;
  readonly encryptionKeyArn: string;
  readonly rotateArn: string;
}

/** rotate: writes and promotes key versions, and reads the manager key. */
export function rotatePermissions(resources: AccountResources): PolicyStatement[] {
  return [
    allow(resources.allSecretsArn, [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]),
    keepManager(resources),
    throughSecretsManager(resources, resources.allSecretsArn, ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
}

/** reconcile: moves labels, starts rotations, reads values to prove that a key is dead. Writes no value. */
export function reconcilePermissions(resources: AccountResources): PolicyStatement[] {
  return [
    allow(resources.allSecretsArn, [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ]),
    keepManager(resources),
    startRotation(resources),
    throughSecretsManager(resources, resources.allSecretsArn, ['kms:Decrypt']),
  ];
}

/** operate: looks as reconcile does, starts rotations and accepts manager keys. Writes no value but the manager's. */
export function operatePermissions(resources: AccountResources): PolicyStatement[] {
  return [
    allow(resources.allSecretsArn, [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ]),
    allow(resources.managerSecretArn, ['secretsmanager:PutSecretValue']),
    deny(resources.managerSecretArn, ['secretsmanager:RotateSecret']),
    startRotation(resources),
    throughSecretsManager(resources, resources.allSecretsArn, ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
}

function allow(resource: string, actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resource] });
}

function deny(resource: string, actions: string[]): PolicyStatement {
  return new PolicyStatement({ effect: Effect.DENY, actions, resources: [resource] });
}

/**
 * The prefix covers the manager secret, but a fault in a rotation must never overwrite, swap or rotate the
 * manager key.
 */
function keepManager({ managerSecretArn }: AccountResources): PolicyStatement {
  return deny(managerSecretArn, [
    'secretsmanager:PutSecretValue',
    'secretsmanager:RotateSecret',
    'secretsmanager:UpdateSecretVersionStage',
  ]);
}

/** Whoever calls RotateSecret must be allowed to invoke the function that it runs. */
function startRotation({ rotateArn }: AccountResources): PolicyStatement {
  return allow(rotateArn, ['lambda:InvokeFunction']);
}

function throughSecretsManager(
  { encryptionKeyArn }: AccountResources,
  secrets: string,
  actions: string[],
): PolicyStatement {
  return new PolicyStatement({
    actions,
    resources: [encryptionKeyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': SECRETS_MANAGER },
      ArnLike: { 'kms:EncryptionContext:SecretARN': secrets },
    },
  });
}
