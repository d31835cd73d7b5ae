import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ORDERS_TAG, POWER_TAG, READER_TAG } from '../lambda/contract.ts';
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

/**
 * reconcile: moves labels, starts and turns off rotations, notes what it has seen, reads values to prove that a key is
 * dead. Writes no value.
 */
export function reconcilePermissions(resources: AccountResources): PolicyStatement[] {
  return [
    allow(resources.allSecretsArn, [
      'secretsmanager:CancelRotateSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ]),
    setTags(resources.allSecretsArn, [POWER_TAG, ORDERS_TAG]),
    keepManager(resources),
    startRotation(resources),
    throughSecretsManager(resources, resources.allSecretsArn, ['kms:Decrypt']),
  ];
}

/**
 * operate: looks as reconcile does, starts rotations, stops keys and accepts manager keys. Writes no value but the
 * manager's.
 */
export function operatePermissions(resources: AccountResources): PolicyStatement[] {
  return [
    allow(resources.allSecretsArn, [
      'secretsmanager:CancelRotateSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ]),
    allow(resources.managerSecretArn, ['secretsmanager:PutSecretValue']),
    deny(resources.managerSecretArn, ['secretsmanager:CancelRotateSecret', 'secretsmanager:RotateSecret']),
    startRotation(resources),
    throughSecretsManager(resources, resources.allSecretsArn, ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
}

/** The secrets of the whole fleet, as watch-reads may touch them. */
export interface FleetSecrets {
  readonly keySecretsArn: string;
  readonly managerSecretsArn: string;
}

/** watch-reads: looks at names and labels of versions, and notes when a reader read. Sees no value. */
export function watchReadsPermissions({ keySecretsArn, managerSecretsArn }: FleetSecrets): PolicyStatement[] {
  return [
    allow(keySecretsArn, ['secretsmanager:DescribeSecret']),
    setTags(keySecretsArn, [`${READER_TAG}*`]),
    deny(managerSecretsArn, ['secretsmanager:DescribeSecret', 'secretsmanager:TagResource']),
  ];
}

function allow(resource: string, actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resource] });
}

function deny(resource: string, actions: string[]): PolicyStatement {
  return new PolicyStatement({ effect: Effect.DENY, actions, resources: [resource] });
}

/**
 * Sets these tags and no others. Tags are notes: no policy of Rekey decides by them, so nobody can give himself
 * rights with one. Where an adopter's own policies do, those tags cannot be set from here.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html (2026-11)
 */
function setTags(secrets: string, keys: string[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['secretsmanager:TagResource'],
    resources: [secrets],
    conditions: { 'ForAllValues:StringLike': { 'aws:TagKeys': keys } },
  });
}

/**
 * The prefix covers the manager secret, but a fault in a rotation must never overwrite, swap or rotate the
 * manager key, nor write on it.
 */
function keepManager({ managerSecretArn }: AccountResources): PolicyStatement {
  return deny(managerSecretArn, [
    'secretsmanager:CancelRotateSecret',
    'secretsmanager:PutSecretValue',
    'secretsmanager:RotateSecret',
    'secretsmanager:TagResource',
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
