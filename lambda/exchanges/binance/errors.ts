import {
  ExchangeRefusedError,
  ExchangeUnavailableError,
  OutcomeUnknownError,
  RateLimitedError,
  type Refusal,
  type RekeyError,
} from '../../core/errors.ts';

/**
 * Binance's codes as refusals. @see https://developers.binance.com/docs/binance-spot-api-docs/errors (read Nov 2026)
 * -2015 stands for an unknown key, a wrong address and a missing permission alike.
 */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  '-2015': 'NotAccepted',
  '-2008': 'UnknownKey',
  '-2014': 'UnknownKey',
  '-1002': 'PermissionDenied',
  '-1022': 'BadSignature',
  '-1021': 'ClockSkew',
  '-1020': 'InvalidRequest',
  '-1100': 'InvalidRequest',
  '-1101': 'InvalidRequest',
  '-1102': 'InvalidRequest',
  '-1103': 'InvalidRequest',
  '-1104': 'InvalidRequest',
  '-1105': 'InvalidRequest',
  '-1106': 'InvalidRequest',
  '-1130': 'InvalidRequest',
  '-9000': 'InvalidRequest',
};

const RATE_LIMIT_CODES = ['-1003', '-1015'];
/** The exchange is in trouble and does not know, or does not say, whether the call had an effect. */
const IN_TROUBLE_CODES = ['-1000', '-1001', '-1006', '-1007', '-1008', '-1016'];

/** A call that was not answered with success. */
export interface FailedCall {
  readonly name: string;
  readonly changes: boolean;
  /** HTTP status. */
  readonly status: number;
}

/**
 * The error that a code stands for. Of a code that is not on file the status tells: 4xx means that the fault is the
 * caller's and nothing was done. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api (read Nov 2026)
 */
export function binanceError(code: string, call: FailedCall): RekeyError {
  if (RATE_LIMIT_CODES.includes(code)) return new RateLimitedError(call.name);
  if (IN_TROUBLE_CODES.includes(code)) return unclear(`code ${code}`, call);
  const refusal = REFUSALS[code];
  if (refusal) return new ExchangeRefusedError(refusal, code, call.name);
  if (call.status < 400) return unclear(`code ${code}, which is not on file`, call);
  return new ExchangeRefusedError('InvalidRequest', code, call.name);
}

/** Nobody knows what has happened. */
export function unclear(detail: string, { name, changes }: FailedCall): RekeyError {
  return changes ? new OutcomeUnknownError(name, detail) : new ExchangeUnavailableError(name, detail);
}
