import { type Credentials, shortKeyId } from './api-key.ts';
import { keyLabel, keyPassphrase } from './derivation.ts';
import { CheckFailedError } from './errors.ts';
import { askUntil, SETTLING } from './retry.ts';
import { proveGone } from './revocation.ts';
import { type Rotation, type RotationPorts, recordFacts } from './rotation-job.ts';

/**
 * Makes the key at the exchange and stores it as the pending version. Looks first: a key with the same
 * label comes from an attempt that was cut off, and is revoked.
 */
export async function issueAndStore(rotation: Rotation, ports: RotationPorts): Promise<Credentials> {
  const { exchange } = ports;
  const { salt } = await ports.manager();
  const { secretArn, version, key } = rotation;
  const label = keyLabel(salt, secretArn, version.versionId);
  const listed = await exchange.listKeys(key.subAccount);
  const orphans = listed.filter((candidate) => candidate.label === label);
  const stored = orphans.length > 0 ? await findLateValue(rotation, ports) : undefined;
  if (stored) return stored;
  for (const orphan of orphans) await revokeOrphan(rotation, ports, orphan);
  requireFreePlace(listed.length - orphans.length, exchange.keysPerSubAccount);
  const { permission, products, allowList, subAccount } = key;
  const length = exchange.passphraseLength;
  const credentials = await exchange.issueKey({
    subAccount,
    label,
    permission,
    products,
    allowList,
    ...(length === undefined
      ? {}
      : { passphrase: keyPassphrase(salt, { arn: secretArn, id: version.versionId }, length) }),
  });
  await storeOrRevoke(rotation, ports, credentials);
  return credentials;
}

/** A value written a moment ago may not be readable yet; its key must not be taken for an orphan. */
async function findLateValue(
  rotation: Rotation,
  { store, time }: RotationPorts,
): Promise<Credentials | undefined> {
  const read = () => store.findValue(rotation.secretArn, rotation.version.versionId);
  return await askUntil(read, time, SETTLING);
}

/** If another attempt has stored its key meanwhile, that one counts and ours goes. */
async function storeOrRevoke(rotation: Rotation, ports: RotationPorts, ours: Credentials): Promise<void> {
  try {
    await ports.store.putPending(rotation.secretArn, rotation.version, ours);
  } catch (error) {
    if (error instanceof CheckFailedError && error.reason === 'VersionHasOtherValue') {
      await revokeOrphan(rotation, ports, ours);
    }
    throw error;
  }
}

async function revokeOrphan(
  rotation: Rotation,
  ports: RotationPorts,
  orphan: { keyId: string },
): Promise<void> {
  const { subAccount } = rotation.key;
  const about = { keyId: orphan.keyId, reason: 'RotationWasCutOff' };
  const key = `key ${shortKeyId(orphan.keyId)}`;
  await recordFacts(rotation, ports, [
    {
      event: 'OrphanFound',
      ...about,
      message: `${key} was made by an attempt that was cut off; nobody has its secret`,
    },
  ]);
  await ports.exchange.revokeKey(subAccount, orphan.keyId);
  await proveGone(ports, { subAccount, keyId: orphan.keyId });
  await recordFacts(rotation, ports, [
    { event: 'OrphanRevoked', ...about, message: `${key} is dead: the exchange no longer lists it` },
  ]);
}

function requireFreePlace(used: number, limit: number): void {
  if (used < limit) return;
  throw new CheckFailedError(
    'KeyLimitReached',
    `the sub-account holds ${used} of ${limit} keys; a rotation needs a free place`,
  );
}
