/** Where the failures, or successes, of asynchronous invocations go. */
export interface AsyncSettings {
  /** Tries after the first. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly onFailureArn?: string | undefined;
  readonly onSuccessArn?: string | undefined;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const DEFAULT_ASYNC_SETTINGS: AsyncSettings = {
  maximumRetryAttempts: 2,
  maximumEventAgeMs: 6 * 3_600_000,
};

/** A function as its template describes it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly roleArn: string;
  /** File and export, for example `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutMs: number;
  readonly memoryMegabytes: number;
  /** What the template gives, nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  readonly code: FunctionCode;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly logLevel: string | undefined;
  readonly reservedConcurrency: number | undefined;
  readonly deadLetterArn: string | undefined;
}

/** Code as a folder of the assembly, or inside the template. */
export type FunctionCode =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'inline'; readonly source: string };
