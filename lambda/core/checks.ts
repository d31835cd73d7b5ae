import type { KeyDescription, ManagerDescription, Power, ToldPower } from './api-key.ts';

/** A fault that was found: one word for machines, one sentence for people. */
export interface Fault {
  readonly reason: string;
  readonly message: string;
}

type Check<Subject, Wanted> = (subject: Subject, wanted: Wanted) => Fault | undefined;

/** What a key is asked: the first fault counts. Used before promotion and, every five minutes, for drift. */
const POWER_CHECKS: readonly Check<ToldPower, Power>[] = [
  permissionDiffers,
  productsDiffer,
  allowListDiffers,
];

/** In what a key may do more than it should. */
const WIDENINGS: readonly Check<ToldPower, Power>[] = [permissionAdded, productAdded, addressAdded];

/** What a new key's own description is asked. */
const DESCRIPTION_CHECKS: readonly Check<KeyDescription, Power & { subAccount: string }>[] = [
  keyMayWithdraw,
  keyBelongsElsewhere,
  ...POWER_CHECKS,
];

/** What a manager key is asked before it is accepted. */
const MANAGER_CHECKS: readonly Check<ManagerDescription, undefined>[] = [
  managerIsSubAccount,
  managerMayWithdraw,
  managerCannotManageKeys,
  managerHasNoAllowList,
];

/** How a listed key differs from its declaration; undefined if it does not. */
export function findDrift(key: ToldPower, declared: Power): Fault | undefined {
  return first(POWER_CHECKS, key, declared);
}

/** What a listed key may do beyond its declaration; undefined if nothing. */
export function findWidening(key: ToldPower, declared: Power): Fault | undefined {
  return first(WIDENINGS, key, declared);
}

/** Why a key, by its own description, may not be promoted. */
export function findDescriptionFault(
  key: KeyDescription,
  declared: Power & { subAccount: string },
): Fault | undefined {
  return first(DESCRIPTION_CHECKS, key, declared);
}

/** Why a manager key will not do. */
export function findManagerFault(manager: ManagerDescription): Fault | undefined {
  return first(MANAGER_CHECKS, manager, undefined);
}

function first<S, W>(checks: readonly Check<S, W>[], subject: S, wanted: W): Fault | undefined {
  for (const check of checks) {
    const fault = check(subject, wanted);
    if (fault) return fault;
  }
  return undefined;
}

function permissionDiffers(key: ToldPower, declared: Power): Fault | undefined {
  if (key.permission === declared.permission) return undefined;
  return fault('PermissionDrift', `the key may ${key.permission}, declared is ${declared.permission}`);
}

function productsDiffer(key: ToldPower, declared: Power): Fault | undefined {
  if (sameSet(key.products, declared.products)) return undefined;
  return fault(
    'ProductDrift',
    `the key has the products ${show(key.products)}, declared are ${show(declared.products)}`,
  );
}

/** Of a list that is not told, it is known that there is one. */
function allowListDiffers(key: ToldPower, declared: Power): Fault | undefined {
  if (key.allowList === 'untold') {
    return declared.allowList.length > 0
      ? undefined
      : fault('AllowListDrift', 'the key is bound to addresses, declared is that any address may use it');
  }
  if (sameSet(key.allowList, declared.allowList)) return undefined;
  return fault(
    'AllowListDrift',
    `the key may be used from ${show(key.allowList)}, declared is ${show(declared.allowList)}`,
  );
}

function permissionAdded(key: ToldPower, declared: Power): Fault | undefined {
  if (key.permission === 'read' || declared.permission === 'trade') return undefined;
  return fault('PermissionAdded', 'the key may trade, declared is that it may only read');
}

function productAdded(key: ToldPower, declared: Power): Fault | undefined {
  const added = key.products.filter((product) => !declared.products.includes(product));
  if (added.length === 0) return undefined;
  return fault('ProductAdded', `the key has the products ${show(added)}, which are not declared`);
}

function addressAdded(key: ToldPower, declared: Power): Fault | undefined {
  if (key.allowList === 'untold' || declared.allowList.length === 0) return undefined;
  const added = key.allowList.filter((address) => !declared.allowList.includes(address));
  if (key.allowList.length === 0)
    return fault(
      'AddressAdded',
      `the key may be used from anywhere, declared is ${show(declared.allowList)}`,
    );
  if (added.length === 0) return undefined;
  return fault('AddressAdded', `the key may be used from ${show(added)}, which is not declared`);
}

function keyMayWithdraw(key: KeyDescription): Fault | undefined {
  return key.mayWithdraw
    ? fault('WithdrawalAllowed', 'the key may withdraw; no key of Rekey ever may')
    : undefined;
}

/** Where a key does not tell whose it is, that its sub-account lists it has shown that. */
function keyBelongsElsewhere(key: KeyDescription, declared: { subAccount: string }): Fault | undefined {
  if (key.accountId === undefined || key.accountId === declared.subAccount) return undefined;
  return fault(
    'WrongSubAccount',
    `the key belongs to account ${key.accountId}, declared is ${declared.subAccount}`,
  );
}

function managerIsSubAccount(manager: ManagerDescription): Fault | undefined {
  if (manager.isSubAccount !== true) return undefined;
  return fault(
    'ManagerIsSubAccount',
    'the key belongs to a sub-account; make the manager key in the main account',
  );
}

function managerMayWithdraw(manager: ManagerDescription): Fault | undefined {
  if (!manager.mayWithdraw) return undefined;
  return fault('ManagerMayWithdraw', 'the key may withdraw; make one without the withdrawal permission');
}

function managerCannotManageKeys(manager: ManagerDescription): Fault | undefined {
  if (manager.mayManageKeys) return undefined;
  return fault(
    'ManagerCannotManageKeys',
    'the key may not manage sub-account keys; give it the rights that the page of the exchange names',
  );
}

function managerHasNoAllowList(manager: ManagerDescription): Fault | undefined {
  if (manager.allowList === 'untold' || manager.allowList.length > 0) return undefined;
  return fault(
    'ManagerHasNoAllowList',
    'the key works from any address; bind it to the address of the functions',
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((item) => b.includes(item));
}

function show(items: readonly string[]): string {
  return items.length === 0 ? '(none)' : [...items].sort().join(', ');
}

function fault(reason: string, message: string): Fault {
  return { reason, message };
}
