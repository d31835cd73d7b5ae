import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Credentials } from '../../core/api-key.ts';
import { InvalidInputError } from '../../core/errors.ts';
import type { Redacted } from '../../core/redacted.ts';

/** Parameters of a call in the order in which they are sent. */
export type Parameters = Readonly<Record<string, string>>;

/** The query string: values are percent-encoded first, and what is signed is the encoded text. */
export function queryOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/**
 * The signature of a text: base64 of Ed25519 or RSA where the secret is a private key in PEM, hexadecimal
 * HMAC-SHA256 otherwise. @see https://developers.binance.com/docs/binance-spot-api-docs/faqs/api_key_types (read Nov 2026)
 * @throws InvalidInputError `SecretValueMalformed`
 */
export function signature(secret: string, text: string): string {
  if (!secret.includes('PRIVATE KEY')) return createHmac('sha256', secret).update(text).digest('hex');
  return signWith(parsePrivateKey(secret), text);
}

function signWith(key: KeyObject, text: string): string {
  const digest = key.asymmetricKeyType === 'rsa' ? 'sha256' : null;
  return sign(digest, Buffer.from(text), key).toString('base64');
}

/** Reading a private key takes many times longer than signing with it. Each lives as long as its secret does. */
const privateKeys = new WeakMap<Redacted, KeyObject>();

function signatureBy(secret: Redacted, text: string): string {
  const revealed = secret.reveal();
  if (!revealed.includes('PRIVATE KEY')) return signature(revealed, text);
  const key = privateKeys.get(secret) ?? parsePrivateKey(revealed);
  privateKeys.set(secret, key);
  return signWith(key, text);
}

/** A query string that ends with its time and its signature. */
export function signedQuery(key: Credentials, parameters: Parameters, now: Date): string {
  const text = queryOf({ ...parameters, recvWindow: '5000', timestamp: String(now.getTime()) });
  return `${text}&signature=${encodeURIComponent(signatureBy(key.secret, text))}`;
}

function parsePrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new InvalidInputError(
      'SecretValueMalformed',
      'the secret looks like a private key in PEM and is none',
    );
  }
}
