/** What was typed, piped in or configured is wrong. The message is one line that says how to fix it. */
export class BadInputError extends Error {
  override readonly name = 'BadInputError';
}

/** The order was right and was not carried out. The message is one line that says what to do. */
export class NotDoneError extends Error {
  override readonly name = 'NotDoneError';
}

/** The message of an error that is not ours may quote what was read, so only its name is told. */
export function sentenceOf(error: unknown): string {
  if (error instanceof BadInputError || error instanceof NotDoneError) return error.message;
  const name = error instanceof Error ? error.name : 'something that is no error';
  return `a fault of this program (${name}); REKEY_DEBUG=1 shows where`;
}

/**
 * Where an error arose, for REKEY_DEBUG: names and places of the error and its causes. Messages of errors
 * that are not ours are left out, because they may quote what was read.
 */
export function traceOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { name, message, stack = '', cause } = error;
  const places = stack.slice(stack.indexOf(message) + message.length).split('\n');
  return [name, ...places.filter((line) => /^\s+at /.test(line)), ...traceOf(cause)];
}
