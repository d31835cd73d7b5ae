import type { ExchangeTraits } from '../traits.ts';

/** Bitget, unified account, v3 API. Facts: docs/exchanges/bitget.md. */
export const bitgetTraits: ExchangeTraits = {
  name: 'bitget',
  title: 'Bitget (unified account)',
  baseUrl: 'https://api.bitget.com',
  otherBaseUrls: ['https://api.bitget-eu.com'],
  environments: ['live', 'demo'],
  products: {
    allowed: ['uta_mgt', 'uta_trade'],
    defaults: { read: ['uta_mgt', 'uta_trade'], trade: ['uta_trade'] },
  },
  subAccountPattern: /^\d{1,20}$/,
  keysPerSubAccount: 10,
  allowListLimit: 30,
  passphraseLength: 24,
};
