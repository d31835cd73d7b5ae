import type { Scheduled } from '../clock.ts';
import type { Secret } from './secret.ts';

export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';

/**
 * One rotation of one secret, from its start over every retry until it succeeds, is abandoned or is cancelled;
 * or the test of a rotation function that RotateImmediately=false asks for.
 */
export interface RotationRun {
  readonly kind: 'rotation' | 'test';
  readonly secret: Secret;
  /** ID of the pending version; the same in every retry. */
  readonly token: string;
  /** Retries start before this instant. */
  readonly windowEndMs: number;
  tries: number;
  /** Proves to PutSecretValue that the caller was handed this rotation; new in every try. */
  rotationToken: string;
  running: boolean;
  retry: Scheduled | undefined;
}

/**
 * The steps of a run, in order.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export function stepsOf(run: RotationRun): readonly RotationStep[] {
  return run.kind === 'test' ? ['testSecret'] : ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
}

/** The open run of every secret that has one. */
export class RotationRuns {
  readonly #open = new Map<string, RotationRun>();

  of(secret: Secret): RotationRun | undefined {
    return this.#open.get(secret.arn);
  }

  isOpen(run: RotationRun): boolean {
    return this.#open.get(run.secret.arn) === run;
  }

  /** Opens a run in place of the one that was open. */
  open(run: Pick<RotationRun, 'kind' | 'secret' | 'token' | 'windowEndMs'>): RotationRun {
    this.close(run.secret);
    const opened: RotationRun = { ...run, tries: 0, rotationToken: '', running: false, retry: undefined };
    this.#open.set(run.secret.arn, opened);
    return opened;
  }

  /** Ends the open run: no further step, no retry. Returns it. */
  close(secret: Secret): RotationRun | undefined {
    const run = this.of(secret);
    run?.retry?.cancel();
    this.#open.delete(secret.arn);
    return run;
  }
}
