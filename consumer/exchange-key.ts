/**
 * A key as it is stored; the names are ccxt's, so it can be handed over as it is. The fields are plain for
 * that reason: printing the object prints the secret. Frozen, as all callers share it.
 */
export interface ExchangeKey {
  readonly apiKey: string;
  readonly secret: string;
  /** The passphrase, where the exchange wants one. */
  readonly password?: string;
}

/** The value is no key. Says nothing of it: it may be a secret all the same. */
class NotAKeyError extends Error {
  override readonly name = 'NotAKeyError';
}

/** Takes the three fields and nothing else. @throws NotAKeyError */
export function parseKey(text: string): ExchangeKey {
  const { apiKey, secret, password } = parseObject(text);
  if (typeof apiKey !== 'string' || typeof secret !== 'string') throw new NotAKeyError();
  if (password !== undefined && typeof password !== 'string') throw new NotAKeyError();
  return Object.freeze({ apiKey, secret, ...(password === undefined ? {} : { password }) });
}

/** Whether both are the same key, whole. */
export function isSameKey(a: ExchangeKey, b: ExchangeKey): boolean {
  return a.apiKey === b.apiKey && a.secret === b.secret && a.password === b.password;
}

function parseObject(text: string): Partial<Record<keyof ExchangeKey, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new NotAKeyError(); // the parser's own error quotes the text
  }
}
