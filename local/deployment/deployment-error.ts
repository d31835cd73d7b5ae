import { z } from 'zod';

/** Where in the app a deployment failed. */
export interface DeploymentPlace {
  readonly stackName: string;
  readonly logicalId?: string;
  readonly type?: string;
}

/** A stack could not be deployed. The message names the stack, the resource and the reason. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';

  constructor({ stackName, logicalId, type }: DeploymentPlace, cause: unknown) {
    const where =
      logicalId === undefined ? `stack ${stackName}` : `${logicalId} (${type}) of stack ${stackName}`;
    super(`${where}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof z.ZodError) return z.prettifyError(cause);
  return cause instanceof Error ? cause.message : String(cause);
}
