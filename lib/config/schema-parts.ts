import { z } from 'zod';

/** Text of one form; the message says what is allowed. */
export function text(pattern: RegExp, allowed: string) {
  return z.string(allowed).regex(pattern, allowed);
}

const EMAIL = 'an e-mail address';

/** People to be told by mail. */
export const emails = z
  .array(z.email(EMAIL), 'a list of e-mail addresses')
  .min(1, 'at least one e-mail address');
