import type { z } from 'zod';
import { invalidRequest, ServiceError } from './service-error.ts';

const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]+$/;

/**
 * Reads a request by its shape. Members that are null count as absent, unknown ones are dropped.
 *
 * @throws ServiceError SerializationException for a wrong type, ValidationException for a limit. The message
 *   names the member and never repeats what it held.
 */
export function parseRequest<S extends z.ZodType>(shape: S, input: unknown): z.infer<S> {
  const given = withoutNulls(input ?? {});
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw issue
    ? violation(issue, given)
    : new ServiceError('SerializationException', 'The request is not valid.');
}

/** @throws ServiceError ValidationException when the name has a character that names may not have. */
export function requireValidName(name: string): void {
  if (SECRET_NAME.test(name)) return;
  const allowed = 'alphanumeric characters, or any of the following: -/_+=.@!';
  throw new ServiceError('ValidationException', `Invalid name. Must be a valid name containing ${allowed}`);
}

/** @throws ServiceError InvalidRequestException, or InvalidParameterException for RotateSecret. */
export function requireToken(token: string | undefined, name?: 'InvalidParameterException'): string {
  if (token !== undefined) return token;
  const message = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.';
  throw name ? new ServiceError(name, message) : invalidRequest(message);
}

function violation(issue: z.core.$ZodIssue, input: unknown): ServiceError {
  const member = issue.path.map(String).map(lowerFirst).join('.');
  if (issue.code === 'invalid_type' && !isAbsent(input, issue.path)) {
    return new ServiceError('SerializationException', `The member '${member}' has the wrong type.`);
  }
  const constraint = isAbsent(input, issue.path) ? 'Member must not be null' : constraintOf(issue);
  const message = `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`;
  return new ServiceError('ValidationException', message);
}

function constraintOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return `Member must have length less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have length greater than or equal to ${issue.minimum}`;
    case 'custom':
      return issue.message;
    default:
      return 'Member must satisfy its pattern or set of values';
  }
}

function isAbsent(input: unknown, path: readonly PropertyKey[]): boolean {
  let reached = input;
  for (const key of path) {
    if (typeof reached !== 'object' || reached === null) return true;
    reached = Reflect.get(reached, key);
  }
  return reached === undefined;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(given.map(([key, inner]) => [key, withoutNulls(inner)]));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
