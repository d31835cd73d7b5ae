import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signature is made over. */
export interface Signed {
  /** The text of the `ACCESS-TIMESTAMP` header. */
  readonly timestamp: string;
  readonly method: string;
  readonly path: string;
  /** Decoded name and value pairs in any order. */
  readonly query: readonly (readonly [string, string])[];
  /** The raw body; empty when there is none. */
  readonly body: string;
}

/**
 * The text that is signed: query pairs sorted by name, their values un-encoded.
 * Source: https://www.bitget.com/api-doc/common/signature
 */
export function preHash({ timestamp, method, path, query, body }: Signed): string {
  const sorted = [...query].sort(([left], [right]) => (left < right ? -1 : Number(left > right)));
  const pairs = sorted.map(([name, value]) => `${name}=${value}`).join('&');
  return `${timestamp}${method.toUpperCase()}${path}${pairs === '' ? '' : `?${pairs}`}${body}`;
}

/** Base64 of the HMAC-SHA256 over the pre-hash. */
export function sign(secret: string, signed: Signed): string {
  return createHmac('sha256', secret).update(preHash(signed)).digest('base64');
}

export function isSignedWith(secret: string, signed: Signed, signature: string): boolean {
  const expected = Buffer.from(sign(secret, signed));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/**
 * Splits a raw query into decoded pairs; undefined when a part is not decodable. A plus sign stays a plus
 * sign.
 */
export function parseQuery(raw: string): [string, string][] | undefined {
  if (raw === '') return [];
  try {
    return raw.split('&').map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
    });
  } catch {
    return undefined;
  }
}
