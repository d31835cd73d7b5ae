import type { Credentials, KeyPair } from './api-key.ts';
import { keyLabel, keyPair, keyPassphrase } from './derivation.ts';
import type { Exchange } from './ports.ts';
import type { Redacted } from './redacted.ts';

/** What is chosen about a key before the exchange is asked. Same version, same choice. */
export interface Choice {
  readonly label: string;
  /** Where the exchange wants one. */
  readonly passphrase?: Redacted;
  /** Where the exchange takes one. */
  readonly pair?: KeyPair;
}

/** Chooses for one version of a secret. */
export function chooseKey(
  salt: Redacted,
  { secretArn, versionId }: { secretArn: string; versionId: string },
  { passphraseLength, takesPublicKey }: Pick<Exchange, 'passphraseLength' | 'takesPublicKey'>,
): Choice {
  const label = keyLabel(salt, secretArn, versionId);
  return {
    label,
    ...(passphraseLength === undefined
      ? {}
      : { passphrase: keyPassphrase(salt, { secretArn, label }, passphraseLength) }),
    ...(takesPublicKey ? { pair: keyPair(salt, secretArn, versionId) } : {}),
  };
}

/**
 * Whether a stored key is the one that was chosen for its version, so that the exchange need not be asked whose it
 * is. Undefined where nothing of the choice is in the stored value.
 */
export function isChosen({ pair, passphrase }: Choice, stored: Credentials): boolean | undefined {
  if (pair) return stored.secret.reveal() === pair.privateKey.reveal();
  if (passphrase) return stored.passphrase?.reveal() === passphrase.reveal();
  return undefined;
}
