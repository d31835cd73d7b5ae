import type { Right } from './rights.ts';
import { type PublicRoute, perAddress, type SignedCall, type SignedRoute, stamp } from './world.ts';

/** Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints */
export const publicRoutes: readonly PublicRoute[] = [
  {
    name: 'time',
    method: 'GET',
    path: '/api/v3/time',
    weight: perAddress(1),
    access: 'public',
    handle: (world) => ({ serverTime: stamp(world, world.clock.now()) }),
  },
];

const common = { method: 'GET', access: 'signed', needs: null, masterOnly: false } as const;

/**
 * Sources: https://developers.binance.com/docs/wallet/account/api-key-permission and
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
 */
export const accountRoutes: readonly SignedRoute[] = [
  {
    ...common,
    name: 'api-restrictions',
    path: '/sapi/v1/account/apiRestrictions',
    weight: perAddress(1),
    parameters: [],
    handle: describeCaller,
  },
  {
    ...common,
    name: 'account',
    path: '/api/v3/account',
    weight: perAddress(20),
    parameters: ['omitZeroBalances'],
    handle: describeAccount,
  },
];

/** Neither the key, its name, its owner nor its addresses are told. */
function describeCaller({ world, key }: SignedCall): object {
  const has = (right: Right) => key.rights.includes(right);
  return {
    ipRestrict: key.ips.length > 0,
    createTime: stamp(world, key.createdAt),
    enableReading: true,
    enableWithdrawals: has('enableWithdrawals'),
    enableInternalTransfer: has('enableInternalTransfer'),
    enableMargin: has('canMarginLoanRepay'),
    enableFutures: has('canFuturesTrade'),
    permitsUniversalTransfer: has('canUniversalTransfer'),
    enableVanillaOptions: has('canVanillaOptions'),
    enableFixApiTrade: has('canFixApiTrading'),
    enableFixReadOnly: has('canFixApiReading'),
    enableSpotAndMarginTrading: has('canTrade'),
    enablePortfolioMarginTrading: has('enablePortfolioMarginTrading'),
  };
}

/** The flags are the account's, not the key's. */
function describeAccount({ world, account, parameters }: SignedCall): object {
  const omitZero = parameters.flag('omitZeroBalances') ?? false;
  const balances = account.balances
    .filter(({ amount }) => amount > 0 || !omitZero)
    .map(({ asset, amount }) => ({ asset, free: amount.toFixed(8), locked: '0.00000000' }));
  return {
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: {
      maker: '0.00100000',
      taker: '0.00100000',
      buyer: '0.00000000',
      seller: '0.00000000',
    },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: stamp(world, world.clock.now()),
    accountType: 'SPOT',
    balances,
    permissions: ['SPOT'],
    uid: account.uid,
  };
}
