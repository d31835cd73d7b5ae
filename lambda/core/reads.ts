import { MANAGER_KEY_NAME, secretPrefix } from '../contract.ts';
import type { Answer, FleetDeclaration, KeyDeclaration, ReaderDeclaration } from '../declaration.ts';
import { isFrom } from './address-block.ts';

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
  /** The version that was asked for by its id or label; absent if it was the current one. */
  readonly version?: { readonly id?: string | undefined; readonly stagingLabel?: string | undefined };
}

/** What a read means. */
export type ReadVerdict = {
  readonly account: string;
  /** Name of the declared key, or `manager`. */
  readonly key: string;
} & (
  | { readonly verdict: 'OwnFunction' }
  | { readonly verdict: 'ManagerRead' }
  | { readonly verdict: 'Denied' }
  | { readonly verdict: 'UndeclaredReader'; readonly answer: Answer }
  | { readonly verdict: 'UndeclaredAddress'; readonly answer: Answer }
  | {
      readonly verdict: 'DeclaredReader';
      readonly declared: KeyDeclaration;
      readonly reader: ReaderDeclaration;
    }
);

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
  const read = { account: account.account, key };
  if (record.denied) return { ...read, verdict: 'Denied' };
  if (ownRoles.get(account.account)?.includes(record.reader)) return { ...read, verdict: 'OwnFunction' };
  if (key === MANAGER_KEY_NAME) return { ...read, verdict: 'ManagerRead' };
  const declared = account.keys.find((candidate) => candidate.name === key);
  const reader = declared?.readers.find(({ role }) => role === record.reader);
  const answer = declared?.onUndeclaredRead ?? 'tell';
  if (!declared || !reader) return { ...read, verdict: 'UndeclaredReader', answer };
  if (!isFrom(reader.addresses, record.sourceAddress))
    return { ...read, verdict: 'UndeclaredAddress', answer };
  return { ...read, verdict: 'DeclaredReader', declared, reader };
}

/** The name in an ARN, still with the suffix that Secrets Manager adds; a name stays as it is. */
function secretNameOf(secretId: string): string {
  return secretId.startsWith('arn:') ? secretId.split(':').slice(6).join(':') : secretId;
}

/** Takes off a hyphen and six characters, unless the whole is a declared name already. */
function withoutSuffix(name: string, declared: readonly string[]): string {
  return declared.includes(name) ? name : name.replace(/-[A-Za-z0-9]{6}$/, '');
}
