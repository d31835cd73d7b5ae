/** One request to the exchange's port. Queries, headers and bodies are never kept. */
export interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly route: string | null;
  readonly key: string | null;
  readonly address: string;
  /** Null when no answer went out. */
  readonly status: number | null;
  /** The exchange's own code; null when no answer went out, or one without the exchange's code. */
  readonly code: string | null;
  /** The fault that decided the answer, or null. */
  readonly fault: string | null;
}

const kept = 10_000;

/** The last 10,000 requests, oldest first. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > kept) this.#entries.shift();
  }
}
