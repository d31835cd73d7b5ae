import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ExchangeKey, isSameKey, parseKey } from './exchange-key.ts';

export interface CredentialsOptions {
  /** @default a client made from the environment */
  readonly client?: {
    send(
      command: GetSecretValueCommand,
      options: { abortSignal: AbortSignal },
    ): Promise<{ SecretString?: string | undefined }>;
  };
  /** How long a key is used before it is read again: the `cache` declared for this reader. @default 5 minutes */
  readonly cacheMs?: number;
  /** How long beyond that it is used while Secrets Manager cannot be read. @default 1 hour */
  readonly staleMs?: number;
  /** @default the machine's clock */
  readonly now?: () => Date;
}

/** The current key of one secret, kept fresh. */
export interface KeyCache {
  /** The key to use now; concurrent callers share one read. @throws KeyUnavailableError */
  current(): Promise<ExchangeKey>;
  /**
   * Calls with the current key. On an authentication error the key is read again and, if it is a new one, the
   * call is made once more. That is safe: an exchange that refuses a key has not acted.
   * @throws what the last call threw, or KeyUnavailableError before the first
   */
  use<T>(
    call: (key: ExchangeKey) => Promise<T>,
    options: { readonly isAuthenticationError: (error: unknown) => boolean },
  ): Promise<T>;
  /** Says that the exchange refused this key: the next `current()` reads again, unless a newer key is known. */
  reportAuthenticationError(key: ExchangeKey): void;
}

/** There is no key to use. Has no cause: an error of the SDK may hold the answer, and so the secret. */
export class KeyUnavailableError extends Error {
  override readonly name = 'KeyUnavailableError';
  /** The error's name at AWS (`ResourceNotFoundException`: no key was issued yet), `TimedOut` or `NotAKeyError`. */
  readonly reason: string;

  constructor(secretId: string, reason: string) {
    super(`secret ${secretId} gives no key: ${reason}`);
    this.reason = reason;
  }
}

const MINUTE_MS = 60_000;
/** Longest wait for Secrets Manager, its retries included, before the known key is used on. */
const READ_TIMEOUT_MS = 5_000;
/** After a read that brought nothing new the next waits this long, then twice as long, and so on. */
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * The key in this secret (`rekey/<account>/<key>`), read when first asked for. One per secret and process.
 * @see docs/consumer.md
 */
export function credentials(secretId: string, options: CredentialsOptions = {}): KeyCache {
  return new CachedKey(secretId, options);
}

interface Known {
  readonly key: ExchangeKey;
  readonly readAt: number;
  /** The exchange refused it after it was read. */
  isRefused: boolean;
}

class CachedKey implements KeyCache {
  readonly #secretId: string;
  readonly #options: CredentialsOptions;
  #client: CredentialsOptions['client'];
  #known: Known | undefined;
  #reading: Promise<void> | undefined;
  #failure = 'NotRead';
  #pauseMs = 0;
  #pausedAt = 0;

  constructor(secretId: string, options: CredentialsOptions) {
    this.#secretId = secretId;
    this.#options = options;
    this.#client = options.client;
  }

  async current(): Promise<ExchangeKey> {
    const { cacheMs = 5 * MINUTE_MS, staleMs = 60 * MINUTE_MS } = this.#options;
    const known = this.#known;
    if (known && !known.isRefused && this.#isWithin(known.readAt, cacheMs)) return known.key;
    if (!this.#isWithin(this.#pausedAt, this.#pauseMs)) await this.#readOnce();
    if (this.#known && this.#isWithin(this.#known.readAt, cacheMs + staleMs)) return this.#known.key;
    throw new KeyUnavailableError(this.#secretId, this.#failure);
  }

  async use<T>(
    call: (key: ExchangeKey) => Promise<T>,
    { isAuthenticationError }: { readonly isAuthenticationError: (error: unknown) => boolean },
  ): Promise<T> {
    const key = await this.current();
    try {
      return await call(key);
    } catch (error) {
      if (!isAuthenticationError(error)) throw error;
      this.reportAuthenticationError(key);
      const next = await this.current().catch(() => key);
      if (isSameKey(next, key)) throw error;
      return await call(next);
    }
  }

  reportAuthenticationError(key: ExchangeKey): void {
    if (!this.#known || this.#known.isRefused || !isSameKey(this.#known.key, key)) return;
    this.#known.isRefused = true;
    // A read that began before the refusal may still bring the refused key: do not wait for that one.
    this.#reading = undefined;
  }

  /** Never throws: what a failed read means depends on what is known already. */
  #readOnce(): Promise<void> {
    if (this.#reading !== undefined) return this.#reading;
    const refused = this.#known?.isRefused ? this.#known.key : undefined;
    const reading: Promise<void> = this.#read().then((result) => {
      if (this.#reading !== reading) return;
      this.#reading = undefined;
      this.#learn(result, refused);
    });
    this.#reading = reading;
    return reading;
  }

  #learn(result: Known | string, refused: ExchangeKey | undefined): void {
    const isFailure = typeof result === 'string';
    if (isFailure) this.#failure = result;
    else this.#known = result;
    const isFruitless = isFailure || (refused !== undefined && isSameKey(result.key, refused));
    const nextPauseMs = Math.min(Math.max(SHORTEST_PAUSE_MS, this.#pauseMs * 2), LONGEST_PAUSE_MS);
    this.#pauseMs = isFruitless ? nextPauseMs : 0;
    this.#pausedAt = this.#now();
  }

  /** The key, its life counted from before the read; or why there is none. */
  async #read(): Promise<Known | string> {
    const readAt = this.#now();
    try {
      this.#client ??= new SecretsManagerClient({});
      const { SecretString } = await this.#client.send(
        new GetSecretValueCommand({ SecretId: this.#secretId, VersionStage: 'AWSCURRENT' }),
        { abortSignal: AbortSignal.timeout(READ_TIMEOUT_MS) },
      );
      return { key: parseKey(SecretString ?? ''), readAt, isRefused: false };
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** A clock that was set back makes nothing younger. */
  #isWithin(since: number, spanMs: number): boolean {
    const age = this.#now() - since;
    return age >= 0 && age < spanMs;
  }

  #now(): number {
    return (this.#options.now?.() ?? new Date()).getTime();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UnknownError';
  return error.name === 'AbortError' ? 'TimedOut' : error.name;
}
