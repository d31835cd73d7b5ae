import type { Account } from './accounts.ts';
import { optionalText, pageLimit, requiredChoice, requiredText } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { type SignedCall, type SignedRoute, stamp, type World } from './world.ts';

const common = { perSecond: 10, access: 'signed', mainAccountOnly: true } as const;

/** Sources: https://www.bitget.com/api-doc/uta/account/sub-account/SubAccount-Get and SubAccount-Freeze. */
export const subAccountRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'sub-list',
    method: 'GET',
    path: '/api/v3/user/sub-list',
    needs: { permission: 'uta_mgt', write: false },
    handle: listSubAccounts,
  },
  {
    ...common,
    name: 'freeze-sub',
    method: 'POST',
    path: '/api/v3/user/freeze-sub',
    needs: { permission: 'uta_mgt', write: true },
    handle: freezeSubAccount,
  },
];

/**
 * A sub-account in unified mode. @throws Refusal 40028 when it is not ours, 25245 when it is a classic one
 */
export function findSubAccount({ ledger }: World, uid: string): Account {
  const account = ledger.account(uid);
  if (account === undefined || account.kind === 'MAIN') throw new Refusal('40028');
  if (account.mode === 'CLASSIC') throw new Refusal('25245');
  return account;
}

function listSubAccounts({ world, route, fields }: SignedCall): object {
  const { ledger, faults } = world;
  const subAccounts = ledger.accounts.filter(({ kind }) => kind !== 'MAIN');
  const cursor = optionalText(fields, 'cursor');
  const before = subAccounts.findIndex(({ uid }) => uid === cursor);
  if (cursor !== undefined && before === -1) throw new Refusal('40017', 'cursor');
  const rest = subAccounts.slice(before + 1);
  const limit = Math.min(pageLimit(fields, 100), faults.strike('page-size', route)?.size ?? 100);
  const page = rest.slice(0, limit);
  const otherNames = faults.strike('other-names', route) !== undefined;
  return {
    list: page.map((account) => describe(world, account, otherNames)),
    hasNext: otherNames ? String(rest.length > limit) : rest.length > limit,
    cursor: page.at(-1)?.uid ?? cursor ?? '',
  };
}

/** The page's table says `frozen`, its example `freeze`; client libraries know newer names for the types. */
function describe(world: World, account: Account, otherNames: boolean): object {
  const newerType = account.kind === 'COMMON' ? 'normal' : 'virtual';
  return {
    subUid: account.uid,
    username: account.username,
    status: account.frozen ? (otherNames ? 'frozen' : 'freeze') : 'normal',
    accountMode: account.mode,
    type: otherNames ? newerType : account.kind,
    note: account.note,
    createdTime: stamp(world, account.createdAt),
    updatedTime: stamp(world, account.updatedAt),
  };
}

/** Freezing a frozen sub-account, or unfreezing one that is not, succeeds and changes nothing. */
function freezeSubAccount({ world, fields }: SignedCall): object {
  const account = world.ledger.account(requiredText(fields, 'subUid'));
  if (account === undefined || account.kind === 'MAIN') throw new Refusal('40028');
  account.frozen = requiredChoice(fields, 'operation', ['freeze', 'unfreeze']) === 'freeze';
  account.updatedAt = world.clock.now();
  return {};
}
