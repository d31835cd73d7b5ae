import type { Transfer } from './ledger.ts';
import { optionalChoice, optionalMoment, optionalText, pageLimit } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { findSubAccount } from './sub-account-routes.ts';
import { type SignedCall, type SignedRoute, stamp, type World } from './world.ts';

const longestMs = 90 * 24 * 60 * 60 * 1000;

/** Source: https://www.bitget.com/api-doc/uta/account/transfer/SubAccount-Transfer-Get */
export const transferRoutes: readonly SignedRoute[] = [
  {
    name: 'sub-transfer-record',
    method: 'GET',
    path: '/api/v3/account/sub-transfer-record',
    perSecond: 5,
    access: 'signed',
    needs: { permission: 'uta_mgt', write: false },
    mainAccountOnly: true,
    handle: listTransfers,
  },
];

/**
 * Transfers that went out from one account (`role` initiator, unless it says receiver), newest first; of the
 * main account when no `subUid` is given. `cursor` is the number of the last one seen.
 */
function listTransfers(call: SignedCall): object {
  const { world, route, fields } = call;
  const mine = sideOf(call);
  const { start, end } = parseRange(call);
  const coin = optionalText(fields, 'coin')?.toUpperCase();
  const clientOid = optionalText(fields, 'clientOid');
  const cursor = optionalText(fields, 'cursor') ?? '';
  if (!/^\d*$/.test(cursor)) throw new Refusal('40017', 'cursor');
  const limit = Math.min(pageLimit(fields, 100), world.faults.strike('page-size', route)?.size ?? 100);
  const page = world.ledger.transfers
    .filter((transfer) => mine(transfer) && transfer.createdAt >= start && transfer.createdAt <= end)
    .filter((transfer) => coin === undefined || transfer.coin === coin)
    .filter(({ transferId }) => clientOid === undefined || transferId === clientOid)
    .filter(({ transferId }) => cursor === '' || BigInt(transferId) < BigInt(cursor))
    .reverse()
    .slice(0, limit);
  const otherNames = world.faults.strike('other-names', route) !== undefined;
  const list = page.map((transfer) => describe(world, transfer, otherNames));
  return { list, cursor: page.at(-1)?.transferId ?? cursor };
}

function sideOf({ world, fields, account }: SignedCall): (transfer: Transfer) => boolean {
  const subUid = optionalText(fields, 'subUid');
  const { uid } = subUid === undefined ? account : findSubAccount(world, subUid);
  const role = optionalChoice(fields, 'role', ['initiator', 'receiver']) ?? 'initiator';
  return role === 'initiator' ? ({ fromUserId }) => fromUserId === uid : ({ toUserId }) => toUserId === uid;
}

/** At most 90 days; without times the last 90 days. */
function parseRange({ world, fields }: SignedCall): { start: number; end: number } {
  const end = optionalMoment(fields, 'endTime') ?? world.clock.now();
  const start = optionalMoment(fields, 'startTime') ?? end - longestMs;
  if (start > end || end - start > longestMs) throw new Refusal('40017', 'startTime');
  return { start, end };
}

/** The page's example calls the unified account `uta`, its table `unified`. */
function describe(world: World, transfer: Transfer, otherNames: boolean): object {
  const { transferId, coin, amount, fromUserId, toUserId } = transfer;
  const accountType = otherNames ? 'unified' : 'uta';
  const at = stamp(world, transfer.createdAt);
  return {
    transferId,
    fromType: accountType,
    toType: accountType,
    amount,
    coin,
    fromUserId,
    toUserId,
    status: 'Successful',
    clientOid: transferId,
    createdTime: at,
    updatedTime: at,
    oldTransferId: transferId.slice(0, 9),
  };
}
