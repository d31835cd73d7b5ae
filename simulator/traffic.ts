import type { IncomingHttpHeaders } from 'node:http';

/** A request as it arrived; the body is the raw text, because signatures are made over it. */
export interface IncomingRequest {
  readonly method: string;
  readonly path: string;
  /** What stands after the question mark, still encoded. */
  readonly query: string;
  /** The names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: string;
  /**
   * Where the request comes from: its socket's address, or the one that `x-simulated-source-address`
   * pretends.
   */
  readonly address: string;
}

/** What happens to a request: it is answered, its connection is cut, or it is left waiting. */
export type Delivery =
  | ({ readonly kind: 'answer'; readonly delayMs: number } & HttpAnswer)
  | { readonly kind: 'cut'; readonly delayMs: number }
  | { readonly kind: 'hang' };

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
