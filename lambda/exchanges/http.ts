import { ExchangeUnavailableError, OutcomeUnknownError, RateLimitedError } from '../core/errors.ts';
import type { Time } from '../core/ports.ts';
import { Pace, type Use } from './pace.ts';

/** One call to an exchange, already signed. */
export interface HttpCall {
  /** For people and logs: method and path, never the query or the body. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer as it came. Untrusted and secret: it goes to the exchange's parser and nowhere else. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** `Retry-After`, in milliseconds, where the exchange sends it. */
  readonly retryAfterMs?: number;
}

/** Sends a call and waits for its answer. @throws NetworkFault */
export type Send = (call: HttpCall) => Promise<HttpAnswer>;

/** Failures in which the request certainly never left. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'];

/** A call got no answer. Says why in a word; the fault behind it is dropped, as nobody knows what it holds. */
export class NetworkFault extends Error {
  override readonly name = 'NetworkFault';
  readonly word: string;

  constructor(word: string) {
    super(word);
    this.word = word;
  }
}

const READ_ATTEMPTS = 3;
/** Where the exchange names no time, limits count per second: the pauses must outlast one. */
const FIRST_PAUSE_MS = 400;
/** Who is told to wait longer than this leaves it to the next invocation: asking again sooner gets an address banned. */
const LONGEST_PAUSE_MS = 5_000;
/** "Too many calls"; the second is what Binance says to a caller that did not heed the first. */
const TOO_MANY_CALLS = [429, 418];

/**
 * Calls to exchanges, paced by their limits: reads are repeated, calls that change something are sent once. Kept as
 * long as the process lives, because what it has spent of a limit counts on after an invocation has ended.
 */
export class Http {
  readonly #send: Send;
  readonly #time: Time;
  readonly #pace: Pace;
  #calls = 0;

  constructor(send: Send, time: Time) {
    this.#send = send;
    this.#time = time;
    this.#pace = new Pace(time);
  }

  /** From now on calls leave nothing of the exchange's limits to the account's other functions. */
  hurry(): void {
    this.#pace.takeAll();
  }

  /** Calls since this was asked last, and the most that was used of any limit meanwhile, in percent. */
  takeUse(): { exchangeCalls: number; limitUse: number } {
    const use = { exchangeCalls: this.#calls, limitUse: Math.round(100 * this.#pace.takeMost()) };
    this.#calls = 0;
    return use;
  }

  /**
   * Sends a call that changes nothing; tries again up to three times when the exchange does not answer.
   * @param sign makes the call anew for each attempt, since signatures carry the time
   * @throws ExchangeUnavailableError, RateLimitedError
   */
  async read(sign: () => HttpCall, uses: readonly Use[]): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#pace.turn(uses);
      try {
        return await this.#readOnce(sign());
      } catch (error) {
        const pause = pauseAfter(error, attempt);
        if (attempt === READ_ATTEMPTS || pause > LONGEST_PAUSE_MS) throw error;
        await this.#time.wait(pause);
      }
    }
  }

  /**
   * Sends a call that changes something, once.
   * @throws RateLimitedError, ExchangeUnavailableError if it had no effect; OutcomeUnknownError if it may have had
   */
  async write(sign: () => HttpCall, uses: readonly Use[]): Promise<HttpAnswer> {
    await this.#pace.turn(uses);
    const call = sign();
    this.#calls += 1;
    const answer = await this.#send(call).catch((fault: unknown) => {
      const word = wordOf(fault);
      if (NEVER_SENT.includes(word)) throw new ExchangeUnavailableError(call.name, word);
      throw new OutcomeUnknownError(call.name, word);
    });
    if (TOO_MANY_CALLS.includes(answer.status)) throw new RateLimitedError(call.name, answer.retryAfterMs);
    if (answer.status >= 500) throw new OutcomeUnknownError(call.name, `status ${answer.status}`);
    return answer;
  }

  async #readOnce(call: HttpCall): Promise<HttpAnswer> {
    this.#calls += 1;
    const answer = await this.#send(call).catch((fault: unknown) => {
      throw new ExchangeUnavailableError(call.name, wordOf(fault));
    });
    if (TOO_MANY_CALLS.includes(answer.status)) throw new RateLimitedError(call.name, answer.retryAfterMs);
    if (answer.status >= 500) throw new ExchangeUnavailableError(call.name, `status ${answer.status}`);
    return answer;
  }
}

/** As long as the exchange says, or a little longer each time. */
function pauseAfter(error: unknown, attempt: number): number {
  const told = error instanceof RateLimitedError ? error.retryAfterMs : undefined;
  return told ?? FIRST_PAUSE_MS * 3 ** (attempt - 1);
}

/** What is no network fault is not quoted: nobody knows what it holds. */
function wordOf(fault: unknown): string {
  return fault instanceof NetworkFault ? fault.word : 'unknown fault';
}
