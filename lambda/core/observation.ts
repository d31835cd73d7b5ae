import { secretName } from '../contract.ts';
import type { AccountDeclaration, KeyDeclaration } from '../declaration.ts';
import type { ListedKey, ManagerKey } from './api-key.ts';
import { isLabelOf, keyLabel } from './derivation.ts';
import type { Exchange, SecretState, SecretStore } from './ports.ts';
import type { Redacted } from './redacted.ts';
import { CURRENT, findRetirement, findStop, findVersion, isLeaked, PENDING } from './staging.ts';
import { findStoredKey } from './stored-key.ts';

/** Everything that is known of one declared key at one moment. */
export interface ObservedKey {
  readonly declared: KeyDeclaration;
  readonly secret: SecretState;
  /** All keys of its sub-account, others' included. */
  readonly listed: readonly ListedKey[];
  /** The version that waits for promotion. */
  readonly pending?: ObservedPending | undefined;
  /** Key IDs read from values: only where the label alone does not tell which key a version holds. */
  readonly keyIds: ReadonlyMap<string, string>;
}

/** A pending version, and whether a key is stored in it. */
export interface ObservedPending {
  readonly versionId: string;
  readonly keyId: string | undefined;
  readonly createdAt: Date | undefined;
}

/** What a reconcile pass has seen of an account. */
export interface Observation {
  readonly salt: Redacted;
  readonly keys: readonly ObservedKey[];
  /** Sub-accounts of which something could not be read. */
  readonly unread: readonly string[];
  /** Sub-accounts and secrets that could not be read, with the reason: the pass is not complete. */
  readonly failures: readonly { readonly what: string; readonly error: unknown }[];
}

interface ObservationPorts {
  readonly exchange: Exchange;
  readonly store: SecretStore;
  readonly manager: () => Promise<ManagerKey>;
}

/**
 * Reads the exchange first and Secrets Manager second. In this order a key that is listed was made before
 * its secret was read, so a rotation under way cannot make its new key look like an orphan.
 */
export async function observe(
  declaration: AccountDeclaration,
  ports: ObservationPorts,
): Promise<Observation> {
  const { salt } = await ports.manager();
  const failures: { what: string; error: unknown }[] = [];
  const lists = new Map<string, readonly ListedKey[]>();
  for (const subAccount of new Set(declaration.keys.map((key) => key.subAccount))) {
    await attempt(failures, `sub-account ${subAccount}`, async () => {
      lists.set(subAccount, await ports.exchange.listKeys(subAccount));
    });
  }
  const keys: ObservedKey[] = [];
  for (const declared of declaration.keys) {
    const listed = lists.get(declared.subAccount);
    if (!listed) continue;
    await attempt(failures, `key ${declared.name}`, async () => {
      const name = secretName(declaration.account, declared.name);
      keys.push(await observeKey(name, { declared, listed, salt }, ports));
    });
  }
  const seen = (declared: KeyDeclaration) => keys.some((observed) => observed.declared === declared);
  const unread = declaration.keys.filter((declared) => !seen(declared)).map(({ subAccount }) => subAccount);
  return { salt, keys, unread, failures };
}

interface Known {
  readonly declared: KeyDeclaration;
  readonly listed: readonly ListedKey[];
  readonly salt: Redacted;
}

async function observeKey(name: string, known: Known, ports: ObservationPorts): Promise<ObservedKey> {
  const { store } = ports;
  const secret = await store.describe(name);
  const pending = await observePending(secret, store);
  const keyIds = new Map<string, string>();
  for (const versionId of unclearVersions(secret, known)) {
    const value = await findStoredKey(store, secret.arn, versionId);
    if (value) keyIds.set(versionId, value.keyId);
  }
  const current = keyIds.get(findVersion(secret, CURRENT) ?? '');
  const found = await lookAgain(known, [current, pending?.keyId], ports);
  const isInUse = (key: ListedKey) =>
    [current, pending?.keyId].includes(key.keyId) || labelsInUse(secret, known.salt).includes(key.label);
  const listed: ListedKey[] = [];
  for (const key of found) {
    const subAccount = known.declared.subAccount;
    listed.push(isInUse(key) ? await ports.exchange.completeKey(subAccount, key) : key);
  }
  return { declared: known.declared, listed, secret, pending, keyIds };
}

/** Labels of the keys whose power is compared with the declaration: every other one is only counted or revoked. */
function labelsInUse(secret: SecretState, salt: Redacted): string[] {
  const versionIds = [CURRENT, PENDING].flatMap((label) => findVersion(secret, label) ?? []);
  return versionIds.map((versionId) => keyLabel(salt, secret.arn, versionId));
}

/** A key that is in use or pending and not in the list may have been made after the list was read. */
async function lookAgain(
  { declared, listed }: Known,
  keyIds: readonly (string | undefined)[],
  { exchange }: ObservationPorts,
): Promise<readonly ListedKey[]> {
  const isListed = (keyId: string) => listed.some((key) => key.keyId === keyId);
  const missing = keyIds.filter((keyId) => keyId !== undefined && !isListed(keyId));
  if (missing.length === 0) return listed;
  const now = await exchange.listKeys(declared.subAccount);
  return [...listed, ...now.filter((key) => missing.includes(key.keyId))];
}

async function observePending(secret: SecretState, store: SecretStore): Promise<ObservedPending | undefined> {
  const versionId = findVersion(secret, PENDING);
  if (versionId === undefined || versionId === findVersion(secret, CURRENT)) return undefined;
  const value = await findStoredKey(store, secret.arn, versionId);
  const createdAt = (await store.versionTimes(secret.arn)).get(versionId);
  return { versionId, keyId: value?.keyId, createdAt };
}

/**
 * Versions whose key the labels alone do not tell. In use or retiring: those whose label is not on exactly one
 * key (hand-made, gone, or issued twice). All of them, if a key carries a label that names none: its value may
 * have been stored again by hand.
 */
function unclearVersions(secret: SecretState, { listed, salt }: Known): string[] {
  const labelOf = new Map([...secret.versions.keys()].map((id) => [id, keyLabel(salt, secret.arn, id)]));
  const names = [...labelOf.values()];
  const isStray = listed.some((key) => isLabelOf(salt, secret.arn, key.label) && !names.includes(key.label));
  const isStopped = findStop(secret) !== undefined;
  const inUse = (labels: readonly string[]) =>
    (labels.includes(CURRENT) && !isStopped) || findRetirement(labels) !== undefined || isLeaked(labels);
  return [...secret.versions]
    .filter(([, labels]) => inUse(labels) || isStray)
    .map(([versionId]) => versionId)
    .filter((versionId) => listed.filter((key) => key.label === labelOf.get(versionId)).length !== 1);
}

async function attempt(
  failures: { what: string; error: unknown }[],
  what: string,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    failures.push({ what, error });
  }
}
