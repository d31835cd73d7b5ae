import type { Authorizer } from './iam/authorizer.ts';
import { parsePolicy } from './iam/policy-document.ts';
import type { Functions } from './runtime/functions.ts';
import type { SecretsManagerOptions } from './secrets-manager/options.ts';

interface Deciders {
  readonly functions: Functions;
  readonly authorizer: Authorizer;
}

type Decisions = Required<Pick<SecretsManagerOptions, 'authorize' | 'mayInvoke' | 'roleOfFunction'>>;

/** Lets the templates' policies decide who may do what with a secret, and which function may rotate one. */
export function authorizeSecrets({ functions, authorizer }: Deciders): Decisions {
  return {
    authorize: ({ caller, action, secretArn, resourcePolicy, tagKeys }) =>
      authorizer.mayCall(caller, {
        action,
        resource: secretArn,
        resourcePolicy: resourcePolicy === undefined ? undefined : parsePolicy(resourcePolicy),
        tagKeys,
      }),
    // Secrets Manager names no secret when it invokes, so a permission with a source ARN never admits it.
    mayInvoke: (functionArn) => functions.admits(functionArn, 'secretsmanager.amazonaws.com'),
    roleOfFunction: (functionArn) => functions.find(functionArn)?.definition.roleArn,
  };
}
