/** What an invocation of a function gave: a payload as JSON text, or an error. */
export type InvocationOutcome = { readonly payload: string } | { readonly error: FunctionError };

/** An error as Lambda's answer describes it. */
interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The answer to an invocation. */
export interface InvocationResult {
  readonly requestId: string;
  readonly statusCode: 200;
  /** Set when the function failed: thrown error, crash or time-out. */
  readonly functionError?: 'Unhandled';
  /** What the function returned; for a failed one a {@link FunctionError}. */
  readonly payload: unknown;
}

/** Lambda refused the invocation; the function was not run. */
export class InvocationRefusedError extends Error {
  override readonly name: 'ResourceNotFoundException' | 'AccessDeniedException' | 'TooManyRequestsException';

  constructor(name: InvocationRefusedError['name'], message: string) {
    super(message);
    this.name = name;
  }
}
