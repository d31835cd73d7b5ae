import type { ExchangeTraits } from '../traits.ts';

/** Bitget, unified account, v3 API. Facts: docs/exchanges/bitget.md. */
export const bitgetTraits: ExchangeTraits = {
  name: 'bitget',
  title: 'Bitget (unified account)',
  baseUrl: 'https://api.bitget.com',
  otherBaseUrls: ['https://api.bitget-eu.com'],
  environments: ['live', 'demo'],
  products: {
    read: { allowed: ['uta_mgt', 'uta_trade'], defaults: ['uta_mgt', 'uta_trade'] },
    trade: { allowed: ['uta_mgt', 'uta_trade'], defaults: ['uta_trade'] },
  },
  subAccountPattern: /^\d{1,20}$/,
  keysPerSubAccount: 10,
  allowListLimit: 30,
  mayLeaveOutAddresses: ['read', 'trade'],
  tellsRefusedAddress: true,
  passphraseLength: 24,
  sees: {
    orders: 'every symbol',
    orderEntry: false, // version 2 of the API tells it, for classic accounts only
    coins: false, // not needed: undeclared symbols show in the orders
    withdrawals: true,
    transfers: true,
    frozen: true,
    lastUse: false,
    refusedCalls: false,
    everyRight: true,
    leavesOut: ['orders of the main account'],
  },
  canFreeze: true,
  listsPerMinute: 270,
  listsAddressesByKey: false,
  website: {
    keys: 'https://www.bitget.com/account/newapi',
    subAccounts: 'https://www.bitget.com, signed in to the main account: profile menu, Sub-accounts',
  },
};
