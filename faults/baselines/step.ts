import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Credentials } from '../../lambda/core/api-key.ts';
import type { SecretState } from '../../lambda/core/ports.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import type { AccountContext } from '../../lambda/handlers/account-context.ts';

/** One call of a rotation function, as Secrets Manager makes it. */
export interface Step extends AccountContext {
  readonly step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly arn: string;
  readonly token: string;
  readonly rotationToken: string;
}

/** Reads what Secrets Manager sends. */
export function stepOf(event: unknown, context: AccountContext): Step {
  const { Step, SecretId, ClientRequestToken, RotationToken } = event as Record<string, string>;
  return {
    ...context,
    step: Step as Step['step'],
    arn: SecretId ?? '',
    token: ClientRequestToken ?? '',
    rotationToken: RotationToken ?? '',
  };
}

/** Makes a key at the exchange under a name that nobody can derive again. */
export async function issueKey({ exchange, declaration }: Step): Promise<Credentials> {
  const key = declaration.keys[0];
  if (!key) throw new Error('no key is declared');
  const { subAccount, permission, products, allowList } = key;
  const passphrase = exchange.passphraseLength === undefined ? undefined : new Redacted('Passphrase1');
  const pair = exchange.takesPublicKey ? generateKeyPairSync('ed25519') : undefined;
  const { keyId, secret } = await exchange.issueKey({
    ...{ subAccount, permission, products, allowList },
    label: `bot${randomBytes(6).toString('hex')}`,
    ...(passphrase ? { passphrase } : {}),
    ...(pair ? { publicKey: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString() } : {}),
  });
  const own = pair && new Redacted(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  const signs = own ?? secret;
  if (!signs) throw new Error('the exchange showed no secret');
  return { keyId, secret: signs, ...(passphrase ? { passphrase } : {}) };
}

/** Stores a key as the pending version. */
export async function putPending(
  { store, arn, token, rotationToken }: Step,
  key: Credentials,
): Promise<void> {
  await store.putPending(arn, { versionId: token, rotationToken: new Redacted(rotationToken) }, key);
}

/** Deletes a key at the exchange. */
export async function revokeKey({ exchange, declaration }: Step, keyId: string): Promise<void> {
  await exchange.revokeKey({ subAccount: declaration.keys[0]?.subAccount ?? '', keyId });
}

/** The version with a staging label. */
export function versionWith({ versions }: SecretState, label: string): string | undefined {
  return [...versions].find(([, labels]) => labels.includes(label))?.[0];
}
