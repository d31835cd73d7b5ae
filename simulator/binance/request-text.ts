import type { IncomingRequest } from '../traffic.ts';
import { Refusal } from './refusal.ts';

/** What a request says, and the text that its signature must be made over. */
export interface RequestText {
  /** Decoded; a name that is in the query and in the body has the query's value. */
  readonly values: ReadonlyMap<string, string>;
  readonly inQuery: ReadonlySet<string>;
  /** Decoded; undefined when there is none, or when it is not the last parameter of its part. */
  readonly signature: string | undefined;
  /** The query, immediately followed by the body, both as they were sent and without the signature. */
  readonly payload: string;
}

/**
 * Splits a request into its parameters and the signed text.
 * Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 * @throws Refusal -1101 for a name that comes twice in one part, -1100 for what cannot be decoded
 */
export function readText(request: IncomingRequest): RequestText {
  const query = cutSignature(request.query);
  const body = query.signature === undefined ? cutSignature(request.body) : { rest: request.body };
  const signature = query.signature ?? body.signature;
  const ofQuery = readPairs(request.query);
  const values = new Map([...(isForm(request) ? readPairs(request.body) : []), ...ofQuery]);
  return {
    values,
    inQuery: new Set(ofQuery.keys()),
    signature: signature === undefined ? undefined : decode(signature),
    payload: query.rest + body.rest,
  };
}

/**
 * Whether every value was percent-encoded before it was signed. Characters that a URL could carry as they
 * are, such as `@` and a comma, count as un-encoded: the stricter reading of a sentence about non-ASCII text.
 */
export function isPercentEncoded(payload: string): boolean {
  return /^(?:[\w\-.~!'()*+=&]|%[0-9A-Fa-f]{2})*$/.test(payload);
}

function cutSignature(raw: string): { rest: string; signature?: string } {
  const match = /(?:^|&)signature=([^&]*)$/.exec(raw);
  return match === null ? { rest: raw } : { rest: raw.slice(0, match.index), signature: match[1] ?? '' };
}

/** `GET` takes parameters from the query only, others from a form too. */
function isForm({ method, headers, body }: IncomingRequest): boolean {
  const type = headers['content-type'] ?? '';
  return method !== 'GET' && body !== '' && type.startsWith('application/x-www-form-urlencoded');
}

function readPairs(raw: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of raw === '' ? [] : raw.split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (pairs.has(decode(name))) throw new Refusal('-1101');
    pairs.set(decode(name), decode(value.join('=')));
  }
  return pairs;
}

/** A plus sign is a space, as in every form. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal('-1100', { wording: 'illegal' });
  }
}
