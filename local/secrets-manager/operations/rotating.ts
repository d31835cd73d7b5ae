import { namedSecret, operation, type ServiceContext } from '../operation.ts';
import { addPendingVersion, addTestVersion } from '../pending-version.ts';
import { requireToken } from '../request-parsing.ts';
import { rotateSecretRequest, secretRequest } from '../requests.ts';
import { parseRotationRules, type RotationRules, type RotationSchedule } from '../rotation-schedule.ts';
import type { Secret } from '../secret.ts';
import { invalidParameter, invalidRequest, ServiceError } from '../service-error.ts';
import { CURRENT, hasUnfinishedRotation, PENDING } from '../staging-labels.ts';

const FUNCTION_ARN = /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$/;

/**
 * Sets rotation up and starts a rotation, or with RotateImmediately=false a test of the function. Answers at
 * once. A repeat with the token of the pending or current version starts nothing and gets the same answer.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export const rotateSecret = operation({
  request: rotateSecretRequest,
  target: namedSecret,
  answer(context, request) {
    const secret = context.table.getUsable(request.SecretId);
    const token = requireToken(request.ClientRequestToken, 'InvalidParameterException');
    if (request.ExternalSecretRotationMetadata || request.ExternalSecretRotationRoleArn) {
      throw invalidRequest('The local cloud has no managed external secrets.');
    }
    const answer = { ARN: secret.arn, Name: secret.name, VersionId: token };
    if ([PENDING, CURRENT].some((label) => secret.labels.get(label) === token)) return answer;
    const functionArn = requireFunction(context, secret, request.RotationLambdaARN);
    const schedule = requireSchedule(secret, request.RotationRules);
    requireNoUnfinishedRotation(secret, token);
    beginRotation(context, secret, {
      token,
      functionArn,
      schedule,
      immediately: request.RotateImmediately ?? true,
    });
    return answer;
  },
});

/**
 * Turns rotation off and stops the one under way; labels stay where they are.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html
 */
export const cancelRotateSecret = operation({
  request: secretRequest,
  target: namedSecret,
  answer({ rotation, table }, request) {
    const secret = table.getUsable(request.SecretId);
    if (!secret.rotation) throw noFunction();
    let pendingId: string | undefined;
    table.change(secret, () => {
      pendingId = rotation.cancel(secret);
    });
    const answer = { ARN: secret.arn, Name: secret.name };
    return pendingId === undefined ? answer : { ...answer, VersionId: pendingId };
  },
});

function beginRotation(
  { clock, rotation, table }: ServiceContext,
  secret: Secret,
  setUp: { token: string; functionArn: string; schedule: RotationSchedule; immediately: boolean },
): void {
  const { token, immediately } = setUp;
  table.change(secret, () => {
    rotation.setUp(secret, setUp);
    if (immediately) addPendingVersion(secret, token, clock.nowMs());
    else addTestVersion(secret, token, clock.nowMs());
  });
  if (immediately) rotation.start(secret, token);
  else rotation.startTest(secret, token);
}

function requireFunction(context: ServiceContext, secret: Secret, given: string | undefined): string {
  const functionArn = given || secret.rotation?.functionArn;
  if (functionArn === undefined) throw noFunction();
  if (!FUNCTION_ARN.test(functionArn))
    throw invalidParameter('RotationLambdaARN must be the ARN of a function.');
  if (context.options.mayInvoke?.(functionArn) ?? true) return functionArn;
  throw new ServiceError(
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access ' +
      'to the principal secretsmanager.amazonaws.com.',
  );
}

function requireSchedule(secret: Secret, rules: RotationRules | undefined): RotationSchedule {
  if (rules) return parseRotationRules(rules);
  if (secret.rotation) return secret.rotation.schedule;
  throw invalidParameter('You must specify RotationRules the first time you turn on rotation.');
}

function requireNoUnfinishedRotation(secret: Secret, token: string): void {
  if (hasUnfinishedRotation(secret)) {
    throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
  }
  if (secret.versions.has(token))
    throw invalidParameter('The ClientRequestToken belongs to an older version.');
}

function noFunction(): ServiceError {
  return invalidRequest('No Lambda rotation function ARN is associated with this secret.');
}
