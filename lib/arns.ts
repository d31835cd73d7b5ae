import { ArnFormat, Aws, type Stack } from 'aws-cdk-lib';
import { ROLE_PATH, roleName } from '../lambda/contract.ts';

/** Secrets Manager as `kms:ViaService` names it. */
export const SECRETS_MANAGER = `secretsmanager.${Aws.REGION}.amazonaws.com`;

/** ARN of the secrets of a stack's AWS account and Region whose names match. */
export function secretArn(stack: Stack, name: string): string {
  return stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** ARN of a function by its fixed name: no reference, so a role can name a function that is made later. */
export function functionArn(stack: Stack, name: string): string {
  return stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** ARN of the role that a function runs under, as `aws:PrincipalArn` shows it. */
export function functionRoleArn(stack: Stack, functionName: string): string {
  const path = ROLE_PATH.replace(/^\//, '');
  return stack.formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: `${path}${roleName(functionName, Aws.REGION)}`,
  });
}
