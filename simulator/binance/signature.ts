import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { PublicKey } from './public-key.ts';

/** How a key signs: with a secret that Binance made, or with the maker's own private key. */
export interface Signer {
  readonly secret: string;
  readonly publicKey: PublicKey | undefined;
}

/** Lower-case hexadecimal HMAC-SHA256. */
export function sign(secret: string, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex');
}

/**
 * Whether the signature is the key's, over the text as it was sent. Hexadecimal ones may be in either case;
 * base64 ones may not, and must be written in the one way that encodes their bytes.
 * Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 */
export function isSigned({ secret, publicKey }: Signer, payload: string, signature: string): boolean {
  if (publicKey === undefined) return isSame(sign(secret, payload), signature.toLowerCase());
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.toString('base64') !== signature) return false;
  const algorithm = publicKey.kind === 'rsa' ? 'RSA-SHA256' : null;
  return verify(algorithm, Buffer.from(payload), publicKey.object, bytes);
}

function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
