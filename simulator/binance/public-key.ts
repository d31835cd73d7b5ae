import { createPublicKey, type KeyObject } from 'node:crypto';

/** A key that signs with a private key which its maker kept. */
export interface PublicKey {
  readonly kind: 'ed25519' | 'rsa';
  readonly object: KeyObject;
  /** The same for the same key, however its text was broken into lines. */
  readonly fingerprint: string;
}

/** Source: https://developers.binance.com/docs/binance-spot-api-docs/faqs/api_key_types */
const rsaBits = [2048, 4096];

/** Reads a public key in PEM form; undefined when it is none, or of another kind than Binance takes. */
export function readPublicKey(pem: string): PublicKey | undefined {
  if (!/^-----BEGIN PUBLIC KEY-----\s[\sA-Za-z0-9+/=]+\s-----END PUBLIC KEY-----\s*$/.test(pem))
    return undefined;
  try {
    const object = createPublicKey(pem);
    const kind = kindOf(object);
    const fingerprint = object.export({ type: 'spki', format: 'der' }).toString('base64');
    return kind === undefined ? undefined : { kind, object, fingerprint };
  } catch {
    return undefined;
  }
}

function kindOf(object: KeyObject): PublicKey['kind'] | undefined {
  if (object.asymmetricKeyType === 'ed25519') return 'ed25519';
  const bits = object.asymmetricKeyDetails?.modulusLength ?? 0;
  return object.asymmetricKeyType === 'rsa' && rsaBits.includes(bits) ? 'rsa' : undefined;
}
