import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * For what must outlive its stack: keys, evidence, the address that exchanges know. Kept when the stack is
 * deleted or the resource replaced, removed only if the very deployment that made it is rolled back;
 * otherwise its fixed name would block the next attempt.
 */
export const KEEP = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/**
 * Gives a resource a logical id that no refactoring changes. Another id would replace the resource: a new,
 * empty secret, or a rotation schedule that is switched off without a word.
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1813
 */
export function fixLogicalId(construct: IConstruct, id: string): void {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  (resource as CfnResource).overrideLogicalId(id);
}

/** A name as part of a logical id, which has no hyphens. Two names never give the same part. */
export function idPart(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('Dash');
}
