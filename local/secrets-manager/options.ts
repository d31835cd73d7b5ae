import type { MovableClock } from '../clock.ts';

/** Who calls, as the audit record will show it. */
export interface Caller {
  /** For an assumed role `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
  readonly arn: string;
  readonly type: 'AssumedRole' | 'IAMUser' | 'Root';
  readonly accessKeyId?: string | undefined;
  readonly sourceAddress: string;
  /** @default what the HTTP request says */
  readonly userAgent?: string | undefined;
  /** The IAM role behind an assumed role. @default derived from `arn`, without the role's path */
  readonly roleArn?: string | undefined;
  /** Shared by the answer and the audit record. @default a fresh one */
  readonly requestId?: string | undefined;
}

/** An event for the default bus. */
export interface EmittedEvent {
  source: string;
  'detail-type': string;
  resources: string[];
  detail: Record<string, unknown>;
  time: Date;
}

/**
 * What AWS leaves open or does one way or the other. Whatever is not set is chosen from the seed, each time.
 */
export interface RotationChoices {
  /** What becomes of AWSPENDING after a good rotation; both are healthy on AWS. */
  readonly pendingAfterSuccess?: 'remove' | 'leave';
  /** Where in its window a scheduled rotation starts, from 0 up to, not including, 1. */
  readonly positionInWindow?: number;
  /** Whether a rate() rotation planned earlier still happens after a change with RotateImmediately=false. */
  readonly earlierRateStillFires?: boolean;
  /**
   * Labels of the first value that a rotation writes to an empty secret: with AWSCURRENT at once, as the
   * documentation of PutSecretValue reads, or only what the function asked for. @default 'current'
   */
  readonly firstValueInRotation?: 'current' | 'asAsked';
}

/** A question to the policies. */
export interface AuthorizationRequest {
  readonly caller: Caller;
  /** For example `secretsmanager:GetSecretValue`. */
  readonly action: string;
  /** `*` for calls without a secret; without the random suffix for a secret that does not exist. */
  readonly secretArn: string;
  readonly resourcePolicy: string | undefined;
  /** Names of the tags that the call sets or removes. */
  readonly tagKeys: readonly string[] | undefined;
}

/** How often a failed rotation is tried again; AWS says "multiple times" while the window is open. */
interface RetryPolicy {
  /** Tries per window, the first one included. @default 5 */
  readonly tries?: number;
  /** @default 10 minutes */
  readonly spacingMs?: number;
}

export interface SecretsManagerOptions {
  readonly clock: MovableClock;
  readonly region: string;
  readonly accountId: string;
  /** Runs the rotation function and waits; rejects or returns `functionError` on failure. */
  invoke(functionArn: string, payload: unknown): Promise<{ functionError?: string | undefined }>;
  /** Puts an event on the default bus. */
  emit(event: EmittedEvent): void;
  readonly retry?: RetryPolicy;
  readonly choices?: RotationChoices;
  /** @default 1 */
  readonly seed?: number;
  /** Names the versions that a schedule starts, and makes rotation tokens. @default a random UUID each */
  readonly newId?: (() => string) | undefined;
  /** Whether calls leave CloudTrail records; service events are told in any case. @default true */
  readonly recordsCalls?: boolean | undefined;
  /** Time from a call to its CloudTrail record on the bus; service events likewise. @default 2 minutes */
  readonly cloudTrailDelayMs?: number | undefined;
  /** Whether policies allow the call. @default everything is allowed */
  authorize?(request: AuthorizationRequest): boolean;
  /** Whether the function exists and lets Secrets Manager invoke it. @default every function */
  mayInvoke?(functionArn: string): boolean;
  /**
   * The execution role of a function, for the check of who wrote the pending version; callers need their
   * `roleArn` when the role has a path.
   * @default not compared: the session name must be the function's name, as it is on Lambda
   */
  roleOfFunction?(functionArn: string): string | undefined;
}
