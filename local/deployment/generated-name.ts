import { createHash } from 'node:crypto';

/**
 * A name like those that CloudFormation makes up: stack, logical id and a suffix, which here is the same at
 * every deployment. Cut to `longest` characters in the middle of the logical id.
 */
export function generatedName(stackName: string, logicalId: string, longest = 255): string {
  const suffix = createHash('sha256').update(`${stackName} ${logicalId}`).digest('hex').slice(0, 12);
  return `${`${stackName}-${logicalId}`.slice(0, longest - suffix.length - 1)}-${suffix}`;
}
