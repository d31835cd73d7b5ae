import { BadInputError, NotDoneError } from './problem.ts';
import type { Terminal } from './terminal.ts';

/** What a person is asked before something that cannot be undone. */
export interface Confirmation {
  /** The verb, and the option if that is why it asks. */
  readonly asker: string;
  /** What will happen, a line each. */
  readonly warnings: readonly string[];
  readonly question: string;
}

/** @throws BadInputError if nobody is there to answer; NotDoneError unless the answer is yes */
export async function confirm(
  { asker, warnings, question }: Confirmation,
  terminal: Terminal,
): Promise<void> {
  if (!terminal.isInteractive) {
    throw new BadInputError(`${asker} asks first, and nobody is there to answer: add --yes`);
  }
  for (const warning of warnings) terminal.warn(warning);
  const answer = await terminal.ask(`${question} [y/N]`);
  if (!/^y(es)?$/i.test(answer.trim())) throw new NotDoneError('not confirmed: nothing was done');
}
