import { createHmac } from 'node:crypto';
import type { Credentials } from '../../core/api-key.ts';

/** What is signed. */
export interface BitgetRequest {
  readonly method: 'GET' | 'POST';
  /** Path without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Exactly the text that is sent; empty for GET. */
  readonly body: string;
}

/**
 * The text that Bitget signs: time, method, path, un-encoded query with sorted names, body.
 * @see https://www.bitget.com/api-doc/common/signature (read Nov 2026)
 */
export function preHash(timestamp: string, { method, path, query, body }: BitgetRequest): string {
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  const queryText = sorted.map(([name, value]) => `${name}=${value}`).join('&');
  return `${timestamp}${method}${path}${queryText === '' ? '' : `?${queryText}`}${body}`;
}

/** base64(HMAC-SHA256(secret, text)). */
export function signature(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}

/** Headers of a signed call. `paptrading` tells Bitget that the key belongs to demo trading. */
export function signedHeaders(
  key: Credentials,
  request: BitgetRequest,
  { now, environment }: { now: Date; environment: 'live' | 'demo' },
): Record<string, string> {
  const timestamp = String(now.getTime());
  return {
    'ACCESS-KEY': key.keyId,
    'ACCESS-SIGN': signature(key.secret.reveal(), preHash(timestamp, request)),
    'ACCESS-TIMESTAMP': timestamp,
    'ACCESS-PASSPHRASE': key.passphrase?.reveal() ?? '',
    'Content-Type': 'application/json',
    locale: 'en-US',
    ...(environment === 'demo' ? { paptrading: '1' } : {}),
  };
}
