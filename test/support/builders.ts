import type { Credentials, ListedKey, ManagerKey } from '../../lambda/core/api-key.ts';
import { keyLabel } from '../../lambda/core/derivation.ts';
import type { Observation, ObservedKey } from '../../lambda/core/observation.ts';
import type { SecretState } from '../../lambda/core/ports.ts';
import { Redacted } from '../../lambda/core/redacted.ts';
import type { AccountDeclaration, KeyDeclaration, ReaderDeclaration } from '../../lambda/declaration.ts';
import { at, DAY_MS } from './fixed-time.ts';
import { BOT_ADDRESS, FUNCTION_ADDRESS } from './in-memory-exchange.ts';

export const SALT = new Redacted('salt-of-the-account-32-characters');
export const SUB_ACCOUNT = '1001';
export const SECRET_NAME = 'rekey/main/grid-bot';
export const SECRET_ARN = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${SECRET_NAME}-AbCdEf`;
/** Three versions whose ids differ in their first eight characters, as random ids do. */
export const [V1, V2, V3] = [1, 2, 3].map(
  (n) => `${String(n).padStart(8, '0')}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`,
) as [string, string, string];

/** The declared key `grid-bot`: trades from its bot's address and from the functions', grace of a day. */
export function aDeclaration(changes: Partial<KeyDeclaration> = {}): KeyDeclaration {
  return {
    name: 'grid-bot',
    subAccount: SUB_ACCOUNT,
    permission: 'trade',
    products: ['uta_trade'],
    allowList: [FUNCTION_ADDRESS, BOT_ADDRESS],
    gracePeriodMinutes: 24 * 60,
    readers: [aReader()],
    intervalMinutes: 30 * 24 * 60,
    onUndeclaredRead: 'tell',
    onSuspicion: 'tell',
    waitForReadersMinutes: 0,
    freezeOnStop: true,
    drill: false,
    ...changes,
  };
}

/** The role `grid-bot`, which runs now and then and may read from anywhere. */
export function aReader(changes: Partial<ReaderDeclaration> = {}): ReaderDeclaration {
  const role = 'arn:aws:iam::111122223333:role/grid-bot';
  return { role, cacheMinutes: 60, runs: 'sometimes', addresses: [], ...changes };
}

/** The account `main` at Bitget with these declared keys. */
export function anAccount(keys: readonly KeyDeclaration[] = [aDeclaration()]): AccountDeclaration {
  return {
    account: 'main',
    exchange: 'bitget',
    environment: 'live',
    watch: { withdrawals: 'none', transfers: 'none', onSuspicion: 'tell' },
    keys: [...keys],
  };
}

export function someCredentials(keyId = 'bg_0123456789abcdef'): Credentials {
  return { keyId, secret: new Redacted(`secret of ${keyId}`), passphrase: new Redacted('Passphrase1') };
}

export function aManager(): ManagerKey {
  return { credentials: someCredentials('bg_manager_0123456789'), salt: SALT };
}

/** A key on the sub-account's list as declared, ten days old; made by hand unless it gets a label of ours. */
export function aListedKey(changes: Partial<ListedKey> = {}): ListedKey {
  return {
    keyId: 'bg_made_by_hand_0001',
    label: 'made-by-hand',
    permission: 'trade',
    products: ['uta_trade'],
    allowList: [BOT_ADDRESS, FUNCTION_ADDRESS],
    createdAt: at(-10 * DAY_MS),
    ...changes,
  };
}

/** The listed key of a version. */
export function keyOfVersion(versionId: string, changes: Partial<ListedKey> = {}): ListedKey {
  const label = keyLabel(SALT, SECRET_ARN, versionId);
  return aListedKey({ keyId: `bg_key_of_${versionId.slice(0, 8)}`, label, ...changes });
}

/** The secret of `grid-bot` with these staging labels. */
export function aSecret(
  versions: Readonly<Record<string, readonly string[]>> = {},
  changes: Partial<SecretState> = {},
): SecretState {
  return {
    arn: SECRET_ARN,
    name: SECRET_NAME,
    rotationEnabled: true,
    versions: new Map(Object.entries(versions)),
    tags: new Map(),
    nextRotationAt: at(20 * DAY_MS),
    ...changes,
  };
}

export function anObservedKey(changes: Partial<ObservedKey> = {}): ObservedKey {
  return {
    declared: aDeclaration(),
    secret: aSecret({ [V1]: ['AWSCURRENT'] }),
    listed: [keyOfVersion(V1)],
    keyIds: new Map(),
    ...changes,
  };
}

export function anObservation(...keys: readonly Partial<ObservedKey>[]): Observation {
  return { salt: SALT, keys: keys.map(anObservedKey), unread: [], failures: [] };
}
