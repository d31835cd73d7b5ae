import { lastPrice } from './market.ts';
import { optionalMoment, optionalText, pageLimit } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { type SignedCall, type SignedRoute, stamp, unordered } from './world.ts';

const read = { permission: 'uta_mgt', write: false } as const;
const common = { method: 'GET', access: 'signed', mainAccountOnly: false } as const;

/**
 * Sources: https://www.bitget.com/api-doc/uta/account/Get-Account-Info, Get-Account-Setting, Get-Account and
 * withdrawal/Get-Withdrawal-Records.
 */
export const accountRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'account-info',
    path: '/api/v3/account/info',
    perSecond: 5,
    needs: null,
    handle: describeCaller,
  },
  {
    ...common,
    name: 'account-settings',
    path: '/api/v3/account/settings',
    perSecond: 20,
    needs: read,
    handle: describeSettings,
  },
  {
    ...common,
    name: 'account-assets',
    path: '/api/v3/account/assets',
    perSecond: 20,
    needs: read,
    handle: describeAssets,
  },
  {
    ...common,
    name: 'withdrawal-records',
    path: '/api/v3/account/withdrawal-records',
    perSecond: 10,
    needs: read,
    handle: listWithdrawals,
  },
];

/** The page says `uid`; client libraries that were compared with live answers say `userId`. */
function describeCaller({ world, route, key, account }: SignedCall): object {
  const main = account.kind === 'MAIN';
  const uidName = world.faults.strike('other-names', route) ? 'userId' : 'uid';
  return {
    [uidName]: account.uid,
    inviterId: '',
    parentId: main ? '' : world.ledger.main.uid,
    channelCode: '6258',
    channel: 'official',
    ips: unordered(world, route, key.ips).join(','),
    permType: key.type === 'read_only' ? 'read-only' : 'read-and-write',
    permissions: unordered(world, route, key.permissions),
    regisTime: stamp(world, account.createdAt),
  };
}

function describeSettings({ account }: SignedCall): object {
  return {
    uid: account.uid,
    accountMode: 'unified',
    assetMode: 'multi_assets',
    holdMode: 'one_way_mode',
    stpMode: 'none',
    symbolConfigList: [
      { category: 'USDT-FUTURES', symbol: 'BTCUSDT', marginMode: 'crossed', leverage: '20' },
    ],
    coinConfigList: [{ coin: 'USDT', leverage: '3' }],
  };
}

function describeAssets({ account }: SignedCall): object {
  const assets = account.balances.map(({ coin, amount }) => {
    const usdValue = amount * (coin === 'USDT' ? 1 : lastPrice(`${coin}USDT`));
    const held = String(amount);
    return {
      coin,
      equity: held,
      usdValue: usdValue.toFixed(8),
      balance: held,
      available: held,
      debt: '0',
      locked: '0',
    };
  });
  const equity = assets.reduce((sum, { usdValue }) => sum + Number(usdValue), 0);
  return {
    accountEquity: equity.toFixed(8),
    usdtEquity: equity.toFixed(8),
    btcEquity: (equity / lastPrice('BTCUSDT')).toFixed(8),
    unrealisedPnl: '0',
    usdtUnrealisedPnl: '0',
    btcUnrealizedPnl: '0',
    effEquity: equity.toFixed(8),
    mmr: '0',
    imr: '0',
    mgnRatio: '0',
    positionMgnRatio: '0',
    assets,
  };
}

/** The caller's own withdrawals, newest first; `cursor` is the order number of the last one seen. */
function listWithdrawals({ world, fields, account }: SignedCall): object[] {
  const start = optionalMoment(fields, 'startTime');
  const end = optionalMoment(fields, 'endTime');
  if (start === undefined || end === undefined)
    throw new Refusal('40019', start === undefined ? 'startTime' : 'endTime');
  const coin = optionalText(fields, 'coin')?.toLowerCase();
  const orderId = optionalText(fields, 'orderId');
  const cursor = optionalText(fields, 'cursor');
  return world.ledger.withdrawals
    .filter((entry) => entry.uid === account.uid && entry.createdAt >= start && entry.createdAt <= end)
    .filter((entry) => coin === undefined || entry.coin.toLowerCase() === coin)
    .filter((entry) => orderId === undefined || entry.orderId === orderId)
    .filter((entry) => cursor === undefined || BigInt(entry.orderId) < BigInt(cursor))
    .reverse()
    .slice(0, pageLimit(fields, 20))
    .map(({ uid, createdAt, ...entry }) => ({
      ...entry,
      clientOid: '',
      recordId: entry.orderId,
      type: 'withdraw',
      dest: 'on_chain',
      fromAddress: uid,
      fee: '1',
      confirm: entry.status === 'success' ? '12' : '0',
      tag: '',
      createdTime: stamp(world, createdAt),
      updatedTime: stamp(world, createdAt),
    }));
}
