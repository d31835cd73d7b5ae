import { BROAD, BROAD_GRID_BOT, GRID_BOT, HEDGE_BOT, NOTIFY, SHARED_FUNCTIONS, TAX_TOOL } from '../actors.ts';
import { ACCOUNTS, REGION } from '../fleet.ts';
import {
  asks,
  CHANGE_KEY,
  decryptVia,
  encryptVia,
  keySecretsOf,
  LOOK,
  managerOf,
  OTHER_KEY,
  OTHER_SECRET,
  READ,
  secretOf,
  type Things,
} from '../things.ts';
import { type Attack, attack, EVERYBODY, STRANGERS } from './attack.ts';

export function byReaders({ key }: Things): Attack[] {
  const all = ACCOUNTS.flatMap((account) => [...keySecretsOf(account), managerOf(account)]);
  const but = (own: string) => all.filter((secret) => secret !== own);
  const own = new Map([
    [GRID_BOT, secretOf('main', 'grid-bot')],
    [TAX_TOOL, secretOf('main', 'tax-tool')],
    [HEDGE_BOT, secretOf('main-hedge', 'hedge-bot')],
  ]);
  return [
    ...[...own].map(([reader, secret]) =>
      attack(
        `${reader.name} reads another key than its own`,
        [reader],
        [...asks([...READ, ...LOOK], ...but(secret)), ...but(secret).map((other) => decryptVia(other, key))],
      ),
    ),
    attack(
      'a declared reader whose own policy is secretsmanager:* reads another key than its own',
      [BROAD_GRID_BOT],
      asks(READ, ...but(secretOf('main', 'grid-bot'))),
    ),
  ];
}

export function onEncryption(things: Things): Attack[] {
  const { key } = things;
  const direct = ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => ({ action, resource: key }));
  const contexts = ACCOUNTS.flatMap(keySecretsOf).map((secret) => ({
    'kms:EncryptionContext:SecretARN': secret,
  }));
  const viaAnother = { 'kms:ViaService': `dynamodb.${REGION}.amazonaws.com` };
  return [
    attack('somebody uses the KMS key without Secrets Manager', EVERYBODY, [
      ...direct,
      ...contexts.flatMap((context) => direct.map((ask) => ({ ...ask, context }))),
      ...contexts.flatMap((context) =>
        direct.map((ask) => ({ ...ask, context: { ...context, ...viaAnother } })),
      ),
    ]),
    attack('somebody decrypts what is not of Rekey', EVERYBODY, [decryptVia(OTHER_SECRET, key)]),
    attack(
      'somebody without a declaration decrypts through Secrets Manager',
      [...SHARED_FUNCTIONS, BROAD, ...STRANGERS],
      ACCOUNTS.flatMap(keySecretsOf).map((secret) => decryptVia(secret, key)),
    ),
    attack('notify uses a KMS key that is not of Rekey', [NOTIFY], encryptVia(OTHER_KEY)),
    attack('somebody changes the KMS key', EVERYBODY, asks(CHANGE_KEY, key)),
  ];
}
