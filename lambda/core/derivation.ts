import { createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyPair } from './api-key.ts';
import { Redacted } from './redacted.ts';

/**
 * Everything that we choose about a key is a keyed hash of (secret ARN, version id): nothing has to be
 * written before the exchange is called, and a repeated step finds its own work.
 *
 * A label is `rk`, six characters that name the version and eight that prove that this installation
 * made the label for this very secret: a person's key that merely looks like ours is never taken for ours.
 * 16 lower-case letters and digits starting with a letter fit every exchange on file.
 */
const LABEL_PREFIX = 'rk';
const VERSION_LENGTH = 6;
const PROOF_LENGTH = 8;
const UPPER_CASE = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const LOWER_CASE = 'abcdefghijkmnopqrstuvwxyz';
const LETTERS_AND_DIGITS = `${UPPER_CASE}${LOWER_CASE}23456789`;
const LOWER_CASE_BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The label at the exchange of the key of one secret version. Same arguments, same label. */
export function keyLabel(salt: Redacted, secretArn: string, versionId: string): string {
  const version = base32(hash(salt, 'version', secretArn, versionId)).slice(0, VERSION_LENGTH);
  return LABEL_PREFIX + version + proof(salt, secretArn, version);
}

/** Whether this installation made the label for this secret, for whichever version. */
export function isLabelOf(salt: Redacted, secretArn: string, label: string): boolean {
  if (label.length !== LABEL_PREFIX.length + VERSION_LENGTH + PROOF_LENGTH) return false;
  if (!label.startsWith(LABEL_PREFIX)) return false;
  const version = label.slice(LABEL_PREFIX.length, LABEL_PREFIX.length + VERSION_LENGTH);
  return label.endsWith(proof(salt, secretArn, version));
}

/**
 * The passphrase of the key with this label: letters and digits, at least one upper-case letter, one lower-case
 * letter and one digit. From the label and not from the version, so that it can be told of any key of ours on
 * the exchange's list: some exchanges want it to delete the key. @param length 8 to 32.
 */
export function keyPassphrase(
  salt: Redacted,
  key: { secretArn: string; label: string },
  length: number,
): Redacted {
  const bytes = hash(salt, 'passphrase', key.secretArn, key.label);
  const body = [...bytes].slice(0, length - 3).map((byte) => pick(LETTERS_AND_DIGITS, byte));
  const [upper = 0, lower = 0, digit = 0] = bytes.subarray(-3);
  const oneOfEach = [pick(UPPER_CASE, upper), pick(LOWER_CASE, lower), digit % 10];
  return new Redacted([...oneOfEach, ...body].join(''));
}

/** The ASN.1 in front of the 32 bytes of an Ed25519 private key. @see https://www.rfc-editor.org/rfc/rfc8410 */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 key pair of the key of one secret version. Same arguments, same pair. */
export function keyPair(salt: Redacted, secretArn: string, versionId: string): KeyPair {
  const der = Buffer.concat([ED25519_PKCS8, hash(salt, 'key pair', secretArn, versionId)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString(),
    privateKey: new Redacted(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
  };
}

/** A short id of a fact: the same parts give the same id, so a fact that is written twice can be told. */
export function factId(...parts: readonly string[]): string {
  return createHmac('sha256', 'rekey-fact').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function proof(salt: Redacted, secretArn: string, version: string): string {
  return base32(hash(salt, 'label', secretArn, version)).slice(0, PROOF_LENGTH);
}

function hash(salt: Redacted, ...parts: readonly [purpose: string, secretArn: string, part: string]): Buffer {
  return createHmac('sha256', salt.reveal()).update(JSON.stringify(parts)).digest();
}

function base32(bytes: Buffer): string {
  return [...bytes].map((byte) => pick(LOWER_CASE_BASE32, byte)).join('');
}

function pick(alphabet: string, byte: number): string {
  return alphabet.charAt(byte % alphabet.length);
}
