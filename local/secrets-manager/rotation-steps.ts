import type { MovableClock } from '../clock.ts';
import type { SecretsManagerOptions } from './options.ts';
import { foreignPendingVersion } from './pending-ownership.ts';
import { type RotationRun, type RotationStep, stepsOf } from './rotation-run.ts';
import { CURRENT } from './staging-labels.ts';

interface StepDependencies {
  readonly clock: MovableClock;
  readonly invoke: SecretsManagerOptions['invoke'];
  /** False once the run was cancelled, abandoned or replaced. */
  isOpen(): boolean;
}

export type StepsOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' };

/**
 * Calls the rotation function step by step and stops at the first failure, or when the run is no longer open.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export async function runSteps(run: RotationRun, dependencies: StepDependencies): Promise<StepsOutcome> {
  for (const step of stepsOf(run)) {
    const succeeded = await invokeStep(run, step, dependencies);
    if (!dependencies.isOpen()) return { kind: 'stopped' };
    const message = succeeded ? faultAfter(run, step) : stepFailed(run, step);
    if (message !== undefined) return { kind: 'failed', message };
  }
  return { kind: 'succeeded' };
}

async function invokeStep(
  run: RotationRun,
  step: RotationStep,
  { clock, invoke }: StepDependencies,
): Promise<boolean> {
  try {
    const { functionError } = await invoke(functionOf(run), {
      Step: step,
      SecretId: run.secret.arn,
      ClientRequestToken: run.token,
      RotationToken: run.rotationToken,
    });
    return functionError === undefined;
  } catch (error) {
    clock.report(error, `${step} of the rotation of ${run.secret.name}`);
    return false;
  }
}

function faultAfter(run: RotationRun, step: RotationStep): string | undefined {
  if (step === 'createSecret') return foreignPendingVersion(run, run.secret);
  if (step !== 'finishSecret' || run.secret.labels.get(CURRENT) === run.token) return undefined;
  return `The rotation ended, but version ${run.token} of secret ${run.secret.arn} is not AWSCURRENT`;
}

function stepFailed(run: RotationRun, step: RotationStep): string {
  return `Error when executing lambda ${functionOf(run)} during ${step} step`;
}

function functionOf(run: RotationRun): string {
  return run.secret.rotation?.functionArn ?? '';
}
