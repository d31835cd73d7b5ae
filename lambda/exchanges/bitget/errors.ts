import {
  ExchangeRefusedError,
  ExchangeUnavailableError,
  OutcomeUnknownError,
  RateLimitedError,
  type Refusal,
  type RekeyError,
} from '../../core/errors.ts';

/** Answer of a delete whose key is already gone. */
export const SUB_KEY_NOT_FOUND = '40065';

/**
 * Bitget's codes as refusals. @see https://www.bitget.com/api-doc/uta/error-code (read Nov 2026)
 * Several codes per meaning: the pages name one, live answers another.
 */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  '40006': 'UnknownKey',
  '40037': 'UnknownKey',
  '40041': 'UnknownKey',
  '40012': 'BadPassphrase',
  '40036': 'BadPassphrase',
  '40009': 'BadSignature',
  '40099': 'WrongEnvironment',
  '40004': 'ClockSkew',
  '40005': 'ClockSkew',
  '40008': 'ClockSkew',
  '40078': 'ClockSkew',
  '40018': 'AddressNotAllowed',
  '40038': 'AddressNotAllowed',
  '22010': 'PermissionDenied',
  '40014': 'PermissionDenied',
  '25620': 'PermissionDenied',
  '40048': 'NotMainAccount',
  '40061': 'NotMainAccount',
  '40068': 'NotMainAccount',
  '25245': 'SubAccountRefused',
  '40028': 'SubAccountRefused',
  '40066': 'SubAccountRefused',
  '40063': 'KeyLimitReached',
  '40065': 'UnknownKey',
  '40019': 'InvalidRequest',
  '40057': 'InvalidRequest',
  '40058': 'InvalidRequest',
  '40404': 'InvalidRequest',
  '40040': 'InvalidRequest',
  '40056': 'InvalidRequest',
  '40070': 'InvalidRequest',
  '40022': 'AccountFrozen',
  '40023': 'AccountFrozen',
  '40024': 'AccountFrozen',
  '40026': 'AccountFrozen',
};

const RATE_LIMIT_CODES = ['429', '25004'];
/** The exchange is being released; whether a call had an effect is not said. */
const RELEASE_CODES = ['45001', '40725', '40808', '40015'];

/** The error that a code other than success stands for. After an unknown one nobody knows what has happened. */
export function bitgetError(code: string, call: { name: string; changes: boolean }): RekeyError {
  if (RATE_LIMIT_CODES.includes(code)) return new RateLimitedError(call.name);
  if (RELEASE_CODES.includes(code)) return unavailable(code, call);
  const refusal = REFUSALS[code];
  if (refusal) return new ExchangeRefusedError(refusal, code, call.name);
  if (call.changes) return new OutcomeUnknownError(call.name, `code ${code}, which is not on file`);
  return new ExchangeRefusedError('InvalidRequest', code, call.name);
}

function unavailable(code: string, { name, changes }: { name: string; changes: boolean }): RekeyError {
  const detail = `release window (code ${code})`;
  return changes ? new OutcomeUnknownError(name, detail) : new ExchangeUnavailableError(name, detail);
}
