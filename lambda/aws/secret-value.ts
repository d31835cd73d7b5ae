import * as z from 'zod';
import type { Credentials, ManagerKey } from '../core/api-key.ts';
import { InvalidInputError } from '../core/errors.ts';
import { parseJson } from '../core/parse-json.ts';
import { Redacted } from '../core/redacted.ts';

/** A key as it is stored: the field names are those that ccxt takes, so a bot can hand the value over as it is. */
const storedKey = z.object({
  apiKey: z.string().min(1),
  secret: z.string().min(1),
  password: z.string().min(1).optional(),
});

/** An accepted manager key: the salt shows that the operate function has checked it. */
const storedManager = storedKey.extend({ salt: z.string().min(32) });

/** The JSON text of a key. The same key gives the same text, so that storing it again changes nothing. */
export function formatKey({ keyId, secret, passphrase }: Credentials): string {
  const password = passphrase ? { password: passphrase.reveal() } : {};
  return JSON.stringify({ apiKey: keyId, secret: secret.reveal(), ...password });
}

/** The JSON text of an accepted manager key. */
export function formatManager({ credentials, salt }: ManagerKey): string {
  return JSON.stringify({ ...JSON.parse(formatKey(credentials)), salt: salt.reveal() });
}

/** Reads a stored key. @throws InvalidInputError naming the field, never its content */
export function parseKey(text: string): Credentials {
  const parsed = storedKey.safeParse(parseJson(text));
  if (parsed.success) return credentialsOf(parsed.data);
  const field = parsed.error.issues[0]?.path.join('.') || 'the whole value';
  throw new InvalidInputError(
    'SecretValueMalformed',
    `the secret value is not a key: ${field} is missing or not text; wanted is JSON with apiKey, secret and, where the exchange wants one, password`,
  );
}

/** Reads an accepted manager key; undefined if the value was not accepted yet. */
export function findManager(text: string): ManagerKey | undefined {
  const parsed = storedManager.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  return { credentials: credentialsOf(parsed.data), salt: new Redacted(parsed.data.salt) };
}

function credentialsOf({ apiKey, secret, password }: z.infer<typeof storedKey>): Credentials {
  return {
    keyId: apiKey,
    secret: new Redacted(secret),
    ...(password === undefined ? {} : { passphrase: new Redacted(password) }),
  };
}
