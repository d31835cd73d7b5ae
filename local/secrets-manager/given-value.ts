import { SecretValue } from './secret-value.ts';
import { invalidRequest } from './service-error.ts';

/** The members of a request that carry a value. */
export interface GivenValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** The value that a request carries, if any. @throws ServiceError InvalidRequestException for both kinds at once. */
export function readGivenValue({
  SecretString: text,
  SecretBinary: bytes,
}: GivenValue): SecretValue | undefined {
  if (text !== undefined && bytes !== undefined) throw notOneValue();
  if (text !== undefined) return SecretValue.ofText(text);
  return bytes && SecretValue.ofBinary(bytes);
}

/** @throws ServiceError InvalidRequestException when the request carries no value or both kinds. */
export function requireGivenValue(given: GivenValue): SecretValue {
  const value = readGivenValue(given);
  if (!value) throw notOneValue();
  return value;
}

function notOneValue(): Error {
  return invalidRequest('You must provide either SecretString or SecretBinary.');
}
