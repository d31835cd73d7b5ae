import type { Account } from './accounts.ts';
import type { Transfer } from './ledger.ts';
import { parseRange } from './range.ts';
import { Refusal } from './refusal.ts';
import { perAddress, type SignedCall, type SignedRoute, stamp, type World } from './world.ts';

const longestDays = 7;
const common = {
  method: 'GET',
  weight: perAddress(1),
  access: 'signed',
  needs: null,
  masterOnly: true,
} as const;

/**
 * Sources: https://developers.binance.com/docs/sub_account/account-management/Query-Sub-account-List and
 * https://developers.binance.com/docs/sub_account/asset-management/Query-Universal-Transfer-History
 */
export const familyRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'sub-account-list',
    path: '/sapi/v1/sub-account/list',
    parameters: ['email', 'isFreeze', 'page', 'limit'],
    handle: listSubAccounts,
  },
  {
    ...common,
    name: 'universal-transfers',
    path: '/sapi/v1/sub-account/universalTransfer',
    parameters: ['fromEmail', 'toEmail', 'clientTranId', 'startTime', 'endTime', 'page', 'limit'],
    handle: listTransfers,
  },
];

/** Without `limit` a page has one entry, as documented. */
function listSubAccounts(call: SignedCall): object {
  const { world, parameters } = call;
  const email = parameters.optional('email');
  const frozen = parameters.flag('isFreeze');
  const found = world.ledger.accounts
    .filter(({ kind }) => kind !== 'MASTER')
    .filter((account) => email === undefined || account.email === email)
    .filter((account) => frozen === undefined || account.frozen === frozen);
  const subAccounts = cutPage(call, found, { otherwise: 1, most: 200 });
  return { subAccounts: subAccounts.map((account) => describe(world, account)) };
}

function describe(world: World, account: Account): object {
  return {
    subUserId: account.uid,
    email: account.email,
    remark: account.remark,
    isFreeze: account.frozen,
    createTime: stamp(world, account.createdAt),
    isManagedSubAccount: account.kind === 'MANAGED',
    isAssetManagementSubAccount: account.kind === 'ASSET',
  };
}

/** Of one side only; of what left the master account when neither side is named. */
function listTransfers(call: SignedCall): object {
  const { world, parameters } = call;
  const [from, to] = [parameters.optional('fromEmail'), parameters.optional('toEmail')];
  if (from !== undefined && to !== undefined) throw new Refusal('-1128');
  const sender = to === undefined ? (from ?? world.ledger.master.email) : undefined;
  const clientId = parameters.optional('clientTranId');
  const { start, end } = parseRange(call, longestDays);
  const found = world.ledger.transfers
    .filter(({ createdAt }) => createdAt >= start && createdAt <= end)
    .filter(({ fromEmail, toEmail }) => (sender === undefined ? toEmail === to : fromEmail === sender))
    .filter(({ tranId }) => clientId === undefined || clientIdOf(tranId) === clientId);
  const page = cutPage(call, found, { otherwise: 500, most: 500 });
  return { result: page.map((transfer) => describeTransfer(world, transfer)), totalCount: found.length };
}

function describeTransfer(world: World, transfer: Transfer): object {
  const { tranId, fromEmail, toEmail, asset, amount } = transfer;
  return {
    tranId,
    fromEmail,
    toEmail,
    asset,
    amount,
    createTimeStamp: stamp(world, transfer.createdAt),
    fromAccountType: 'SPOT',
    toAccountType: 'SPOT',
    status: 'SUCCESS',
    clientTranId: clientIdOf(tranId),
  };
}

function clientIdOf(tranId: number): string {
  return `web-${tranId}`;
}

function cutPage<T>(
  { world, route, parameters }: SignedCall,
  found: readonly T[],
  { otherwise, most }: { otherwise: number; most: number },
): readonly T[] {
  const page = parameters.whole('page', { otherwise: 1, least: 1, most: Number.MAX_SAFE_INTEGER });
  const asked = parameters.whole('limit', { otherwise, least: 1, most });
  const size = Math.min(asked, world.faults.strike('page-size', route)?.size ?? asked);
  return found.slice((page - 1) * size, page * size);
}
