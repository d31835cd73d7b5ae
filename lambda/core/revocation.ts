import type { Credentials } from './api-key.ts';
import { CheckFailedError, wasRefused } from './errors.ts';
import type { Exchange, Time } from './ports.ts';
import { askUntil, type Patience } from './retry.ts';

/** Within one pass; a key that lives on longer is asked again by the next reconcile. */
const DYING: Patience = { firstMs: 500, longestMs: 4_000, totalMs: 8_000 };

/** A key that should be dead. */
export interface DeadKey {
  readonly subAccount: string;
  readonly keyId: string;
  /** Where its secret is known: then the exchange must also refuse a call signed with it. */
  readonly credentials?: Credentials | undefined;
}

/**
 * Proves that a key is dead: the exchange no longer lists it and, where its secret is known, refuses it as
 * unknown. @throws CheckFailedError if it lives; then it is still debt.
 */
export async function proveGone(ports: { exchange: Exchange; time: Time }, key: DeadKey): Promise<void> {
  const { exchange, time } = ports;
  const unlisted = async () =>
    (await exchange.listKeys(key.subAccount)).some((listed) => listed.keyId === key.keyId) ? undefined : true;
  if (!(await askUntil(unlisted, time, DYING))) {
    throw new CheckFailedError('StillListed', 'the exchange still lists the revoked key');
  }
  const { credentials } = key;
  if (credentials && !(await askUntil(() => refused(credentials, exchange), time, DYING))) {
    throw new CheckFailedError('StillAccepted', 'the exchange still accepts calls of the revoked key');
  }
}

/**
 * Signed right with what once worked, so any refusal of the key itself shows that it is dead. So does one that does
 * not say why: the list has let go of the key already.
 */
async function refused(credentials: Credentials, exchange: Exchange): Promise<true | undefined> {
  try {
    await exchange.describeKey(credentials);
    return undefined;
  } catch (error) {
    if (wasRefused(error, 'UnknownKey', 'NotAccepted', 'BadSignature', 'BadPassphrase')) return true;
    if (wasRefused(error, 'AddressNotAllowed')) return undefined;
    throw error;
  }
}
