import { MANAGER_KEY_NAME, secretPrefix } from '../contract.ts';
import type { FleetDeclaration } from '../declaration.ts';

/** A read of a secret as CloudTrail recorded it, reduced to what counts. */
export interface ReadRecord {
  /** CloudTrail's id of the record. */
  readonly id: string;
  readonly at: Date;
  /** Secret name or ARN, as the reader typed it. */
  readonly secretId: string;
  /** The role behind a session, or the user, or the service. */
  readonly reader: string;
  readonly sourceAddress: string | undefined;
  readonly denied: boolean;
}

/** What a read means. */
export interface ReadVerdict {
  readonly account: string;
  /** Name of the declared key, or `manager`. */
  readonly key: string;
  readonly verdict: 'DeclaredReader' | 'OwnFunction' | 'UndeclaredReader' | 'ManagerRead' | 'Denied';
  readonly answer: 'tell' | 'rotate';
}

/**
 * Judges a read; undefined if it is no secret of a declared account.
 * @param ownRoles ARNs of the roles of each account's functions, by account
 */
export function judgeRead(
  record: ReadRecord,
  fleet: FleetDeclaration,
  ownRoles: ReadonlyMap<string, readonly string[]>,
): ReadVerdict | undefined {
  const secret = secretNameOf(record.secretId);
  const account = fleet.accounts.find((candidate) => secret.startsWith(secretPrefix(candidate.account)));
  if (!account) return undefined;
  const key = withoutSuffix(secret.slice(secretPrefix(account.account).length), [
    MANAGER_KEY_NAME,
    ...account.keys.map((declared) => declared.name),
  ]);
  const declared = account.keys.find((candidate) => candidate.name === key);
  const judged = { account: account.account, key, answer: 'tell' } as const;
  if (record.denied) return { ...judged, verdict: 'Denied' };
  if (ownRoles.get(account.account)?.includes(record.reader)) return { ...judged, verdict: 'OwnFunction' };
  if (key === MANAGER_KEY_NAME) return { ...judged, verdict: 'ManagerRead' };
  if (declared?.readers.some((reader) => reader.role === record.reader))
    return { ...judged, verdict: 'DeclaredReader' };
  return { ...judged, verdict: 'UndeclaredReader', answer: declared?.onUndeclaredRead ?? 'tell' };
}

/** The name in an ARN, still with the suffix that Secrets Manager adds; a name stays as it is. */
function secretNameOf(secretId: string): string {
  return secretId.startsWith('arn:') ? secretId.split(':').slice(6).join(':') : secretId;
}

/** Takes off a hyphen and six characters, unless the whole is a declared name already. */
function withoutSuffix(name: string, declared: readonly string[]): string {
  return declared.includes(name) ? name : name.replace(/-[A-Za-z0-9]{6}$/, '');
}
