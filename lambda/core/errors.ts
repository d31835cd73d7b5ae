/**
 * Errors, split by what the caller must do. None ever holds a request, a header, a body or a whole answer:
 * every exchange answer is treated as a secret.
 */
export abstract class RekeyError extends Error {
  /** One CamelCase word for machines; the same in alarms, events and the CLI. */
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
    this.name = new.target.name;
  }
}

/** What was asked cannot be done as asked: somebody must change the request, the declaration or the secret. */
export class InvalidInputError extends RekeyError {}

/** Why an exchange refused, as far as its answer tells. */
export type Refusal =
  | 'UnknownKey'
  /** Unknown, or not from this address, or not permitted: the exchange does not say which. */
  | 'NotAccepted'
  | 'AddressNotAllowed'
  | 'BadSignature'
  | 'BadPassphrase'
  | 'WrongEnvironment'
  | 'ClockSkew'
  | 'PermissionDenied'
  | 'NotMainAccount'
  | 'SubAccountRefused'
  | 'KeyLimitReached'
  | 'AccountFrozen'
  | 'InvalidRequest';

/** The exchange understood the call and said no; nothing happened there. Asking again gives the same answer. */
export class ExchangeRefusedError extends RekeyError {
  readonly refusal: Refusal;
  /** The exchange's own code, for its documentation. */
  readonly code: string;

  constructor(refusal: Refusal, code: string, call: string) {
    super(refusal, `the exchange refused ${call}: ${refusal} (code ${code})`);
    this.refusal = refusal;
    this.code = code;
  }
}

/** The exchange could not be asked, and the call certainly had no effect. Try later. */
export class ExchangeUnavailableError extends RekeyError {
  constructor(call: string, detail: string, options?: ErrorOptions) {
    super('ExchangeUnavailable', `the exchange did not answer ${call}: ${detail}`, options);
  }
}

/** The exchange wants fewer calls; this one had no effect. Try later. */
export class RateLimitedError extends RekeyError {
  /** How long the exchange wants not to be asked, where it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(call: string, retryAfterMs?: number) {
    super('RateLimited', `the exchange limits the rate of ${call}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A call that changes something was sent and its result is not known. Look before doing anything again. */
export class OutcomeUnknownError extends RekeyError {
  constructor(call: string, detail: string, options?: ErrorOptions) {
    super('OutcomeUnknown', `the result of ${call} is not known: ${detail}`, options);
  }
}

/** A step found the world not as it must be before it may go on. Nothing was changed. */
export class CheckFailedError extends RekeyError {}

/** Whether the exchange refused for this reason. */
export function wasRefused(error: unknown, ...refusals: Refusal[]): boolean {
  return error instanceof ExchangeRefusedError && refusals.includes(error.refusal);
}
