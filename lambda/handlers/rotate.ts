import * as z from 'zod';
import { describeError, log } from '../aws/log.ts';
import { measure } from '../aws/metrics.ts';
import { InvalidInputError } from '../core/errors.ts';
import { tell } from '../core/facts.ts';
import { Redacted } from '../core/redacted.ts';
import { createStep, finishStep, setStep, testStep } from '../core/rotation.ts';
import type { Rotation } from '../core/rotation-job.ts';
import { type AccountContext, accountContext, findKey } from './account-context.ts';

/** What Secrets Manager sends. @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
const rotationEvent = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string(),
  ClientRequestToken: z.string(),
  RotationToken: z.string().optional(),
});

const STEPS = {
  createSecret: createStep,
  setSecret: setStep,
  testSecret: testStep,
  finishSecret: finishStep,
};

/** What is deployed: `rotate` between AWS and the exchange. */
export async function handler(event: unknown): Promise<void> {
  await rotate(event, accountContext('rotate'));
}

/**
 * One step of a rotation. Secrets Manager calls all four again if one fails.
 * @throws Error with a reason only; what it was caused by stays in this process
 */
export async function rotate(event: unknown, context: AccountContext): Promise<void> {
  const { Step: step, ...request } = rotationEvent.parse(event);
  const key = requireKey(context, request.SecretId);
  try {
    await STEPS[step](rotationOf(context, key, request), context);
    measure(context.declaration.account, {
      ...{ rotationFailures: 0, ...context.http.takeUse() },
      ...(step === 'finishSecret' ? { rotations: 1 } : {}),
    });
    log.info('rotation step done', { step, key: key.name, versionId: request.ClientRequestToken });
  } catch (error) {
    const fault = describeError(error);
    log.error('rotation step failed', {
      step,
      key: key.name,
      versionId: request.ClientRequestToken,
      fault,
    });
    measure(context.declaration.account, { rotationFailures: 1, ...context.http.takeUse() });
    await tellFailure(context, { key: key.name, versionId: request.ClientRequestToken, step, ...fault });
    throw new Error(`${fault.reason} in ${step} of ${key.name}`);
  }
}

function rotationOf(
  context: AccountContext,
  key: Rotation['key'],
  request: Omit<z.infer<typeof rotationEvent>, 'Step'>,
): Rotation {
  return {
    scene: context.scene,
    secretArn: request.SecretId,
    key,
    version: {
      versionId: request.ClientRequestToken,
      rotationToken: request.RotationToken === undefined ? undefined : new Redacted(request.RotationToken),
    },
  };
}

function requireKey({ declaration }: AccountContext, secretArn: string): Rotation['key'] {
  const key = findKey(declaration, secretArn);
  if (key) return key;
  throw new InvalidInputError(
    'UndeclaredSecret',
    `no key of account ${declaration.account} is kept in this secret`,
  );
}

interface Failure {
  readonly key: string;
  readonly versionId: string;
  readonly step: string;
  readonly reason: string;
  readonly message: string;
}

/** The step has failed already; that its event is not accepted must not hide why. */
async function tellFailure({ scene, time, audit }: AccountContext, failure: Failure): Promise<void> {
  const now = time.now();
  const { step, message, ...rest } = failure;
  const occurrence = `${step} ${now.toISOString()}`;
  const fact = { event: 'RotationFailed', ...rest, message: `${step}: ${message}`, occurrence } as const;
  await audit.record([tell(scene, now, fact)]).catch((error: unknown) => {
    log.error('audit event not accepted', { fault: describeError(error) });
  });
}
