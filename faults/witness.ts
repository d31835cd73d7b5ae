import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { HttpCall } from '../lambda/exchanges/http.ts';
import { deliver } from './exchange-calls.ts';
import type { Scene } from './setting.ts';

/** A key as it is stored for bots. */
export interface StoredKey {
  readonly apiKey: string;
  readonly secret: string;
  readonly password?: string;
}

/**
 * Signs a call as a bot would, with nothing of the product, and looks whether the exchange accepts it: what works
 * and what does not is not for the product to say.
 */
export function isAccepted(world: Pick<Scene, 'exchange' | 'clock'>, key: StoredKey): boolean {
  const now = String(world.clock.nowMs());
  const call = world.exchange.exchange === 'bitget' ? bitgetCall(key, now) : binanceCall(key, now);
  return call !== undefined && deliver(world, call).status === 200;
}

function bitgetCall({ apiKey, secret, password = '' }: StoredKey, now: string): HttpCall {
  const path = '/api/v3/account/info';
  const signature = createHmac('sha256', secret).update(`${now}GET${path}`).digest('base64');
  return {
    name: `GET ${path}`,
    method: 'GET',
    url: `http://exchange${path}`,
    headers: {
      'access-key': apiKey,
      'access-sign': signature,
      'access-timestamp': now,
      'access-passphrase': password,
      'content-type': 'application/json',
    },
  };
}

function binanceCall({ apiKey, secret }: StoredKey, now: string): HttpCall | undefined {
  const path = '/sapi/v1/account/apiRestrictions';
  const query = `timestamp=${now}`;
  const signature = binanceSignature(secret, query);
  if (signature === undefined) return undefined;
  const url = `http://exchange${path}?${query}&signature=${encodeURIComponent(signature)}`;
  return { name: `GET ${path}`, method: 'GET', url, headers: { 'x-mbx-apikey': apiKey } };
}

function binanceSignature(secret: string, query: string): string | undefined {
  if (!secret.startsWith('-----BEGIN')) return createHmac('sha256', secret).update(query).digest('hex');
  const key = privateKeyOf(secret);
  return key && sign(null, Buffer.from(query), key).toString('base64');
}

/** The same keys come in many schedules, and reading one takes longer than signing with it. */
const privateKeys = new Map<string, KeyObject | undefined>();

function privateKeyOf(pem: string): KeyObject | undefined {
  if (!privateKeys.has(pem)) privateKeys.set(pem, readPrivateKey(pem));
  return privateKeys.get(pem);
}

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // no private key: nothing can be signed with it
  }
}
