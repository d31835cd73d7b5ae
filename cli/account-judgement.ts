import type { AccountStatus, KeyStatus, OperateResponse } from '../lambda/operate-protocol.ts';
import type { DeclaredAccount } from './declared.ts';

/** What an account's function answered beside what the configuration declares. */
export type Inquiry = { readonly declared: DeclaredAccount } & (
  | { readonly answer: OperateResponse }
  | { readonly failure: string }
);

/** A key as one row of the table. `NotDeployed`: declared, but the deployed function does not know it. */
export type KeyRow = Omit<KeyStatus, 'state' | 'secretName'> & {
  readonly state: KeyStatus['state'] | 'NotDeployed';
};

/** One account, ready to be shown. */
export interface Judgement {
  readonly account: string;
  readonly isAnswered: boolean;
  readonly isAsDeclared: boolean;
  /** Absent if the function gave none. */
  readonly status?: AccountStatus;
  /** Why there is no status. */
  readonly failure?: string;
  readonly keys: readonly KeyRow[];
}

/** Compares the answer with the declaration. What a key's state is was decided by the function. */
export function judgeAccount(inquiry: Inquiry): Judgement {
  const account = inquiry.declared.name;
  const status =
    'answer' in inquiry && inquiry.answer.outcome === 'status' ? inquiry.answer.status : undefined;
  if (!status) {
    return { account, isAnswered: false, isAsDeclared: false, failure: failureOf(inquiry), keys: [] };
  }
  const keys = rowsOf(status, inquiry.declared);
  const isAsDeclared =
    status.manager === 'Accepted' && status.foreignKeys.length === 0 && keys.every(isKeyAsDeclared);
  return { account, isAnswered: true, isAsDeclared, status, keys };
}

function failureOf(inquiry: Inquiry): string {
  if ('failure' in inquiry) return inquiry.failure;
  const { answer } = inquiry;
  if (answer.outcome === 'refused') return `${answer.message} (${answer.reason})`;
  return `the function answered ${answer.outcome} to status: deploy the version that this CLI is of`;
}

/** Without a manager key the function cannot look at keys, so there is nothing to show of them. */
function rowsOf({ account, manager, keys }: AccountStatus, declared: DeclaredAccount): KeyRow[] {
  const names = declared.keys.map(({ name }) => name);
  const known = keys.map((key) => ({
    ...key,
    key: `${account}/${key.key}`,
    findings: names.includes(key.key) ? key.findings : [...key.findings, 'NotDeclared'],
  }));
  if (manager !== 'Accepted') return known;
  const missing = names.filter((name) => !keys.some(({ key }) => key === name));
  return [...known, ...missing.map(notDeployed(account))];
}

function notDeployed(account: string): (name: string) => KeyRow {
  return (name) => ({
    key: `${account}/${name}`,
    state: 'NotDeployed',
    retiring: [],
    readers: [],
    findings: [],
  });
}

/** A rotation under way and keys in their grace period are as they should be. */
function isKeyAsDeclared({ state, retiring, findings }: KeyRow): boolean {
  const isInOrder = state === 'Current' || state === 'Rotating';
  return isInOrder && findings.length === 0 && retiring.every(({ overdue }) => !overdue);
}
