import { type Credentials, type ListedKey, shortKeyId } from './api-key.ts';
import { findDrift } from './checks.ts';
import { type Choice, chooseKey } from './choice.ts';
import { CheckFailedError, OutcomeUnknownError } from './errors.ts';
import type { IssueOrder } from './ports.ts';
import { askUntil, SETTLING } from './retry.ts';
import { proveGone } from './revocation.ts';
import { type Rotation, type RotationPorts, recordFacts } from './rotation-job.ts';

/** A key that is stored as the pending version, and how it came there. */
export interface Issue {
  readonly credentials: Credentials;
  readonly reason: 'Issued' | 'AlreadyIssued' | 'Adopted';
}

/**
 * Makes the key at the exchange and stores it as the pending version. Looks first: a key with the same label comes
 * from an attempt that was cut off. If its key pair is ours it is adopted; if the exchange made its secret, nobody
 * has that, and the key is revoked.
 */
export async function issueAndStore(rotation: Rotation, ports: RotationPorts): Promise<Issue> {
  const { exchange, store } = ports;
  const { secretArn, version, key } = rotation;
  const { salt } = await ports.manager();
  const choice = chooseKey(salt, { secretArn, versionId: version.versionId }, exchange);
  const listed = await exchange.listKeys(key.subAccount);
  const mine = listed.filter((candidate) => candidate.label === choice.label);
  const read = () => store.findValue(secretArn, version.versionId);
  // A value written a moment ago may not be readable yet; its key must not be taken for an orphan.
  const stored = mine.length > 0 ? await askUntil(read, ports.time, SETTLING) : undefined;
  if (stored) return { credentials: stored, reason: 'AlreadyIssued' };
  const adopted = await adopt(mine, choice, { rotation, ports });
  const orphans = mine.filter(({ keyId }) => keyId !== adopted?.keyId);
  for (const orphan of orphans) await revokeOrphan(rotation, ports, orphan);
  if (!adopted) requireFreePlace(listed.length - orphans.length, exchange.keysPerSubAccount);
  const credentials = adopted ?? (await issue(choice, { rotation, ports }));
  await storeOrRevoke(rotation, ports, credentials);
  return { credentials, reason: adopted ? 'Adopted' : 'Issued' };
}

interface Job {
  readonly rotation: Rotation;
  readonly ports: RotationPorts;
}

/** A key of an earlier attempt that can be used: its private half is ours, and it is as declared. */
async function adopt(
  mine: readonly ListedKey[],
  { pair }: Choice,
  { rotation: { key }, ports: { exchange } }: Job,
): Promise<Credentials | undefined> {
  if (!pair) return undefined;
  for (const candidate of mine) {
    const complete = await exchange.completeKey(key.subAccount, candidate);
    if (!findDrift(complete, key)) return { keyId: candidate.keyId, secret: pair.privateKey };
  }
  return undefined;
}

async function issue({ label, passphrase, pair }: Choice, job: Job): Promise<Credentials> {
  const { subAccount, permission, products, allowList } = job.rotation.key;
  const order: IssueOrder = {
    ...{ subAccount, label, permission, products, allowList },
    ...(passphrase ? { passphrase } : {}),
    ...(pair ? { publicKey: pair.publicKey } : {}),
  };
  const issued = await job.ports.exchange.issueKey(order);
  const secret = pair?.privateKey ?? issued.secret;
  if (!secret) throw new OutcomeUnknownError('the create call', 'the exchange showed no secret');
  return { keyId: issued.keyId, secret, ...(passphrase ? { passphrase } : {}) };
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
      message: `${key} was made by an attempt that was cut off; no version holds it`,
    },
  ]);
  await ports.exchange.revokeKey({ subAccount, keyId: orphan.keyId });
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
