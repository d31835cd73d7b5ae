import { namedSecret, operation } from '../operation.ts';
import { putResourcePolicyRequest, secretRequest } from '../requests.ts';
import { ServiceError } from '../service-error.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html */
export const putResourcePolicy = operation({
  request: putResourcePolicyRequest,
  target: namedSecret,
  answer({ table }, request) {
    const secret = table.getUsable(request.SecretId);
    const statements = readStatements(request.ResourcePolicy);
    if (request.BlockPublicPolicy && statements.some(allowsEveryone)) {
      const message = 'The resource policy grants broad access to the secret.';
      throw new ServiceError('PublicPolicyException', message);
    }
    table.change(secret, () => {
      secret.resourcePolicy = request.ResourcePolicy;
    });
    return { ARN: secret.arn, Name: secret.name };
  },
});

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html */
export const getResourcePolicy = operation({
  request: secretRequest,
  readOnly: true,
  target: namedSecret,
  answer({ table }, request) {
    const secret = table.getUsable(request.SecretId);
    const answer = { ARN: secret.arn, Name: secret.name };
    return secret.resourcePolicy === undefined
      ? answer
      : { ...answer, ResourcePolicy: secret.resourcePolicy };
  },
});

/** Nothing happens when there is no policy. @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html */
export const deleteResourcePolicy = operation({
  request: secretRequest,
  target: namedSecret,
  answer({ table }, request) {
    const secret = table.getUsable(request.SecretId);
    table.change(secret, () => {
      secret.resourcePolicy = undefined;
    });
    return { ARN: secret.arn, Name: secret.name };
  },
});

function readStatements(text: string): Record<string, unknown>[] {
  const policy = parseJson(text);
  const statements = isRecord(policy) ? [policy.Statement].flat() : [];
  if (statements.length > 0 && statements.every(isStatement)) return statements;
  throw malformed();
}

function isStatement(value: unknown): value is Record<string, unknown> {
  return (
    isRecord(value) && (value.Effect === 'Allow' || value.Effect === 'Deny') && value.Principal !== undefined
  );
}

/** A condition is taken to narrow the access; AWS looks closer. */
function allowsEveryone(statement: Record<string, unknown>): boolean {
  if (statement.Effect !== 'Allow' || statement.Condition !== undefined) return false;
  const { Principal: principal } = statement;
  const named = isRecord(principal) ? Object.values(principal).flat() : [principal];
  return named.includes('*');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', 'This resource policy contains invalid Json.');
}
