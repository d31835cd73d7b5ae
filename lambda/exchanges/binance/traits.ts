import type { ExchangeTraits } from '../traits.ts';

/** What may be declared for a trading key. Universal transfer is left out: it moves funds. */
const TRADING = ['canTrade', 'canMarginLoanRepay', 'canFuturesTrade', 'canVanillaOptions'];

/** Binance, sub-accounts of an ordinary master account. Facts: docs/exchanges/binance.md. */
export const binanceTraits: ExchangeTraits = {
  name: 'binance',
  title: 'Binance (sub-accounts)',
  baseUrl: 'https://api.binance.com',
  otherBaseUrls: ['https://api-gcp.binance.com', ...[1, 2, 3, 4].map((n) => `https://api${n}.binance.com`)],
  environments: ['live'],
  products: {
    read: { allowed: [], defaults: [] },
    trade: { allowed: TRADING, defaults: ['canTrade'] },
  },
  subAccountPattern: /^[\w.+-]{1,64}@[\w.-]{1,190}$/,
  keysPerSubAccount: 30,
  // 500 characters with commas between them.
  allowListLimit: 30,
  // Without addresses the trading right ends by itself.
  mayLeaveOutAddresses: ['read'],
  tellsRefusedAddress: false,
  sees: {
    orders: 'named symbols',
    orderEntry: false,
    coins: true,
    withdrawals: true,
    transfers: true,
    frozen: true,
    lastUse: false,
    refusedCalls: false,
    everyRight: false,
    leavesOut: [
      'orders of the main account',
      'orders in futures, margin and options',
      'withdrawals from sub-accounts',
    ],
  },
  canFreeze: false,
  listsPerMinute: 54,
  listsAddressesByKey: true,
  website: {
    keys: 'https://www.binance.com/en/my/settings/api-management',
    subAccounts:
      'https://www.binance.com, signed in to the main account: Dashboard, Sub-accounts, Account management',
  },
};
