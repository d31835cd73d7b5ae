import type { Caller } from './options.ts';
import type { RotationRun } from './rotation-run.ts';
import type { Secret } from './secret.ts';
import { roleArnOf, sessionNameOf } from './user-identity.ts';

/**
 * Whether a caller is the rotation function: its session belongs to the function's role or, when the role is
 * not known, is named as Lambda names it, after the function.
 */
export function isRotationFunction(
  caller: Caller,
  functionArn: string,
  functionRoleArn: string | undefined,
): boolean {
  if (functionRoleArn !== undefined) return roleArnOf(caller) === functionRoleArn;
  return sessionNameOf(caller) === functionArn.split(':')[6];
}

/**
 * Why the pending version does not count as the function's own work, or undefined when it does.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
 */
export function foreignPendingVersion(run: RotationRun, secret: Secret): string | undefined {
  const version = secret.versions.get(run.token);
  if (!version?.value || version.writtenByFunction) return undefined;
  return (
    `Pending secret version ${run.token} for Secret ${secret.arn} was not created by Lambda ` +
    `${secret.rotation?.functionArn}. Remove the AWSPENDING staging label and restart rotation`
  );
}
