import type { WithdrawalStatus } from '../website.ts';
import type { Withdrawal } from './ledger.ts';
import { parseRange } from './range.ts';
import { Refusal } from './refusal.ts';
import { perAccount, type SignedCall, type SignedRoute, stamp, type World } from './world.ts';

const longestDays = 90;
const mostIds = 45;

/** Source: https://developers.binance.com/docs/wallet/capital/withdraw-history */
export const withdrawalRoutes: readonly SignedRoute[] = [
  {
    name: 'withdraw-history',
    method: 'GET',
    path: '/sapi/v1/capital/withdraw/history',
    weight: perAccount(18_000),
    access: 'signed',
    needs: null,
    masterOnly: false,
    parameters: ['coin', 'withdrawOrderId', 'status', 'offset', 'limit', 'idList', 'startTime', 'endTime'],
    handle: listWithdrawals,
  },
];

const statuses: Readonly<Record<WithdrawalStatus, number>> = { pending: 4, success: 6, fail: 3 };

/** The caller's own withdrawals, oldest first. None has a `withdrawOrderId`: they are made at the website. */
function listWithdrawals(call: SignedCall): object {
  const { world, parameters, account } = call;
  const { start, end } = parseRange(call, longestDays);
  const coin = parameters.optional('coin');
  const ids = parseIds(call);
  const status = parameters.optional('status');
  const offset = parameters.whole('offset', { otherwise: 0, least: 0, most: Number.MAX_SAFE_INTEGER });
  const limit = parameters.whole('limit', { otherwise: 1_000, least: 1, most: 1_000 });
  if (parameters.optional('withdrawOrderId') !== undefined) return [];
  return world.ledger.withdrawals
    .filter((entry) => entry.email === account.email && entry.createdAt >= start && entry.createdAt <= end)
    .filter((entry) => coin === undefined || entry.coin === coin)
    .filter((entry) => ids === undefined || ids.includes(entry.id))
    .filter((entry) => status === undefined || String(statuses[entry.status]) === status)
    .slice(offset, offset + limit)
    .map((entry) => describe(world, entry));
}

function parseIds({ parameters }: SignedCall): string[] | undefined {
  const ids = parameters.optional('idList')?.split(',');
  if (ids !== undefined && ids.length > mostIds) throw new Refusal('-1130', { details: ['idList'] });
  return ids;
}

function describe(world: World, entry: Withdrawal): object {
  const at = new Date(stamp(world, entry.createdAt)).toISOString().slice(0, 19).replace('T', ' ');
  return {
    id: entry.id,
    amount: entry.amount,
    transactionFee: '1',
    coin: entry.coin,
    status: statuses[entry.status],
    address: entry.address,
    txId: entry.status === 'success' ? entry.txId : '',
    applyTime: at,
    network: entry.network,
    transferType: 0,
    info: '',
    confirmNo: entry.status === 'success' ? 12 : 0,
    walletType: 0,
    txKey: '',
    ...(entry.status === 'success' ? { completeTime: at } : {}),
  };
}
