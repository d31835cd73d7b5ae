import { z } from 'zod';
import type { Credentials } from '../lambda/core/api-key.ts';
import { Redacted } from '../lambda/core/redacted.ts';
import { parseJson } from './parse-json.ts';
import { BadInputError } from './problem.ts';
import type { Terminal } from './terminal.ts';

const FORM =
  'one JSON object {"apiKey": "...", "secret": "...", "password": "..."}, without password if there is none';

/** Pasting brings spaces and line ends along, which an exchange refuses without saying why. */
const part = z
  .string('is missing or not text')
  .min(1, 'is empty')
  .refine((text) => text.trim() === text, 'begins or ends with white space');

/** A private key in PEM ends with a line end in every file; it signs with and without. */
const secret = z.preprocess(
  (value) => (typeof value === 'string' && value.startsWith('-----BEGIN ') ? value.trimEnd() : value),
  part,
);

const managerKey = z.strictObject({ apiKey: part, secret, password: part.optional() });

/** What the parts of a key are called when a person is asked for them. */
const ASKED = { apiKey: 'the key ID', secret: 'the key secret', password: 'the passphrase' } as const;

/**
 * Asks for a manager key, or takes it from standard input if nobody is there to be asked. Only its shape is
 * checked here; what it may do is for the exchange to say. @throws BadInputError that never quotes a value
 */
export async function readManagerKey(terminal: Terminal): Promise<Credentials> {
  return terminal.isInteractive ? await askForKey(terminal) : parseInput(await terminal.readAll());
}

async function askForKey(terminal: Terminal): Promise<Credentials> {
  const apiKey = (await terminal.ask('Key ID:')).trim();
  const secret = await terminal.askHidden('Key secret (not shown):');
  const password = await terminal.askHidden('Passphrase (not shown, empty if the exchange has none):');
  const answer = { apiKey, secret, ...(password === '' ? {} : { password }) };
  const parsed = managerKey.safeParse(answer);
  if (parsed.success) return toCredentials(parsed.data);
  const [issue] = parsed.error.issues;
  const field = issue?.path[0] as keyof typeof ASKED;
  throw new BadInputError(`${ASKED[field]} ${issue?.message}; nothing was stored, ask again`);
}

function parseInput(text: string): Credentials {
  if (text.trim() === '') throw new BadInputError(`standard input is empty; pipe in ${FORM}`);
  const parsed = managerKey.safeParse(parseJson(text));
  if (parsed.success) return toCredentials(parsed.data);
  throw new BadInputError(`standard input is no manager key: ${faultOf(parsed.error)}; pipe in ${FORM}`);
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  if (issue?.code === 'unrecognized_keys') return 'it has a field that is none of these';
  const field = issue?.path[0];
  return field === undefined ? 'it is no JSON object' : `${String(field)} ${issue?.message}`;
}

function toCredentials({ apiKey, secret, password }: z.infer<typeof managerKey>): Credentials {
  const passphrase = password === undefined ? {} : { passphrase: new Redacted(password) };
  return { keyId: apiKey, secret: new Redacted(secret), ...passphrase };
}
