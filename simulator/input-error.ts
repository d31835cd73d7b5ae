/**
 * The simulator's user asked for something that does not exist or makes no sense; the message says what is
 * allowed.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
