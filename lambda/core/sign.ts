import type { Answer } from '../declaration.ts';

/** Something that rarely lies: a finding that asks for the answer that is declared for it. */
export interface Sign {
  /** Reason of the finding. */
  readonly reason: string;
  /** Names of the declared keys that it is about. */
  readonly keys: readonly string[];
  /** When it was seen last: keys that were made later are not in doubt. */
  readonly lastSeen: Date;
  /** Answers that help against it. */
  readonly admits: readonly Exclude<Answer, 'tell'>[];
  /** Whose declaration says what to answer. */
  readonly declaredBy: 'key' | 'account';
}
