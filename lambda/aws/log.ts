import { Logger } from '@aws-lambda-powertools/logger';
import { RekeyError } from '../core/errors.ts';

/** The log of a function: constant messages, values as fields. Never an event as a whole, never an answer. */
export const log = new Logger();

/** Fields that tell of an error without its content: only our own errors are known to hold no secret. */
export function describeError(error: unknown): { reason: string; message: string } {
  if (error instanceof RekeyError) return { reason: error.reason, message: error.message };
  const name = error instanceof Error ? error.name : 'UnknownError';
  return { reason: name, message: `an unexpected fault: ${name}` };
}
